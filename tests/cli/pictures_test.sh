#!/bin/sh
# narrows run on pictures: the results are the same whether a model reads and returns its maps as NCHW, as the ONNX
# file does, or as NHWC, and with pixels for input.
#
# usage: pictures_test.sh NARROWS
set -u
narrows=$(realpath "$1")
top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/tests/support/workspace.sh"

# Builds fast; no test looks at a time.
cat >fast-cxx <<'END'
#!/bin/sh
exec ccache g++ "$@" -O0
END
chmod +x fast-cxx

# run MODEL PICTURE OPTION...: what is listed goes to ./listed.
run() {
  model=$1 picture=$2
  shift 2
  "$narrows" run "$top/examples/models/$model.onnx" --input "$top/examples/pictures/$picture.png" --time 0 \
    --compiler ./fast-cxx "$@" >stdout 2>stderr || problem "run $model $*: $(cat stderr)"
  grep -vE '^(latency|arena|weights) ' stdout >listed
}

# same MODEL PICTURE LABELS LINE: all layouts list the same, with LINE among it.
same() {
  run "$1" "$2" --labels "$top/examples/models/$3_labels.txt" --input-layout nhwc
  cp listed nhwc
  grep -q "$4" nhwc || problem "$1 lists $(cat nhwc)"
  [ ! -s stderr ] || problem "$1: $(cat stderr)"
  run "$1" "$2" --labels "$top/examples/models/$3_labels.txt"
  diff -u nhwc listed || problem "$1 lists something else of planes"
  run "$1" "$2" --labels "$top/examples/models/$3_labels.txt" --pixels auto
  diff -u nhwc listed || problem "$1 lists something else of pixels in planes"
}
same icon_classifier_int8 classify icon_classifier '^ 0\.[5-9][0-9]*  bell$'
same sign_detector_int8 detect sign_detector '^ 0\.9[0-9]* .*  [a-z]'
same icon_segmenter_int8 segment icon_segmenter '^ 0\.[0-9]*  [a-z]'

# Labels that do not fit.
sed 1d "$top/examples/models/icon_segmenter_labels.txt" >short.txt
run icon_segmenter_int8 segment --labels short.txt
grep -q "warning: --labels: 'short.txt' has 8 names, the model 9 classes" stderr || problem "said $(cat stderr)"
run icon_segmenter_int8 segment --labels short.txt --labels-offset 1
[ ! -s stderr ] || problem "said $(cat stderr)"
sed 's/class 0$/background/' listed | diff -u nhwc - || problem "an offset of 1 gives other names"

finish
