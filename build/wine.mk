# Windows executables under Wine; included by the Makefile. See docs/wine.md.
# Each target provisions what it needs. REQUIRE_ALL=1 makes a machine without Wine a failure.

WINE_WITH := build/wine/with.sh
WINE_RUN := $(CURDIR)/out/wine/run
WINE_PACKAGES ?= ./pkg/... ./internal/... ./cmd/hcnctl/internal/deploy

.PHONY: wine conformance conformance-more test-windows test-wine test-pkg-windows

wine: ## Provision Wine with the emulator as computenetwork.dll in out/wine
	@build/wine/provision.sh
	@echo "out/wine/run starts a Windows executable"

conformance: build-windows ## Run other projects' test suites and clients under Wine against the emulator (SUITE=NAME: only that one)
	@$(WINE_WITH) "conformance" go -C test/conformance run . -suite "$(SUITE)"

conformance-more: ## The suites that take minutes to build
	@$(WINE_WITH) "conformance-more" go -C test/conformance run . -more

test-windows: test-wine test-pkg-windows ## All tests of Windows executables under Wine, but for the conformance suites

test-wine: ## Test the DLL, nodes without a usable one, and the documents against the bindings' types
	@go -C test/conformance test .
	@$(WINE_WITH) "tests under Wine" build/wine/test.sh

# The packages are built side by side; the tests run under Wine one at a time.
test-pkg-windows: ## Run the tests of all packages as Windows executables under Wine
	@$(WINE_WITH) "package tests under Wine" env GOOS=windows GOARCH=amd64 CGO_ENABLED=0 go test -timeout 60m -exec "flock $(CURDIR)/out/wine/tests.lock $(WINE_RUN)" $(WINE_PACKAGES)
