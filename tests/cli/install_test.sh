#!/bin/sh
# cmake --install: the program at a place of its own, run from somewhere else without the environment of the build.
#
# usage: install_test.sh BUILD_FOLDER VERSION    with narrows built in it
set -u
build=$(realpath "$1")
version=$2
top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/tests/support/workspace.sh"

DESTDIR='' cmake --install "$build" --prefix "$work/prefix" >log 2>&1 || problem "cmake --install: $(cat log)"
narrows=$work/prefix/bin/narrows
pages=$(cd "$top" && echo LICENSE NOTICE README.md CHANGELOG.md CONTRIBUTING.md SECURITY.md docs/*)
for file in $pages; do
  cmp "$top/$file" "prefix/share/doc/narrows/$file" || problem "$file is not installed"
done
# These, and the program.
[ "$(find prefix -type f | wc -l)" = $(($(echo "$pages" | wc -w) + 1)) ] || problem "installed $(find prefix -type f)"
# The build folder is not where the program looks for libraries.
readelf -d "$narrows" | grep -E 'R(UN)?PATH' | grep -qF "$build" && problem "$(readelf -d "$narrows" | grep PATH)"

mkdir elsewhere && cd elsewhere || exit 1
installed() { env -i PATH=/usr/bin:/bin "$narrows" "$@"; }
[ "$(installed --version)" = "narrows $version" ] || problem "the version is $(installed --version), not $version"
cp "$top/examples/models/mobilenet_v2_0.35_96.json" model.json
installed compile model.json --target x86-64-linux -o out >printed 2>&1 || problem "compile: $(cat printed)"
"$build/narrows" compile model.json --target x86-64-linux -o same >/dev/null || problem "compile with the program of the build"
diff -r out same || problem "the installed program writes other files"
grep -q "narrows $version" out/model.h || problem "the emitted header does not name the version: $(head -n 8 out/model.h)"

finish
