#!/usr/bin/env bash
# Measures every call's weight on this machine and writes runtime/src/weights/*.rs.
# Takes about an hour: the benchmarking runtime is another feature set, and the bencher a workspace of its
# own, so both get target folders of their own.
# Usage: tools/weights.sh [pallet...]   (default: all of Regent's)
set -euo pipefail
cd "$(dirname "$0")/.."
source tools/env.sh

steps="${STEPS:-10}" repeat="${REPEAT:-5}"
target="${REGENT_WEIGHTS_TARGET_DIR:-$HOME/.cache/regent/weights-target}"
step() { printf '\033[1m==> %s\033[0m\n' "$1"; }

step "The bencher"
bencher_target="${REGENT_BENCHER_TARGET_DIR:-$HOME/.cache/regent/bencher-target}"
SKIP_WASM_BUILD=1 CARGO_TARGET_DIR="$bencher_target" \
	cargo build --release --locked --manifest-path tools/bencher/Cargo.toml

step "The runtime with benchmarks"
# A check is enough: the build script makes the Wasm, and nothing else is run.
CARGO_TARGET_DIR="$target" cargo check --release --locked -p regent-runtime --features runtime-benchmarks
runtime="$target/release/wbuild/regent-runtime/regent_runtime.compact.compressed.wasm"

pallets=("$@")
[ ${#pallets[@]} -gt 0 ] || pallets=(audit cash consortium contracts enclaves keys policies quorums requests)
mkdir -p runtime/src/weights
for pallet in "${pallets[@]}"; do
	step "pallet_regent_$pallet"
	"$bencher_target/release/regent-bencher" \
		--runtime "$runtime" --genesis-builder runtime --genesis-builder-preset development \
		--pallet "pallet_regent_$pallet" --extrinsic '*' --steps "$steps" --repeat "$repeat" \
		--wasm-execution compiled --disable-proof-recording --template tools/weights.hbs --quiet \
		--output "runtime/src/weights/pallet_regent_$pallet.rs"
done
cargo fmt -p regent-runtime
