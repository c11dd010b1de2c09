#!/usr/bin/env bash
# Verifies with other people's cryptography what a demo produced: runs a whole demo, then checks its
# record with eth-account, cryptography, openssl and others (tests/python/requirements.txt).
set -euo pipefail
cd "$(dirname "$0")/../.."
source tools/env.sh

venv="${REGENT_VENV:-$HOME/.cache/regent/venv}"
wanted="$(sha256sum tests/python/requirements.txt | cut -d' ' -f1)"
if [ "$(cat "$venv/.requirements" 2>/dev/null)" != "$wanted" ]; then
	printf '\033[1m==> Python packages that verify\033[0m\n'
	python3 -m venv --clear "$venv"
	"$venv/bin/pip" install --quiet --disable-pip-version-check -r tests/python/requirements.txt
	printf '%s' "$wanted" >"$venv/.requirements"
fi

record="$(mktemp --suffix=.json)"
trap 'rm -f "$record"' EXIT
printf '\033[1m==> A demo, verified by other people'"'"'s code\033[0m\n'
"$CARGO_TARGET_DIR/release/regent" demo --json "$record"
"$venv/bin/python" tests/python/verify_demo.py "$record"
(cd tests/python && "$venv/bin/python" -m unittest)
