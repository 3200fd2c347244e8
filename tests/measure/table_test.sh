#!/bin/sh
# scripts/table: a row of a description, and the replacement between the two marks of a file.
#
# usage: table_test.sh NARROWS
set -u
narrows=$(realpath "$1")
top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/tests/support/workspace.sh"
table() { "$top/scripts/table" --build "$(dirname "$narrows")" --runs 0 "$@" 2>stderr; }

cat >tiny.json <<'END'
{ "resolution": 32, "rows": [{ "t": 2, "c": 8, "s": 2 }], "last": 0, "type": "int8",
  "head": { "kind": "deeplab", "classes": 3, "output": "classes" } }
END
table tiny.json >printed || problem "$(cat stderr)"
grep -q '^| tiny | segmentation | int8 | [0-9.]* | [1-9] of [0-9]* | [0-9,]* | [0-9,]* | [0-9,]* |  |$' printed ||
  problem "printed $(cat printed)"
[ "$(wc -l <printed)" = 3 ] || problem "printed $(cat printed)"

printf 'before\n<!-- table -->\nold\n<!-- end of table -->\nbehind\n' >page.md
table --update page.md tiny.json || problem "$(cat stderr)"
{ printf 'before\n<!-- table -->\n\n' && cat printed && printf '\n<!-- end of table -->\nbehind\n'; } | diff -u - page.md ||
  problem "the page was not updated"
echo 'no marks' >page.md
table --update page.md tiny.json && problem "a page without marks was updated"
grep -q 'page.md: error: no lines <!-- table --> and <!-- end of table -->' stderr || problem "said $(cat stderr)"

echo '{ "width": 0 }' >bad.json
table bad.json && problem "a bad model gave a table"
grep -q 'bad.json: error: width is 0' stderr || problem "said $(cat stderr)"

finish
