# Two commands do everything on a Debian machine with rustup: `make demo` and `make test`.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DEFAULT_GOAL := help

ENV := source tools/env.sh;

.PHONY: help setup setup-check setup-contracts build contracts demo-contract demo dev test contract-tests \
	python-tests check fmt clippy no-std deny doc

help: ## Lists the targets.
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | expand -t 16

setup: ## System packages and the toolchain that builds the runtime to Wasm.
	@tools/setup.sh build

setup-check: ## The same, with the tools of the checks.
	@tools/setup.sh check

build: setup ## Builds node, agent, enclave and command line.
	@$(ENV) start=$$SECONDS
	printf '\033[1m==> Building (the first build compiles the chain: more than half an hour on two cores)\033[0m\n'
	cargo build --release --locked --workspace
	printf '    built in %d s\n' $$((SECONDS - start))

contracts: setup-contracts contracts/out/.ink ## Compiles the contracts, Solidity and ink!, into contracts/out.

DEMO_CONTRACTS := contracts/out/InkInheritance.polkavm contracts/out/InkSale.polkavm
demo-contract: setup-contracts $(DEMO_CONTRACTS) ## Compiles the two contracts that the demo shows.

setup-contracts:
	@tools/setup.sh contracts

# What is there already is not made again: each step leaves a file that is newer than its sources.
CONTRACT_RUST := $(shell find contracts \( -name node_modules -o -name out -o -name tests -o -name target \) -prune \
	-o \( -name '*.rs' -o -name '*.toml' -o -name Cargo.lock \) -print)

contracts/node_modules/.package-lock.json: contracts/package-lock.json
	@start=$$SECONDS
	printf '\033[1m==> Compilers of Solidity\033[0m\n'
	cd contracts
	npm ci --silent
	touch node_modules/.package-lock.json
	printf '    installed in %d s\n' $$((SECONDS - start))

# Compiled by solc: it takes a moment, all of them for PolkaVM more than a minute.
contracts/out/IInheritance.abi.json: contracts/build.mjs $(wildcard contracts/interfaces/*.sol) | contracts/node_modules/.package-lock.json
	@cd contracts
	node build.mjs interfaces

contracts/out/.solidity: contracts/build.mjs $(wildcard contracts/*/*.sol) | contracts/node_modules/.package-lock.json
	@start=$$SECONDS
	printf '\033[1m==> Solidity contracts\033[0m\n'
	cd contracts
	node build.mjs
	touch out/.solidity
	printf '    compiled in %d s\n' $$((SECONDS - start))

# $(call build_ink,NAMES): all of them, if none is named.
define build_ink
@$(ENV) export CARGO_TARGET_DIR="$$CARGO_TARGET_DIR/contracts"
start=$$SECONDS
printf '\033[1m==> ink! contracts (the first time with their dependencies: several minutes)\033[0m\n'
cd contracts
cargo run --quiet --release --locked -p regent-contract-builder -- $(1)
printf '    compiled in %d s\n' $$((SECONDS - start))
endef

contracts/out/.ink: $(CONTRACT_RUST) contracts/out/.solidity
	$(call build_ink,)
	touch out/.ink

$(DEMO_CONTRACTS) &: $(CONTRACT_RUST) contracts/out/IInheritance.abi.json
	$(call build_ink,inheritance sale)

# Without what is optional: a light client, which nothing here starts.
tests/node/node_modules/.package-lock.json: tests/node/package-lock.json
	@start=$$SECONDS
	printf '\033[1m==> Libraries that decode what contracts are told and say\033[0m\n'
	cd tests/node
	npm ci --silent --omit=optional
	touch node_modules/.package-lock.json
	printf '    installed in %d s\n' $$((SECONDS - start))

.PHONY: decoder node-tests
decoder: tests/node/node_modules/.package-lock.json ## Installs what tests/node decodes contracts' calls and events with.

demo: build demo-contract ## Starts a whole network and carries real operations through it.
	@$(ENV) "$$CARGO_TARGET_DIR/release/regent" demo --contracts contracts/out --report "$$CARGO_TARGET_DIR/demo-report.html"

