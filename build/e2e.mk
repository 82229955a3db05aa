# The Windows executables driven by other projects' clients, and the modules beside the main one.
# Included by the Makefile. See docs/testing.md.

.PHONY: test-exe-windows test-exe-windows-here test-gocni-windows

# flannel is one of the delegating plugins in the end-to-end tests.
test-e2e: flannel

test-windows: test-exe-windows

test-exe-windows: build flannel ## The .exe files under Wine: libcni, containerd's go-cni, flannel, nodes without HNS, native against Wine, memory
	@$(WINE_WITH) "the .exe files under Wine" $(MAKE) --no-print-directory test-exe-windows-here

# What test-exe-windows runs where Wine is ready and everything is built.
test-exe-windows-here: test-gocni-windows
	$(GO) test -timeout 20m -skip '^TestMemory$$' ./test/e2e -wine
	$(GO) test -run '^TestMemory$$' -v ./test/e2e -wine

test-gocni-windows:
	GOOS=windows GOARCH=amd64 CGO_ENABLED=0 $(GO) -C test/gocni test -exec $(CURDIR)/out/wine/run .

test-modules: build-host ## Tests of the modules beside the main one, on this machine
	$(GO) -C test/conformance test .
	$(GO) -C test/gocni test .
	$(GO) -C build/node/check test ./...
