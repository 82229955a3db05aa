# What an adversary tries, on the emulator; included by the Makefile. See docs/testing.md.

.PHONY: adversary adversary-short

adversary: build-host ## attacks on live pods, disk, streams and memory, and 10,000 kills at random moments (ARGS="-only REGEX -seed N -kills N")
	@$(GO) run ./test/adversary $(ARGS)

adversary-short: build-host ## a sample of that, as make test runs it
	@$(GO) run ./test/adversary -short $(ARGS)
