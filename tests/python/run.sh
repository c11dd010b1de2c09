#!/usr/bin/env bash
# Computes the protocol's vectors by a second implementation, then verifies with other people's
# cryptography what a demo produced: runs a whole demo and checks its record with eth-account,
# cryptography, openssl and others (tests/python/requirements.txt). Last, the tests of this folder: of
# the verifier, and of docs/ against the code; and evidence that is changed in every way.
set -euo pipefail
cd "$(dirname "$0")/../.."
source tools/env.sh

python="$(tests/python/venv.sh)"

printf '\033[1m==> The vectors, computed by a second implementation\033[0m\n'
"$python" crates/protocol/vectors/check.py

record="$(mktemp --suffix=.json)"
trap 'rm -f "$record"' EXIT
printf '\033[1m==> A demo, verified by other people'"'"'s code\033[0m\n'
"$CARGO_TARGET_DIR/release/regent" demo --contracts contracts/out --json "$record"
"$python" tests/python/verify_demo.py "$record"
printf '\033[1m==> The verifier, and docs/ against the code\033[0m\n'
(cd tests/python && "$python" -m unittest)
printf '\033[1m==> Evidence that somebody changed, by both verifiers\033[0m\n'
"$python" tests/python/evidence_mutants.py --bytes 200 --regent "$CARGO_TARGET_DIR/release/regent"
