#!/usr/bin/env bash
# Computes the protocol's vectors by a second implementation, then verifies with other people's
# cryptography what a demo produced: runs a whole demo and checks its record with eth-account,
# cryptography, openssl and others (tests/python/requirements.txt), and its evidence with both verifiers.
# Last, the tests of this folder: of the verifier, and of docs/ against the code; and evidence that is changed
# in every way.
set -euo pipefail
cd "$(dirname "$0")/../.."
source tools/env.sh

python="$(tests/python/venv.sh)"

printf '\033[1m==> The vectors, computed by a second implementation\033[0m\n'
"$python" crates/protocol/vectors/check.py

regent="$CARGO_TARGET_DIR/release/regent"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
printf '\033[1m==> A demo, verified by other people'"'"'s code\033[0m\n'
"$regent" demo --contracts contracts/out --json "$folder/demo.json" --report "$folder/demo.html" |
	tee "$folder/said"
"$python" tests/python/verify_demo.py "$folder/demo.json"

# What somebody knows of the chain from elsewhere, as the demo says it.
told() {
	sed -n "/--$1 0x/{s/.*--$1 \\(0x[0-9a-f]*\\).*/\\1/p;q}" "$folder/said"
}
known=(--genesis "$(told genesis)" --anchor "$(told anchor)")
# Runs a command that must end with this exit code.
ends_with() {
	local expected="$1" found=0
	shift
	"$@" || found=$?
	if [ "$found" != "$expected" ]; then
		printf 'ended with %s, expected %s: %s\n' "$found" "$expected" "$*" >&2
		exit 1
	fi
}

printf '\033[1m==> Its evidence, by both verifiers, and the report on it\033[0m\n'
ends_with 0 "$regent" evidence verify "$folder/demo.evidence" "${known[@]}"
ends_with 0 "$python" tests/python/evidence_verify.py "$folder/demo.evidence" "${known[@]}"
ends_with 0 "$regent" evidence report "$folder/demo.evidence" "${known[@]}" --out "$folder/again.html"
cmp "$folder/demo.html" "$folder/again.html"
ends_with 7 "$regent" evidence verify "$folder/demo-tampered.evidence" "${known[@]}"
ends_with 1 "$python" tests/python/evidence_verify.py "$folder/demo-tampered.evidence" "${known[@]}"
ends_with 7 "$regent" evidence report "$folder/demo-tampered.evidence" "${known[@]}" --out "$folder/tampered.html"
printf '\033[1m==> The verifier, and docs/ against the code\033[0m\n'
(cd tests/python && "$python" -m unittest)
printf '\033[1m==> Evidence that somebody changed, by both verifiers\033[0m\n'
"$python" tests/python/evidence_mutants.py --bytes 200 --regent "$regent"
