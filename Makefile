# make help lists the targets. Everything that is built goes to out/.

GO ?= go
HOST_OS := $(shell $(GO) env GOOS)
HOST_ARCH := $(shell $(GO) env GOARCH)
HOST_OUT := out/$(HOST_OS)_$(HOST_ARCH)
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
include build/flags.mk
LDFLAGS := $(LINK_FLAGS) -X github.com/Microsoft/windows-container-networking/pkg/version.version=$(VERSION)
GOBUILD := CGO_ENABLED=0 $(GO) build $(BUILD_FLAGS) -ldflags "$(LDFLAGS)"
PLUGINS := nat sdnbridge sdnoverlay sdntunnel transparent
STATICCHECK := out/tools/staticcheck-v0.8.2
# With REQUIRE_ALL=1 nothing may be skipped: what is missing fails. .ci/run sets it.
REQUIRE_ALL ?=
export REQUIRE_ALL
# The race detector needs cgo and a C compiler.
RACE := $(shell command -v gcc >/dev/null 2>&1 && echo -race)

.DEFAULT_GOAL := help
.PHONY: help quick test-loaded build build-host build-windows host-local demo test test-unit test-e2e test-floors test-modules bench vet lint fmt-check check fuzz clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  %-18s %s\n", $$1, $$2}'

build: build-host build-windows ## All executables for this machine and for Windows (amd64, arm64), into out/

build-host: host-local
	@mkdir -p $(HOST_OUT)
	$(GOBUILD) -o $(HOST_OUT)/ ./plugins/... ./cmd/...

# host-local is the delegate of the demo and the tests; it comes from the containernetworking/plugins module.
host-local:
	@mkdir -p $(HOST_OUT)
	$(GOBUILD) -o $(HOST_OUT)/ github.com/containernetworking/plugins/plugins/ipam/host-local

build-windows:
	@for arch in amd64 arm64; do \
		mkdir -p out/windows_$$arch && \
		GOOS=windows GOARCH=$$arch $(GOBUILD) -o out/windows_$$arch/ ./plugins/... ./cmd/... \
			github.com/containernetworking/plugins/plugins/ipam/host-local || exit 1; \
	done

demo: build-host ## Two pods on each of nat, sdnbridge and sdnoverlay, on the built-in emulator
	@$(GO) run ./test/demo

test: vet test-unit test-e2e test-floors test-modules crash-short adversary-short test-wine test-windows conformance ## All tests; installs Wine and mingw if possible, and reports what it skips
	@echo "make test: passed"

# What a one-line change needs, and what must pass on a busy machine too: no release, no Wine.
UNIT := ./pkg/... ./cmd/... ./plugins/... ./test/arch/... ./test/golden/... ./test/harness/... ./test/crash/... ./test/peers/... ./test/soak/...

quick: vet ## vet and the tests of the packages, without the race detector: at most a minute with warm caches
	$(GO) test $(UNIT)
	@echo "make quick: passed"

test-unit: ## Tests of the packages, on this machine
	$(GO) test $(RACE) $(UNIT)

test-e2e: build-host ## The built executables, driven by libcni on the emulator
	$(GO) test $(RACE) -timeout 20m ./test/e2e/...

test-loaded: build-host flannel ## Unit and end-to-end tests three times over, while eight busy loops keep the processors busy
	@build/loaded.sh $(UNIT) ./test/e2e/...

test-floors: build ## Counts that must not grow (HCN calls, processes and bytes), and the parts of the release
	$(GO) test ./test/bench ./build/release

bench: build ## Print what the verbs cost: calls, processes, bytes, ratios (WINE=1: under Wine too)
	@$(GO) run ./test/bench $(if $(WINE),-wine)

vet: ## go vet for Linux and Windows
	GOOS=linux $(GO) vet ./...
	GOOS=windows $(GO) vet ./...

$(STATICCHECK):
	GOBIN=$(CURDIR)/out/tools $(GO) install honnef.co/go/tools/cmd/staticcheck@v0.8.2
	mv out/tools/staticcheck $@

lint: $(STATICCHECK) ## staticcheck for Linux and Windows
	GOOS=linux $(STATICCHECK) ./...
	GOOS=windows $(STATICCHECK) ./...

fmt-check:
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { echo "not gofmt-ed:"; gofmt -l $$(git ls-files '*.go'); exit 1; }

check: fmt-check vet lint gosec test ## Format, vet, lint and gosec for both systems, and all tests

fuzz: ## All fuzz tests, each for FUZZTIME (default 60s); MIN_RATE=1000 fails below that many executions a second, KEEP=1 keeps the inputs
	@$(GO) run ./test/fuzz -time $${FUZZTIME:-60s} -parallel $${FUZZ_PARALLEL:-0} -min-rate $${MIN_RATE:-0} $(if $(KEEP),-keep) $(FUZZ)

clean: ## Remove out/
	rm -rf out

include $(wildcard build/*.mk)
