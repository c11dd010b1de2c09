#!/usr/bin/env bash
# Runs every fuzz target for a while: tools/fuzz.sh [SECONDS EACH, 20] [PART OF A NAME, as in protocol/sealed]
#
# Needs a nightly toolchain and cargo-fuzz. Builds beside the main target folder, with the versions of
# the workspace's lock file. Ends with 1 if a target failed; the input is then under its room's
# fuzz/artifacts/, and becomes a seed once what it found is mended.
set -euo pipefail
cd "$(dirname "$0")/.."
source tools/env.sh

seconds=${1:-20}
only=${2:-}
if ! [[ $seconds =~ ^[1-9][0-9]*$ ]]; then
	echo "usage: tools/fuzz.sh [SECONDS EACH] [PART OF A NAME]" >&2
	exit 2
fi
if ! rustup run nightly rustc --version >/dev/null 2>&1; then
	echo "fuzzing needs a nightly toolchain: rustup toolchain install nightly --profile minimal" >&2
	exit 2
fi
if ! cargo fuzz --version >/dev/null 2>&1; then
	echo "fuzzing needs cargo-fuzz: cargo install cargo-fuzz --locked" >&2
	exit 2
fi

root=$PWD
export CARGO_TARGET_DIR="$(dirname "$CARGO_TARGET_DIR")/fuzz-target"
logs=$CARGO_TARGET_DIR/logs
mkdir -p "$logs"

# `room/target` of every target that was asked for.
chosen=()
for manifest in crates/*/fuzz/Cargo.toml; do
	room=$(basename "$(dirname "$(dirname "$manifest")")")
	for file in "crates/$room"/fuzz/fuzz_targets/*.rs; do
		name=$room/$(basename "$file" .rs)
		[[ $name == *"$only"* ]] && chosen+=("$name")
	done
done
if [ ${#chosen[@]} -eq 0 ]; then
	echo "no fuzz target has '$only' in its name" >&2
	exit 2
fi

# Without `cfg(fuzzing)`, by which dependencies change what they do: what runs is what ships.
fuzz=(cargo +nightly fuzz)
# Leaks are not what is looked for, and looking for them needs rights a container may not give.
export ASAN_OPTIONS=detect_leaks=0

began=$SECONDS
for room in $(printf '%s\n' "${chosen[@]%/*}" | uniq); do
	printf '\033[1m==> Building the targets of %s\033[0m\n' "$room"
	lock=crates/$room/fuzz/Cargo.lock
	[ "$lock" -nt Cargo.lock ] || cp Cargo.lock "$lock"
	start=$SECONDS
	if ! (cd "crates/$room" && "${fuzz[@]}" build --no-cfg-fuzzing) >"$logs/$room-build.log" 2>&1; then
		tail -40 "$logs/$room-build.log" >&2
		exit 1
	fi
	printf '    built in %d s\n' $((SECONDS - start))
done

stat() { sed -n "s/^stat::$1: *//p" "$2"; }

failed=0
printf '\033[1m==> %d targets, %d s each\033[0m\n' "${#chosen[@]}" "$seconds"
for name in "${chosen[@]}"; do
	room=${name%/*} target=${name#*/}
	log=$logs/$room-$target.log
	printf '    %-24s' "$name"
	cd "$root/crates/$room"
	mkdir -p "fuzz/corpus/$target"
	# Seeds first, then what earlier runs found; at most 10 s and 2 GB an input.
	if timeout -k 10 $((seconds + 120)) "${fuzz[@]}" run --no-cfg-fuzzing \
		"$target" "fuzz/corpus/$target" "fuzz/seeds/$target" -- \
		-max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 >"$log" 2>&1; then
		covered=$(grep -o 'cov: [0-9]*' "$log" | tail -1 || true)
		printf '%9d runs, %6s/s, %s, %s MB\n' "$(stat number_of_executed_units "$log")" \
			"$(stat average_exec_per_sec "$log")" "${covered:-cov: ?}" "$(stat peak_rss_mb "$log")"
	else
		failed=$((failed + 1))
		printf 'FAILED: %s\n' "$log"
		grep -aE 'panicked|assertion|ERROR: |Test unit written' "$log" | head -5 | sed 's/^/        /' || true
	fi
done
printf '    %d of %d held, in %d s\n' $((${#chosen[@]} - failed)) "${#chosen[@]}" $((SECONDS - began))
[ "$failed" -eq 0 ]
