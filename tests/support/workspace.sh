# For tests that are scripts, which read this file: an empty working folder that goes away with the test, and a count of what
# was wrong. A test ends with `finish`.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failures=0

problem() {
  echo "FAILED: $*"
  failures=$((failures + 1))
}

finish() {
  [ "$failures" = 0 ] && echo "all as expected"
  exit "$failures"
}
