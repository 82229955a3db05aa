# The crash matrix and the soak, on the emulator; included by the Makefile. See docs/testing.md.

.PHONY: crash crash-short crash-wine soak flannel

crash: build-host ## Every HCN call of every verb refused, killed, hung and delayed: no leak, no wrong verdict (ARGS="-case NAME"; ARGS=-all: every code at every call, half an hour)
	@$(GO) run ./test/crash $(ARGS)

crash-short: build-host ## A sample of the crash matrix, as make test runs it
	@$(GO) run ./test/crash -short $(ARGS)

crash-wine: build-windows ## A sample of the crash matrix with the Windows executables under Wine
	@$(WINE_WITH) "crash matrix under Wine" $(GO) run ./test/crash -wine $(ARGS)

soak: build-host flannel ## 10,000 pods with faults and restarts, 100 at once, and a cluster of 50 nodes (ARGS="-seed N -pairs N")
	@$(GO) run ./test/soak $(ARGS)

# flannel's CNI plugin, from a separate module, for this machine and for Windows.
flannel:
	@mkdir -p $(HOST_OUT) out/windows_amd64
	CGO_ENABLED=0 $(GO) -C test/flannel build -trimpath -ldflags '-s -w' -o $(CURDIR)/$(HOST_OUT)/ github.com/containernetworking/plugins/plugins/meta/flannel
	GOOS=windows GOARCH=amd64 CGO_ENABLED=0 $(GO) -C test/flannel build -trimpath -ldflags '-s -w' -o $(CURDIR)/out/windows_amd64/ github.com/containernetworking/plugins/plugins/meta/flannel
