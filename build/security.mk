# Static security checks and mutation tests; included by the Makefile. See docs/testing.md.

.PHONY: gosec mutants

GOSEC := out/tools/gosec-v2.30.0
# Windows is called through unsafe pointers (G103); vet's unsafeptr looks at each of them.
GOSEC_PACKAGES := ./internal/... ./pkg/... ./cmd/... ./plugins/...
GREMLINS := out/tools/gremlins-v0.6.0

$(GOSEC):
	GOBIN=$(CURDIR)/out/tools $(GO) install github.com/securego/gosec/v2/cmd/gosec@v2.30.0
	mv out/tools/gosec $@

$(GREMLINS):
	GOBIN=$(CURDIR)/out/tools $(GO) install github.com/go-gremlins/gremlins/cmd/gremlins@v0.6.0
	mv out/tools/gremlins $@

gosec: $(GOSEC) ## Static security checks; each finding is fixed, or its line says why it stays
	$(GOSEC) -quiet -exclude-generated $(GOSEC_PACKAGES)
	GOOS=windows $(GOSEC) -quiet -exclude-generated -exclude=G103 $(GOSEC_PACKAGES)

# WORKERS mutants are tried at the same time; docs/testing.md has the other variables.
mutants: $(GREMLINS) ## Change the code, and see that a test notices (MUTANTS="./pkg/policy ./pkg/hostnet"); minutes for each package
	@$(GO) run ./test/mutants -gremlins $(GREMLINS) -workers $(or $(WORKERS),2) $(if $(FILES),-files $(FILES)) $(if $(RUN),-run '$(RUN)') $(if $(AGAIN),-again) $(MUTANTS)
