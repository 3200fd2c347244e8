#!/bin/sh
# The files of generated/ are what the compiler makes today.
#
# usage: generated_test.sh NARROWS
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
today=$(mktemp -d)
trap 'rm -rf "$today"' EXIT

"$top/scripts/regenerate" "$1" "$today" >/dev/null
for file in classifier.h classifier.cpp segmenter.h segmenter.cpp; do
  diff -u "$top/generated/$file" "$today/$file" || {
    echo "generated/$file is not what the compiler makes; run scripts/regenerate and review the difference"
    exit 1
  }
done
