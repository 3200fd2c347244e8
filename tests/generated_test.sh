#!/bin/sh
# The files of generated/ are what the compiler makes today.
#
# usage: generated_test.sh BUILD
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
today=$(mktemp -d)
trap 'rm -rf "$today"' EXIT

"$top/scripts/regenerate" "$1" "$today" >/dev/null
for file in demo.h demo.cpp; do
  diff -u "$top/generated/$file" "$today/$file" || {
    echo "generated/$file is not what the compiler makes; run scripts/regenerate and review the difference"
    exit 1
  }
done
