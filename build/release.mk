# Included by the Makefile; also works alone: make -f build/release.mk release

RELEASE_OUT ?= $(CURDIR)/out/release
RELEASE_VERSION ?= $(shell git describe --tags --always --dirty)
RELEASE_TIME ?= $(shell git show -s --format=%ct HEAD)

.PHONY: release release-check node-check

release: ## Zips with checksums, SBOM and licences for windows/amd64 and arm64 in out/release (signed where HCNCTL_SIGN_PFX names a certificate)
	go run ./build/release -out $(RELEASE_OUT) -version $(RELEASE_VERSION) -time $(RELEASE_TIME)
	@cat $(RELEASE_OUT)/SHA256SUMS

release-check: ## Build the release twice, from two clones of HEAD with empty build caches, and compare every byte
	build/release/check.sh

node-check: ## Check build/node's manifests against the Kubernetes types
	cd build/node/check && go test ./...
