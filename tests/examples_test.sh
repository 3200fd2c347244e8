#!/bin/sh
# The three examples, built around emitted code for this machine and for arm64 (under an emulator), with the commands at
# their heads, on the committed pictures: what they print is compared with tests/golden/examples/, and both targets must
# draw the same picture.
#
# usage: examples_test.sh NARROWS
set -u
narrows=$(realpath "$1")
top=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

problem() {
  echo "FAILED: $*"
  failures=$((failures + 1))
}

# build TARGET COMPILER EXAMPLE MODEL NAME [LAYOUT]: $work/TARGET/EXAMPLE
build() {
  folder=$work/$1
  case $4 in */*) file=$4 ;; *) file=$top/examples/models/$4.onnx ;; esac
  "$narrows" compile "$file" --name "$5" --input-layout "${6:-nhwc}" --target "$1" -o "$folder" >"$work/log" ||
    { problem "compile $4"; return 1; }
  flags=$(sed -n 's/^build *[^ ]* \(.*\) -O2\(.*\) -c .*/\1 -Og\2/p' "$work/log")  # -Og: to be quick
  # shellcheck disable=SC2086  # several flags, a compiler with its own
  $2 $flags -Wall -Wextra -Wpedantic -Werror -pthread -I"$folder" "$top/examples/$3.cpp" "$folder/$5.cpp" -o "$folder/$3" ||
    problem "build $3 for $1"
}

# run TARGET EXAMPLE MODEL NAME RUNNER...
run() {
  target=$1 example=$2 labels=$3 name=$4
  shift 4
  "$@" "$work/$target/$example" "$work/$target/$name.weights" "$top/examples/models/${labels}_labels.txt" \
    "$top/examples/pictures/$example.png" "$work/$target/$example.png" >"$work/printed" || problem "$example on $target"
  diff -u "$top/tests/golden/examples/$example.txt" "$work/printed" || problem "$example on $target prints something else"
}

test_examples() { # TARGET COMPILER RUNNER...
  target=$1 compiler=$2
  shift 2
  for words in "classify icon_classifier classifier" "detect sign_detector detector" \
    "segment icon_segmenter segmenter"; do
    # shellcheck disable=SC2086  # three words
    set_words $words
    build "$target" "$compiler" "$example" "${model}_int8" "$name" && run "$target" "$example" "$model" "$name" "$@"
  done
}
set_words() { example=$1 model=$2 name=$3; }

test_examples x86-64-linux g++ env
"$work/x86-64-linux/classify" "$work/x86-64-linux/classifier.weights" "$top/examples/models/icon_classifier_labels.txt" \
  "$top/examples/pictures/classify.png" "$work/threads.png" 3 >"$work/printed" || problem "classify on three threads"
diff -u "$top/tests/golden/examples/classify.txt" "$work/printed" || problem "three threads print something else"
if command -v aarch64-linux-gnu-g++ >/dev/null && command -v qemu-aarch64-static >/dev/null; then
  test_examples arm64-linux "aarch64-linux-gnu-g++ -static" qemu-aarch64-static
  for example in classify detect segment; do
    cmp "$work/x86-64-linux/$example.png" "$work/arm64-linux/$example.png" || problem "$example draws something else"
  done
else
  echo "no cross compiler or emulator: arm64 is left out"
fi

# A file's own layout, in which an input of three channels is three planes, gives the same.
for words in "classify icon_classifier classifier" "segment icon_segmenter segmenter"; do
  # shellcheck disable=SC2086  # three words
  set_words $words
  cp "$work/x86-64-linux/$example.png" "$work/$example.png"
  build x86-64-linux g++ "$example" "${model}_int8" "$name" keep && run x86-64-linux "$example" "$model" "$name" env
  cmp "$work/$example.png" "$work/x86-64-linux/$example.png" || problem "$example draws something else from planes"
done

# Mistakes end in a message.
"$work/x86-64-linux/classify" none.weights none.txt none.png >"$work/printed" 2>&1 && problem "no weights, no error"
grep -q "error: cannot read 'none.weights'" "$work/printed" || problem "found $(cat "$work/printed")"
"$work/x86-64-linux/classify" "$work/x86-64-linux/detector.weights" "$top/examples/models/icon_classifier_labels.txt" \
  "$top/examples/pictures/classify.png" >"$work/printed" 2>&1 && problem "weights of another model, no error"
grep -q "error: .*weights" "$work/printed" || problem "found $(cat "$work/printed")"
echo '{ "width": 0.35, "resolution": 65, "last": 0,
  "head": { "kind": "deeplab", "classes": 3, "output_stride": 16, "aspp": false } }' >"$work/logits.json"
build x86-64-linux g++ segment "$work/logits.json" segmenter
"$work/x86-64-linux/segment" "$work/x86-64-linux/segmenter.weights" "$top/examples/models/icon_segmenter_labels.txt" \
  "$top/examples/pictures/segment.png" >"$work/printed" 2>&1 && problem "a segmenter that ends in logits, no error"
echo "error: the network has to end in ARG_MAX, with whole numbers of shape [1,height,width]; found real numbers of shape" \
  "[1,5,5,4]" | diff - "$work/printed" || problem "found $(head -3 "$work/printed")"
build x86-64-linux g++ classify "$work/logits.json" classifier
"$work/x86-64-linux/classify" "$work/x86-64-linux/classifier.weights" "$top/examples/models/icon_classifier_labels.txt" \
  "$top/examples/pictures/classify.png" >"$work/printed" 2>&1 && problem "a classifier that is none, no error"
echo "error: the network has to write one score for each class; found 100 numbers in several dimensions" |
  diff - "$work/printed" || problem "found $(head -3 "$work/printed")"

[ "$failures" = 0 ] && echo "all as expected"
exit "$failures"
