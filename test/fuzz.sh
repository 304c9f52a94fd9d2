#!/usr/bin/env bash
# Runs every fuzzer of the project for FUZZTIME each, one after the other.
# A fuzzer is found by its name, so that a new one needs no entry anywhere.
set -euo pipefail
cd "$(dirname "$0")/.."
time=${FUZZTIME:-60s}
found=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# fuzz runs one fuzzer. Go's own fuzzing engine now and then reports the end of
# its time as a failure, with that as the only reason: that is a pass. A failing
# input is always written to a file, and named.
fuzz() {
  if go test -run '^$' -fuzz "^$1\$" -fuzztime "$time" "$2" 2>&1 | tee "$log"; then
    return
  fi
  if grep -qE '^ +context deadline exceeded$' "$log" && ! grep -qE 'Failing input|panic|_test\.go:' "$log"; then
    echo "$1: its time was over, and nothing failed"
    return
  fi
  return 1
}

while IFS=: read -r file name; do
  found=$((found + 1))
  echo "$name in $(dirname "$file") for $time"
  fuzz "$name" "./$(dirname "$file")"
done < <(git ls-files '*_test.go' | xargs grep -H -o -E '^func Fuzz[A-Za-z0-9_]+' | sed 's/func //' | sort)
if [ "$found" = 0 ]; then
  echo "no fuzzer was found" >&2
  exit 1
fi
echo "$found fuzzers passed"
