#!/bin/sh
# The pages of narrows compare and narrows inspect, in a browser: they open without errors, and their charts hold the numbers
# of the JSON and of the text.
#
# usage: report_test.sh NARROWS    ends with 77 where there is no browser
set -u
narrows=$(realpath "$1")
top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/tests/support/workspace.sh"

if ! command -v chromium >/dev/null; then
  echo "SKIPPED: no chromium; scripts/setup installs it"
  exit 77
fi

# open_page FILE: what the page is after its scripts ran goes to ./dom.html, what they complain of to ./console.
open_page() {
  rm -rf profile
  timeout 120 chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking \
    --disable-component-update --disable-sync --user-data-dir="$work/profile" --enable-logging=stderr --dump-dom \
    "file://$work/$1" >dom.html 2>log || problem "chromium ended with status $?: $(tail -n 5 log)"
  grep 'CONSOLE' log >console
}

# ---- the comparison -------------------------------------------------------------------------------
"$narrows" compare "$top/examples/models/icon_classifier.onnx" --schedules layerwise,rows --compilers g++ --yardstick '' \
  --rounds 3 --html out/report.html --json out/report.json >printed 2>stderr || problem "$(cat stderr)"
mv out/report.html out/report.json . || exit 1
[ -z "$(ls out)" ] || problem "left $(ls out)"
grep -qE '^ 2 rows +g\+\+ +[0-9.]+ ' printed || problem "printed $(cat printed)"

open_page report.html
[ ! -s console ] || problem "$(cat console)"
python3 "$top/tests/measure/report_check.py" dom.html report.json || problem "the page and report.json differ"
grep -qE '(src|href)=|@import|url\(' report.html && problem "the page refers to other files"

# The same with other numbers in the page, and with data that the script cannot read, must be noticed.
sed 's/"arena_bytes":[0-9]*/"arena_bytes":12345/' report.html >altered.html
open_page altered.html
python3 "$top/tests/measure/report_check.py" dom.html report.json >/dev/null 2>&1 && problem "other numbers were not noticed"
sed 's/"variants":/"missing":/' report.html >broken.html
open_page broken.html
[ -s console ] || problem "an error of the script was not noticed"

# ---- the memory map -------------------------------------------------------------------------------
for model in icon_segmenter_int8 sign_detector; do
  file=$top/examples/models/$model.onnx
  "$narrows" inspect "$file" --target x86-64-linux-avx2 --memory --html out/memory.html >memory.txt 2>stderr ||
    problem "$(cat stderr)"
  "$narrows" inspect "$file" --target x86-64-linux-avx2 --json >memory.json || problem "inspect --json of $model"
  mv out/memory.html . || exit 1
  open_page memory.html
  [ ! -s console ] || problem "$(cat console)"
  python3 "$top/tests/measure/memory_check.py" dom.html memory.json memory.txt || problem "the forms of $model's map differ"
  grep -qE '(src|href)=|@import|url\(' memory.html && problem "the page refers to other files"
done
sed 's/"lower_bound":[0-9]*/"lower_bound":12345/' memory.html >altered.html
open_page altered.html
python3 "$top/tests/measure/memory_check.py" dom.html memory.json memory.txt >/dev/null 2>&1 && problem "another bound was not noticed"
sed 's/"offset":64,/"offset":128,/; s/"offset":0,/"offset":64,/' memory.html >altered.html
open_page altered.html
python3 "$top/tests/measure/memory_check.py" dom.html memory.json memory.txt >/dev/null 2>&1 && problem "another place was not noticed"

finish
