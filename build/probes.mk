# The probes, asked of the emulator; included by the Makefile. See docs/testing.md.

.PHONY: probes probes-native probes-wine

probes: probes-native probes-wine ## Ask the emulator, natively and under Wine, every question of hcnctl probe

probes-native: build-host
	@build/probes.sh "this machine" $(HOST_OUT)/hcnctl

probes-wine: build-windows
	@$(WINE_WITH) "probes under Wine" build/probes.sh Wine $(WINE_RUN) out/windows_amd64/hcnctl.exe