dev: build ## Starts a whole network and leaves it running.
	@$(ENV) "$$CARGO_TARGET_DIR/release/regent" dev

test: setup-check build contracts decoder ## Runs every test, the end-to-end ones with real processes.
	@$(ENV) start=$$SECONDS
	printf '\033[1m==> Tests\033[0m\n'
	cargo nextest run --release --locked --workspace --no-fail-fast
	printf '    tested in %d s\n' $$((SECONDS - start))
	$(MAKE) --no-print-directory contract-tests
	$(MAKE) --no-print-directory node-tests
	$(MAKE) --no-print-directory python-tests

contract-tests: ## Tests the contracts' rules outside the chain: scenarios, and 200,000 random sequences.
	@$(ENV) export CARGO_TARGET_DIR="$$CARGO_TARGET_DIR/contracts"
	start=$$SECONDS
	printf '\033[1m==> Tests of the contracts\033[0m\n'
	cd contracts
	cargo nextest run --release --locked --workspace --no-fail-fast
	printf '    tested in %d s\n' $$((SECONDS - start))

node-tests: decoder ## Tests that the decoder of contracts' calls and events refuses what it does not read.
	@start=$$SECONDS
	printf '\033[1m==> Tests of the decoder\033[0m\n'
	cd tests/node
	npm test --silent
	printf '    tested in %d s\n' $$((SECONDS - start))

python-tests: demo-contract ## Verifies what a demo produced with other people's cryptography.
	@$(ENV) start=$$SECONDS
	tests/python/run.sh
	printf '    verified in %d s\n' $$((SECONDS - start))

check: fmt clippy no-std deny doc ## Formatting, lints, builds without std, licences and sources, documentation.

fmt:
	@start=$$SECONDS
	printf '\033[1m==> rustfmt\033[0m\n'
	cargo fmt --all -- --check
	cargo fmt --all --manifest-path contracts/Cargo.toml -- --check
	printf '    checked in %d s\n' $$((SECONDS - start))

clippy:
	@$(ENV) start=$$SECONDS
	printf '\033[1m==> clippy\033[0m\n'
	export SKIP_WASM_BUILD=1
	cargo clippy --release --locked --workspace -- -D warnings
	cargo clippy --release --locked --workspace --all-targets -- -D warnings -A clippy::unwrap-used
	export CARGO_TARGET_DIR="$$CARGO_TARGET_DIR/contracts"
	cd contracts
	cargo clippy --release --locked --workspace -- -D warnings
	cargo clippy --release --locked --workspace --all-targets -- -D warnings -A clippy::unwrap-used
	printf '    checked in %d s\n' $$((SECONDS - start))

# What is `no_std` is built so with the runtime, but for this crate. The SDK's crates know by the flag that
# they are not built for a host.
no-std: setup
	@$(ENV) start=$$SECONDS
	printf '\033[1m==> regent-proof without the standard library\033[0m\n'
	export CARGO_TARGET_WASM32V1_NONE_RUSTFLAGS='--cfg substrate_runtime'
	cargo $${WASM_BUILD_TOOLCHAIN:++$$WASM_BUILD_TOOLCHAIN} check --release --locked -p regent-proof \
		--no-default-features --target wasm32v1-none
	printf '    checked in %d s\n' $$((SECONDS - start))

deny:
	@start=$$SECONDS
	printf '\033[1m==> cargo-deny\033[0m\n'
	cargo deny --all-features check licenses bans sources
	cargo deny --all-features --manifest-path contracts/Cargo.toml --config deny.toml check licenses bans sources
	printf '    checked in %d s\n' $$((SECONDS - start))

doc:
	@$(ENV) start=$$SECONDS
	printf '\033[1m==> rustdoc\033[0m\n'
	RUSTDOCFLAGS='-D warnings' cargo doc --release --locked --workspace --no-deps --lib
	printf '    documented in %d s\n' $$((SECONDS - start))
