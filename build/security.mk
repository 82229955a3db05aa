# Static security checks and mutation tests; included by the Makefile. See docs/testing.md.

.PHONY: gosec mutants

GOSEC := out/tools/gosec-v2.30.0
GREMLINS := out/tools/gremlins-v0.6.0

$(GOSEC):
	GOBIN=$(CURDIR)/out/tools $(GO) install github.com/securego/gosec/v2/cmd/gosec@v2.30.0
	mv out/tools/gosec $@

$(GREMLINS):
	GOBIN=$(CURDIR)/out/tools $(GO) install github.com/go-gremlins/gremlins/cmd/gremlins@v0.6.0
	mv out/tools/gremlins $@

gosec: $(GOSEC) ## Static security checks; each finding is fixed, or its line says why it stays
	$(GOSEC) -quiet -exclude-generated ./pkg/... ./cmd/... ./plugins/...

mutants: $(GREMLINS) ## Change the code, and see that a test notices (MUTANTS="./pkg/policy ./pkg/hostnet"); minutes for each package
	@$(GO) run ./test/mutants -gremlins $(GREMLINS) $(MUTANTS)
