#!/bin/sh
# The command line: help, errors and their exit status, and that no file appears unless everything went well.
#
# usage: cli_test.sh NARROWS MODEL    with a small model that compiles
set -u

narrows=$(realpath "$1")
model=$(realpath "$2")
top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/tests/support/workspace.sh"

# expect STATUS ARGUMENT...: runs narrows, keeps what it prints in ./stdout and ./stderr.
expect() {
  expected=$1
  shift
  "$narrows" "$@" >stdout 2>stderr
  found=$?
  [ "$found" = "$expected" ] || problem "narrows $*: expected status $expected, found $found: $(cat stderr)"
}

# says TEXT: the last command's standard error has a line that holds TEXT.
says() { grep -qF -- "$1" stderr || problem "expected '$1', found: $(cat stderr)"; }

# rejects ARGUMENT...: status 1, an error, nothing on standard output, no folder ./out.
rejects() {
  expect 1 "$@"
  [ -s stderr ] || problem "narrows $*: no message"
  [ ! -s stdout ] || problem "narrows $*: printed $(cat stdout)"
  [ ! -e out ] || problem "narrows $*: left $(ls out)"
  rm -rf out
}

# ---- help ---------------------------------------------------------------------------------------
expect 0 --help
expect 0 --version
for command in compile inspect run verify compare tune estimate; do
  expect 0 "$command" --help
  grep -qE '^Examples?:' stdout || problem "narrows $command --help shows no example"
  grep -q "^  narrows $command " stdout || problem "the example of narrows $command is of another command"
done

# ---- bad command lines --------------------------------------------------------------------------
rejects
rejects frobnicate
rejects compile
rejects compile "$model"
says "-o is required"
rejects compile "$model" -o out --no-such-option
rejects run "$model"
rejects run "$model" --input none.bin --time -1
rejects run "$model" --input none.bin --threads 0
rejects compile "$model" -o out --target sparc
says "unknown target 'sparc'"
says "legal targets: host, generic, generic-big-endian, x86-64-linux, "
rejects compile "$model" -o out --numerics exact
says "legal numerics: tflite, xnnpack"
rejects compile "$model" -o out --weights half
says "unknown form of weights 'half'"
says "legal forms: keep, float"
rejects compile "$model" -o out --schedule diagonal
says "diagonal"
rejects compile "$model" -o out --arena-limit 1000
says "bytes, the limit is 1000"
says "legal would be --arena-limit "
rejects compile "$model" -o out --schedule channels:0
rejects compile "$model" -o out --schedule channels:x
rejects compile "$model" -o out --name 7up
says "legal would be 'm7up'"
rejects compile "$model" -o out --name _net
says "name '_net' starts with an underscore, as the compiler's own names and header guards do"
says "legal would be 'm_net'"
rejects compile "$model" -o out --print-after no_such_pass
says "no_such_pass"

# Options of which one would have no effect.
rejects compile "$model" -o out --goal memory --schedule rows
says "--goal memory chooses schedules, but --schedule 'rows' names one"
rejects compile "$model" -o out --goal balanced --arena-limit 10000000
says "--goal balanced and --arena-limit: the limit takes the fastest schedules that fit, whatever the goal"
rejects compile "$model" -o out --arena-limit 0
says "--arena-limit is a number of bytes, 1 or more"
rejects run "$model" --input none.png --pixels auto --std 2
says "--std and --pixels: both say how pixels are scaled"
rejects run "$model" --input none.bin --mean 1 --std 2
says "--mean and --std: no --input is a picture"
rejects run "$model" --input none.bin --labels-offset 1
says "--labels-offset requires --labels"
rejects verify "$model" --mean 1
says "--mean: no --input is a picture"
rejects verify "$model" --seed 2 --input none.bin
says "--input excludes --seed"
rejects tune "$model" --static --budget 2
says "--budget excludes --static"
rejects tune "$model" --static --more-memory
says "--more-memory excludes --static"
rejects tune "$model" --jobs-file out/tune.ninja --only 0
says "--only excludes --jobs-file"
rejects tune "$model" --jobs-file out/tune.ninja --again
says "--again excludes --jobs-file"
rejects tune --merge none.json --target arm64-linux -o out/tuned.json
says "--target excludes --merge"

# All problems in one run.
rejects compile none.tflite -o out --target sparc --numerics exact --schedule diagonal
[ "$(grep -c 'error: ' stderr)" = 4 ] || problem "expected 4 errors, found: $(cat stderr)"

# ---- bad models ---------------------------------------------------------------------------------
: >empty.tflite
echo "this is not a model" >text.tflite
head -c 1000 "$model" >truncated.tflite
head -c 100000 /dev/zero >zeros.tflite
mkdir folder.tflite
for bad in none empty text truncated zeros folder; do
  for command in "compile -o out" "inspect" "verify"; do
    # shellcheck disable=SC2086  # a command with its options
    rejects $command $bad.tflite
    says "$bad.tflite: "
  done
done

