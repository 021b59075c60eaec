# `make` lists what there is.
.DEFAULT_GOAL := help
.PHONY: help demo console test ci bench release

DATA ?= demo-data

help: ## List the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 12

demo: ## Build Hansa, make a demo marketplace in $(DATA) and serve it
	.ci/needs build
	$(MAKE) console
	cargo build --locked --profile demo --package hansa --bin hansa --features embed-console
	target/demo/hansa demo --data $(DATA)

console: ## Build the console and the portal into console/dist
	.ci/needs console
	cd console && npm ci --no-audit --no-fund --loglevel=error && npm run --silent build

test: ## Run every test: the console's, then the server's on SQLite and on a private PostgreSQL server
	$(MAKE) console
	cd console && npm run --silent gen:check && npm run --silent check && npm run --silent test && npm run --silent budget
	.ci/needs test
	cargo xtask test

ci: ## Run what continuous integration runs
	.ci/run

bench: ## Measure, with full optimisation
	.ci/needs test
	cargo build --locked --release --workspace --bins
	target/release/xtask bench

release: ## Build target/release/hansa with full optimisation, the console inside
	.ci/needs build
	$(MAKE) console
	cargo build --locked --release --workspace --bins --features hansa/embed-console
