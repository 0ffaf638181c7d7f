#!/usr/bin/env bash
# Fuzzes one parser of outside input for a while: fuzz.sh TARGET [SECONDS], with libFuzzer and AddressSanitizer.
#
# Starts from Tests/Fixtures/fuzz/TARGET and goes on from where the last run stopped. What breaks something is left in
# .build/fuzz/found; after the fix it belongs among the fixtures, which the tests replay.
set -euo pipefail
cd "$(dirname "$0")/.."

targets=$(ls Tests/Fixtures/fuzz | tr '\n' ' ')
target=${1:?"usage: fuzz.sh TARGET [SECONDS], where TARGET is one of $targets"}
seconds=${2:-60}
seeds=Tests/Fixtures/fuzz/$target
[ -d "$seeds" ] || { echo "fuzz.sh: there is no target '$target'; choose one of $targets" >&2; exit 2; }

# A build of its own, so that others stay as they are. Package.swift has the program only with ATTNRL_FUZZ.
ATTNRL_FUZZ=1 swift build -c release --scratch-path .build/fuzz --product fuzz --sanitize=address \
    -Xswiftc -enable-testing -Xswiftc -sanitize=fuzzer -Xcc -fsanitize=fuzzer-no-link

corpus=.build/fuzz/corpus/$target
found=.build/fuzz/found
mkdir -p "$corpus" "$found"
# LeakSanitizer does not know pointers in which Swift keeps an enum's case, and takes what they lead to for lost. What is
# really lost shows as memory that grows, if what was freed is not kept for long.
export ASAN_OPTIONS=detect_leaks=0:quarantine_size_mb=16 FUZZ_TARGET=$target
.build/fuzz/release/fuzz -max_total_time="$seconds" -max_len=4096 -timeout=10 -rss_limit_mb=2048 \
    -artifact_prefix="$found/$target-" -print_final_stats=1 "$corpus" "$seeds"
