#!/usr/bin/env bash
# Runs every fuzzer of the project for FUZZTIME each, one after the other.
# A fuzzer is found by its name, so that a new one needs no entry anywhere.
set -euo pipefail
cd "$(dirname "$0")/.."
time=${FUZZTIME:-60s}
found=0
while IFS=: read -r file name; do
  found=$((found + 1))
  echo "$name in $(dirname "$file") for $time"
  go test -run '^$' -fuzz "^$name\$" -fuzztime "$time" "./$(dirname "$file")"
done < <(git ls-files '*_test.go' | xargs grep -H -o -E '^func Fuzz[A-Za-z0-9_]+' | sed 's/func //' | sort)
if [ "$found" = 0 ]; then
  echo "no fuzzer was found" >&2
  exit 1
fi
echo "$found fuzzers passed"
