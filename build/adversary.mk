# What an adversary tries, on the emulator; included by the Makefile. See docs/testing.md.

.PHONY: adversary adversary-short

adversary: build-host ## Attacks on live pods, on disk, streams and memory, and 10,000 kills at random moments (ARGS="-only REGEX -seed N -kills N")
	@$(GO) run ./test/adversary $(ARGS)

adversary-short: build-host ## A sample of that, as make test runs it
	@$(GO) run ./test/adversary -short $(ARGS)
