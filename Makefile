# `make` lists what there is.
.DEFAULT_GOAL := help
.PHONY: help demo test ci bench release

DATA ?= demo-data

help: ## List the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 12

demo: ## Build Hansa, make a demo marketplace in $(DATA) and serve it
	.ci/needs build
	cargo build --locked --profile demo --package hansa --bin hansa
	target/demo/hansa demo --data $(DATA)

test: ## Run every test on SQLite and on a private PostgreSQL server
	.ci/needs test
	cargo xtask test

ci: ## Run what continuous integration runs
	.ci/run

bench: ## Measure, with full optimisation
	.ci/needs test
	cargo build --locked --release --workspace --bins
	target/release/xtask bench

release: ## Build target/release/hansa with full optimisation
	.ci/needs build
	cargo build --locked --release --workspace --bins
