# What hcnctl and STATUS say, against what ADD does; included by the Makefile. See docs/testing.md.

AGREE = cmd/hcnctl/internal/agree

.PHONY: agree

agree: ## 2,500 generated configurations and nodes: validate, plan, STATUS and the schema say what ADD does (ARGS="-cases N -seed N")
	@mkdir -p $(HOST_OUT)
	@$(GO) test -c -o $(HOST_OUT)/agree.test ./$(AGREE)
	@cd $(AGREE) && $(CURDIR)/$(HOST_OUT)/agree.test -test.timeout 30m -cases 2500 $(ARGS)
