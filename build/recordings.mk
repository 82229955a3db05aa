# What real hosts were seen to answer, held against the emulator; included by the Makefile. See docs/testing.md.

.PHONY: recordings

recordings: ## Compare the emulator with recordings of real hosts, field by field
	@mkdir -p out
	@go test ./pkg/hcnemu -count=1 -v -run 'TestRecord' >out/recordings.log 2>&1 || { cat out/recordings.log; exit 1; }
	@grep -oE 'recorded rows: .*' out/recordings.log
	@grep -o 'recordings: .*' out/recordings.log
