#!/usr/bin/env bash
# Prepares a Debian machine with rustup: system packages, a toolchain that builds the runtime to
# Wasm, and the Cargo tools of the checks. Idempotent: what is there already is not done again.
# Usage: tools/setup.sh [build|check|contracts]   (check adds cargo-deny, cargo-nextest and npm;
# contracts is a step of its own: npm, and a toolchain with the standard library's source)
set -euo pipefail
cd "$(dirname "$0")/.."

want="${1:-build}"
step() { printf '\033[1m==> %s\033[0m\n' "$1"; }
timed() { # timed "what" command...
	local what="$1" start=$SECONDS
	shift
	step "$what"
	"$@"
	printf '    done in %d s\n' $((SECONDS - start))
}
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

# libtss2-dev: the agent speaks to its TPM through it. swtpm: the TPM of tests and demonstration.
packages=(protobuf-compiler mold g++ make perl pkg-config ca-certificates libtss2-dev swtpm)
[ "$want" = check ] && packages+=(python3-venv openssl)

install_packages() {
	local missing=()
	for package in "$@"; do
		dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
	done
	[ ${#missing[@]} -eq 0 ] && return 0
	timed "System packages: ${missing[*]}" bash -c "
		set -e
		$(declare -f as_root)
		as_root apt-get update -qq
		DEBIAN_FRONTEND=noninteractive as_root apt-get install -y -qq --no-install-recommends ${missing[*]} >/dev/null"
}

# Which toolchain builds Wasm: rustup's own if it can have the target, else Debian's rustc-web.
wasm_target=wasm32v1-none
debian_sysroot_ready() { [ -f "$(/usr/bin/rustc --print sysroot 2>/dev/null)/lib/rustlib/$wasm_target/lib/.regent" ]; }

debian_rust() {
	install_packages rustc-web cargo-web rust-web-src
	rustup toolchain list | grep -q '^debian' || rustup toolchain link debian /usr
	# Debian's toolchain has no linker but the system's; rustup's has one for Wasm and PolkaVM.
	local host bin
	host="$(rustc -vV | sed -n 's/^host: //p')"
	bin="$(/usr/bin/rustc --print sysroot)/lib/rustlib/$host/bin"
	[ -x "$bin/rust-lld" ] && return 0
	as_root mkdir -p "$bin"
	as_root ln -sf "$(rustc --print sysroot)/lib/rustlib/$host/bin/rust-lld" "$bin/rust-lld"
}

debian_toolchain() {
	debian_rust
	debian_sysroot_ready && return 0
	local sysroot library scratch
	sysroot="$(/usr/bin/rustc --print sysroot)"
	library="$sysroot/lib/rustlib/$wasm_target/lib"
	scratch="$(mktemp -d)"
	mkdir -p "$scratch/src"
	printf '[package]\nname = "sysroot"\nversion = "0.0.0"\nedition = "2021"\n[workspace]\n' >"$scratch/Cargo.toml"
	printf '#![no_std]\nextern crate alloc;\n' >"$scratch/src/lib.rs"
	# The runtime is linked with fat LTO, which needs the libraries' bitcode.
	(cd "$scratch" && env -u RUSTC -u CARGO RUSTC_BOOTSTRAP=1 RUSTFLAGS=-Cembed-bitcode=yes CARGO_TARGET_DIR="$scratch/target" \
		cargo +debian build --quiet --release -Zbuild-std=core,alloc --target "$wasm_target")
	as_root mkdir -p "$library"
	as_root cp "$scratch/target/$wasm_target/release/deps/"lib{core,alloc,compiler_builtins}-*.rlib "$library/"
	as_root touch "$library/.regent"
	rm -rf "$scratch"
	# Artefacts of an older library cannot be linked with the new one.
	local target="${CARGO_TARGET_DIR:-$HOME/.cache/regent/target}"
	rm -rf "$target/release/wbuild" "$target/$wasm_target"
}

if [ "$want" = contracts ]; then
	command -v npm >/dev/null || install_packages nodejs npm
	# `core` and `alloc` for PolkaVM are built from source, which rustup has only where it can fetch it.
	if [ -z "${CONTRACT_TOOLCHAIN:-}" ]; then
		debian_rust
	fi
	exit 0
fi

install_packages "${packages[@]}"

if [ -d "$(rustc --print sysroot)/lib/rustlib/$wasm_target/lib" ]; then
	:
elif debian_sysroot_ready && rustup toolchain list | grep -q '^debian'; then
	:
elif timeout 60 rustup target add "$wasm_target" >/dev/null 2>&1; then
	step "Wasm target added to the rustup toolchain"
else
	timed "Wasm target from Debian's Rust (rustup cannot fetch it here)" debian_toolchain
fi

if [ "$want" = check ]; then
	command -v npm >/dev/null || install_packages nodejs npm
	command -v cargo-nextest >/dev/null || timed "cargo-nextest" cargo install --quiet --locked cargo-nextest --version 0.9.143
	command -v cargo-deny >/dev/null || timed "cargo-deny" cargo install --quiet --locked cargo-deny --version 0.20.2
fi
exit 0
