#!/usr/bin/env bash
# Measures every call's weight on this machine and writes runtime/src/weights/*.rs.
# Takes long: the benchmarking runtime is another feature set, so it gets a target folder of its own.
# Usage: tools/weights.sh [pallet...]   (default: all of Regent's)
set -euo pipefail
cd "$(dirname "$0")/.."
source tools/env.sh

steps="${STEPS:-20}" repeat="${REPEAT:-10}"
target="${REGENT_WEIGHTS_TARGET_DIR:-$HOME/.cache/regent/weights-target}"
command -v frame-omni-bencher >/dev/null ||
	cargo install --locked frame-omni-bencher --version 0.28.0

CARGO_TARGET_DIR="$target" cargo build --release --locked -p regent-runtime --features runtime-benchmarks
runtime="$target/release/wbuild/regent-runtime/regent_runtime.compact.compressed.wasm"

pallets=("$@")
[ ${#pallets[@]} -gt 0 ] || pallets=(consortium enclaves keys policies quorums requests)
for pallet in "${pallets[@]}"; do
	frame-omni-bencher v1 benchmark pallet \
		--runtime "$runtime" --genesis-builder runtime --genesis-builder-preset development \
		--pallet "pallet_regent_$pallet" --extrinsic '*' --steps "$steps" --repeat "$repeat" \
		--wasm-execution compiled --output "runtime/src/weights/pallet_regent_$pallet.rs"
done
cargo fmt -p regent-runtime
