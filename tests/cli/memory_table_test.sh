#!/bin/sh
# scripts/memory: the sizes of a network, and the replacement between the two marks of a file.
#
# usage: memory_table_test.sh NARROWS
set -u
narrows=$(realpath "$1")
top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/tests/support/workspace.sh"
memory() { "$top/scripts/memory" -b "$(dirname "$narrows")" --quick --target arm64-linux "$@" 2>stderr; }

printf 'before\n<!-- memory -->\nold\n<!-- end of memory -->\nbehind\n' >page.md
memory --only '0.35 96, int8' --update page.md || problem "$(cat stderr)"
grep -q '^MobileNetV2 0.35 96, int8$' stderr || problem "said $(cat stderr)"
[ "$(sed -n '1p;$p' page.md | tr '\n' ' ')" = 'before behind ' ] || problem "the page is $(cat page.md)"
grep -q '^old$' page.md && problem "the page was not updated"

# Layer by layer, the four arenas, the lower bound; then the picture, with and without which there are four arenas.
bytes() { tr -d ', ' <page.md | awk -F '|' "$1"; }
# shellcheck disable=SC2016  # awk's own fields
bytes 'NF == 12 && $2 ~ /^Mobile/ && $5 > $6 && $6 >= $7 && $7 >= $8 && $8 >= $9 && $10 <= $7 && $11 ~ "^1.00/1.00/"' |
  grep -q . || problem "the arenas are not in order: $(cat page.md)"
# shellcheck disable=SC2016
bytes 'NF == 10 && $2 ~ /^Mobile/ && $4 == 96 * 96 * 3 && $5 > $4 && $7 < $5' | grep -q . ||
  problem "the picture is not as expected: $(cat page.md)"

memory --only 'no such network' && problem "no network gave a table"
grep -q 'no network has no such network in its name and type' stderr || problem "said $(cat stderr)"

finish
