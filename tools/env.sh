# Sourced by the Makefile's recipes and by .ci/run: where everything is built and by which toolchain.
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$HOME/.cache/regent/target}"
if [ ! -d "$(rustc --print sysroot)/lib/rustlib/wasm32v1-none/lib" ] && rustup toolchain list | grep -q '^debian'; then
	export WASM_BUILD_TOOLCHAIN="${WASM_BUILD_TOOLCHAIN:-debian}"
fi
# Networks of tests and demonstrations start many nodes: the runtime is compiled once for all of them.
export REGENT_RUNTIME_CACHE="${REGENT_RUNTIME_CACHE:-$CARGO_TARGET_DIR/runtime-cache}"