# ---- descriptions -------------------------------------------------------------------------------
echo '{ "resolution": 32, "width": 0.35 }' >small.json
expect 0 inspect small.json --target arm64-linux
grep -q '^parameters  1,670,088$' stdout || problem "inspect of a description: $(grep '^parameters' stdout)"
expect 0 inspect small.json --target arm64-linux --memory --html out/map.html
grep -q '^arena  *[0-9,]* bytes; no plan is smaller: a step needs as much$' stdout || problem "memory: $(cat stdout)"
[ "$(ls out)" = map.html ] || problem "inspect --html wrote $(ls out)"
rm -r out
expect 0 compile small.json --target arm64-linux --input rows --schedule 'rows columns:2' -o out
grep -q '^#define SMALL_INPUT0_PASSES 2$' out/small.h || problem "passes over the rows: $(grep PASSES out/small.h)"
rm -r out
echo '{ "resolution": 0, "head": { "kind": "yolo" } }' >bad.json
rejects compile bad.json -o out
says "bad.json: error: resolution is 0; expected 1 to 4096"
says "bad.json: error: head.kind is 'yolo'; expected classifier, ssdlite, deeplab"

# ---- control characters -------------------------------------------------------------------------
# no_escapes: the last command has printed none.
esc=$(printf '\033')
no_escapes() { grep -qF "$esc" stdout stderr && problem "$1 reaches the terminal: $(cat -v stdout stderr)"; }
echo '{ "weights_file": "\u001b[31mred" }' >escape.json
rejects compile escape.json -o out
says "cannot read weights_file '\\x1b[31mred'"
no_escapes "the name of a weights file"
cp text.tflite "${esc}[31m.tflite"
rejects compile "${esc}[31m.tflite" -o out
says '\x1b[31m.tflite: error: '
no_escapes "the name of a model file"
rejects compile "$model" "${esc}[31m" -o out
no_escapes "an argument"
cp small.json "${esc}.json"
expect 0 compile "${esc}.json" -o "${esc}out" --target arm64-linux
no_escapes "the name of a folder"
grep -q '^wrote    \\x1bout/m_.h ' stdout || problem "compile prints $(cat stdout)"
grep -qF "$esc" "${esc}out/m_.h" "${esc}out/m_.cpp" && problem "control characters in emitted files"

# ---- bad inputs, compilers, runners ---------------------------------------------------------------
rejects run "$model" --input none.png
says "none.png"
rejects run "$model" --input empty.tflite
says "'empty.tflite' holds 0 bytes"
rejects run "$model" --input empty.tflite empty.tflite
says "expected 1 input files, found 2"
rejects verify "$model" --compiler no-such-compiler --runner no-such-runner
says "no-such-compiler"
says "'no-such-runner'"
rejects compare "$model" --schedules rows,diagonal --yardstick vertical --html out/report.html
says "diagonal"
says "vertical"
rejects compare "$model" --schedules ''
says "no schedule to compare"
rejects compare "$model" --compilers no-such-compiler --runner no-such-runner --html out/report.html
says "no-such-compiler"
says "'no-such-runner'"
rejects compare "$model" --rounds 0
rejects verify "$model" --compiler false
says "failed with status 1"

# ---- files: all or none, the same for every folder ------------------------------------------------
rejects compile "$model" -o text.tflite
rejects compile "$model" -o /proc/none/out
mkdir -p blocked/net.weights/x
expect 1 compile "$model" -o blocked --name net
[ "$(ls blocked)" = net.weights ] || problem "files half written: $(ls blocked)"

expect 0 compile "$model" -o first --name net --emit-main --target x86-64-linux
grep -q '^arena ' stdout || problem "compile prints no arena"
grep -q '^build  .*-msse4.1 -c net.cpp net_main.cpp$' stdout || problem "compile prints no build command"
mkdir elsewhere && cp "$model" elsewhere/
expect 0 compile "elsewhere/$(basename "$model")" -o second/deep --name net --emit-main --target x86-64-linux
diff -r first second/deep || problem "the same model in another folder gives other files"
! grep -rqF -e "$work" -e "$(dirname "$model")/" first || problem "a path of this machine got into the files"

# Two programs that write the same names at once: the files of one of them.
for type in float32 uint8; do
  echo '{ "resolution": 16, "stem": 8, "rows": [{ "t": 1, "c": 16 }], "last": 0, "type": "'$type'" }' >$type.json
  expect 0 compile $type.json -o alone_$type --name both --target x86-64-linux
done
for round in 1 2 3 4 5; do
  "$narrows" compile float32.json -o both --name both --target x86-64-linux >log1 2>&1 &
  first=$!
  "$narrows" compile uint8.json -o both --name both --target x86-64-linux >log2 2>&1 ||
    problem "round $round: $(cat log2)"
  wait $first || problem "round $round: $(cat log1)"
  diff -rq alone_float32 both >/dev/null || diff -rq alone_uint8 both >/dev/null ||
    problem "round $round left a mixture"
done

