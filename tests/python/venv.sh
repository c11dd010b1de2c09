#!/usr/bin/env bash
# Makes the Python environment that verifies, if it is not there, and writes where its Python is. Whoever
# asks at the same time waits.
set -euo pipefail
cd "$(dirname "$0")"

venv="${REGENT_VENV:-$HOME/.cache/regent/venv}"
wanted="$(sha256sum requirements.txt | cut -d' ' -f1)"
mkdir -p "$(dirname "$venv")"
exec 9>"$venv.lock"
flock 9
if [ "$(cat "$venv/.requirements" 2>/dev/null)" != "$wanted" ]; then
	printf '\033[1m==> Python packages that verify\033[0m\n' >&2
	python3 -m venv --clear "$venv" >&2
	"$venv/bin/pip" install --quiet --disable-pip-version-check -r requirements.txt >&2
	printf '%s' "$wanted" >"$venv/.requirements"
fi
printf '%s\n' "$venv/bin/python"
