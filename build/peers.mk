# Documents of other projects' plugins, compared with ours; included by the Makefile. See docs/testing.md.

.PHONY: peer-documents

peer-documents: ## Compare the requests and results of ours with those of plugins that work on real nodes, field by field
	@mkdir -p $(HOST_OUT)
	@$(GO) test -c -o $(HOST_OUT)/peers.test ./test/peers
	@cd test/peers && $(CURDIR)/$(HOST_OUT)/peers.test $(ARGS)