# Links stay, devices are written to.
mkdir linked && echo before >real.h && ln -s ../real.h linked/both.h
expect 0 compile uint8.json -o linked --name both --target x86-64-linux
cmp -s real.h alone_uint8/both.h || problem "the link's target was not written"
[ -L linked/both.h ] || problem "a link was replaced"
# Through links, because to replace the machine's own devices would be worse than to fail.
for device in stdout null full; do ln -s /dev/$device linked/$device.html; done
"$narrows" inspect uint8.json --memory --html linked/stdout.html 2>stderr >stdout || problem "$(cat stderr)"
grep -q '</html>' stdout || problem "no page on standard output: $(head -n 3 stdout)"
grep -q '^arena ' stdout || problem "no text behind the page"
expect 0 inspect uint8.json --html linked/null.html
[ -L linked/null.html ] || problem "inspect replaced a link to a device"
rejects inspect uint8.json --html linked/full.html
says "cannot write 'linked/full.html': No space left on device"

# A pipe that nobody reads keeps its writer waiting. A signal ends that, and leaves nothing behind.
mkdir piped
mkfifo piped/both.weights
"$narrows" compile uint8.json -o piped --name both --target x86-64-linux >/dev/null 2>&1 &
sleep 2
kill -TERM $!
wait $! 2>/dev/null
[ "$(ls -A piped)" = both.weights ] || problem "a signal left $(ls -A piped)"

# Standard output that takes nothing, also where all of it waits in a buffer.
"$narrows" --version >/dev/full 2>stderr && problem "a full standard output was success"
says "narrows: error: cannot write to standard output: No space left on device"

rejects run "$model" --input picture.png --mean nan
says "--mean: expected a finite number, found nan"

# ---- tuning ---------------------------------------------------------------------------------------
cat >tiny.json <<'END'
{ "resolution": 16, "stem": 8, "rows": [{ "t": 1, "c": 16 }], "last": 0, "head": { "classes": 4 }, "type": "uint8" }
END
# Builds fast; no test looks at a time.
cat >fast-cxx <<'END'
#!/bin/sh
exec ccache g++ "$@" -O0
END
chmod +x fast-cxx

rejects tune
says "MODEL is required"
rejects tune tiny.json --target sparc
says "unknown target 'sparc'"
rejects tune tiny.json -o out/tuned.txt
says "'out/tuned.txt' does not end in .json"
rejects tune tiny.json -o /proc/none/tuned.json
says "/proc/none"
rejects tune tiny.json --target arm64-linux -o out/tuned.json
says "cannot measure code for arm64-linux"
says "--runner"
says "estimate with --static"
rejects tune tiny.json --budget -1
rejects tune tiny.json --only 2 -o out/tuned.json
says "there is no block 2 to tune; there are 2, counted from 0"
rejects tune --merge none.json -o out/tuned.json
says "schedules of 'none.json': cannot read 'none.json'"
rejects tune --merge none.json
says "-o FILE.json"
echo '{ "target": "sparc", "blocks": [] }' >other.json
rejects tune tiny.json -o other.json
says "'other.json' holds schedules for sparc, not for "
cp text.tflite text.json
rejects tune tiny.json -o text.json
says "schedules of 'text.json': not a file of schedules"
cmp -s text.tflite text.json || problem "tune has overwritten a file that it cannot read"
rejects tune tiny.json --compiler false -o failed.json
says "failed with status 1"
[ ! -e failed.json ] || problem "tune that failed left a file"

expect 0 tune tiny.json --jobs-file jobs/tune.ninja --budget 0 --compiler ./fast-cxx -o jobs/tuned.json
ninja -f jobs/tune.ninja >log 2>&1 || problem "ninja does not tune: $(cat log)"
[ "$(grep -c '"block"' jobs/tuned.json)" = 2 ] || problem "the jobs' results were not merged: $(ls jobs)"
ninja -f jobs/tune.ninja 2>&1 | grep -q 'no work to do' || problem "ninja finds work that is done"

expect 0 tune tiny.json --jobs-file jobs/pixels.ninja --pixels auto --goal balanced -o jobs/tuned.json
grep -q '^arguments = .* --pixels auto --goal balanced$' jobs/pixels.ninja ||
  problem "jobs tune another model: $(cat jobs/pixels.ninja)"

# A file that holds one of the two blocks: the next run measures the other one only.
cp jobs/tuned.0.json tuned.json
first=$(grep '"block"' tuned.json)
expect 0 tune tiny.json --budget 0 --compiler ./fast-cxx -o tuned.json
says "1 of 1 blocks"
[ "$(grep -c '"block"' tuned.json)" = 2 ] || problem "expected 2 blocks: $(cat tuned.json)"
grep -qF "$first" tuned.json || problem "the first block was measured again"
expect 0 tune tiny.json --compiler false -o tuned.json
grep -q '^wrote    tuned.json  2 blocks$' stdout || problem "tune without anything to do: $(cat stdout stderr)"
expect 0 inspect tiny.json --schedule tuned.json
for file in .narrows-*; do [ ! -e "$file" ] || problem "left $file"; done

finish
