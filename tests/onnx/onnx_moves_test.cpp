// ONNX operators that move, pick and rank elements, against recorded runs of onnxruntime; and what is refused of them.
#include <gtest/gtest.h>

#include "compiler/interpret/interpret.h"
#include "tests/support/onnx_bad_model.h"
#include "tests/support/onnx_reference.h"
#include "tests/support/onnx_runs.h"

namespace narrows {
namespace {

using Ints = std::vector<int64_t>;
using Names = std::vector<std::string>;

/// Models of one input x [1,8,4,6] and of one node, which writes y.
struct Maker {
  std::vector<OnnxCase> cases = {};

  OnnxBuilder& add(const std::string& name) {
    OnnxBuilder b(13);
    b.input("x", {1, 8, 4, 6});
    cases.push_back({name, b});
    return cases.back().net;
  }
  /// A model whose node reads x and constant integers of a shape.
  OnnxBuilder::Node& with_integers(const std::string& name, const char* type, const Ints& values, const Ints& shape) {
    OnnxBuilder& b = add(name);
    b.integers("values", values);
    b.integers("shape", shape);
    b.op("Reshape", {"values", "shape"}, "constant");
    return finish(b, type, {"x", "constant"});
  }
  static OnnxBuilder::Node& finish(OnnxBuilder& b, const char* type, const Names& inputs) {
    b.output("y");
    return b.op(type, inputs, "y");
  }
};

void add_moves(Maker& m) {
  for (const char* mode : {"DCR", "CRD"}) {
    OnnxBuilder::Node& node = Maker::finish(m.add(std::string("spread_") + mode), "DepthToSpace", {"x"});
    set(node, "blocksize", 2);
    set(node, "mode", mode);
  }
  set(Maker::finish(m.add("collect"), "SpaceToDepth", {"x"}), "blocksize", 2);
  m.with_integers("tile", "Tile", {1, 2, 1, 3}, {4});
  m.with_integers("tile_all", "Tile", {1, 2, 3, 2}, {4});
  for (const char* mode : {"reflect", "edge", "constant"}) {
    OnnxBuilder& b = m.add(std::string("pad_") + mode);
    b.integers("pads", {0, 1, 2, 0, 0, 0, 1, 5});
    b.scalar("value", -2.5f);
    const bool constant = mode[0] == 'c';
    set(Maker::finish(b, "Pad", constant ? Names{"x", "pads", "value"} : Names{"x", "pads"}), "mode", mode);
  }
}

void add_picks(Maker& m) {
  set(m.with_integers("gather_channels", "Gather", {3, 0, -1}, {3}), "axis", 1);
  set(m.with_integers("gather_progression", "Gather", {5, 3, 1}, {3}), "axis", -1);
  set(m.with_integers("gather_columns", "Gather", {0, 5, 1, -2, 3, 3}, {3, 2}), "axis", 3);
  m.with_integers("gather_nd", "GatherND", {0, 1, 0, -1, 0, 3}, {3, 2});
  set(m.with_integers("gather_nd_batch", "GatherND", {1, 2, 7, -1, 0, 0}, {1, 3, 2}), "batch_dims", 1);
  set(m.with_integers("gather_elements", "GatherElements", {0, 1, 3, -1, 2, 0, 3, 3, 1, 2, 0, 1}, {1, 2, 2, 3}), "axis",
      2);
  OnnxBuilder& b = m.add("gather_computed");
  OnnxBuilder::Node& largest = b.op("ArgMax", {"x"}, "largest");
  set(largest, "axis", 1);
  set(largest, "keepdims", 0);
  set(Maker::finish(b, "Gather", {"x", "largest"}), "axis", 1);
  OnnxBuilder& e = m.add("gather_computed_elements");
  set(e.op("ArgMax", {"x"}, "largest"), "axis", 3);
  set(Maker::finish(e, "GatherElements", {"x", "largest"}), "axis", 3);
}

/// where(c, x, number) and where(c, channels, x), with a condition for each pixel or element.
void add_choices(Maker& m) {
  OnnxBuilder& pixels = m.add("where_pixels");
  pixels.integers("numbers", {0, 1, 1, 0, 2, 0, 0, 1, 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1, 1, 0, 1, 1});
  pixels.integers("shape", {4, 6});
  pixels.op("Reshape", {"numbers", "shape"}, "map");
  set(pixels.op("Cast", {"map"}, "condition"), "to", static_cast<int>(onnx::TensorProto::BOOL));
  Maker::finish(pixels, "Where", {"condition", "x", pixels.scalar("number", -1e9f)});
  OnnxBuilder& channels = m.add("where_channels");
  channels.integers("numbers", {0, 1, 1, 0, 1, 0});
  set(channels.op("Cast", {"numbers"}, "condition"), "to", static_cast<int>(onnx::TensorProto::BOOL));
  channels.floats("values", {8, 1, 1}, small_numbers(8));
  Maker::finish(channels, "Where", {"condition", "values", "x"});
}

void add_ranks(Maker& m) {
  int count = 0;
  for (const int axis : {1, 2, -1}) {
    for (const int largest : {1, 0}) {
      OnnxBuilder& b = m.add("top_k" + std::to_string(count++));
      b.integers("k", {3});
      OnnxBuilder::Node& node = Maker::finish(b, "TopK", {"x", "k"});
      node.add_output("places");
      b.output("places", onnx::TensorProto::INT64);
      set(node, "axis", axis);
      set(node, "largest", largest);
    }
    OnnxBuilder& b = m.add("smallest" + std::to_string(count));
    b.output("y", onnx::TensorProto::INT64);
    OnnxBuilder::Node& node = b.op("ArgMin", {"x"}, "y");
    set(node, "axis", axis);
    set(node, "keepdims", count % 4 == 0 ? 0 : 1);
  }
}

std::vector<OnnxCase> cases() {
  Maker m;
  add_moves(m);
  add_picks(m);
  add_choices(m);
  add_ranks(m);
  return m.cases;
}

const Bytes& input() {
  static const Bytes bytes = bytes_of(numbers({1, 8, 4, 6}).values);
  return bytes;
}

TEST(OnnxMoves, EqualRecordedRuns) { expect_as_onnxruntime("moves", cases(), input()); }
TEST(OnnxRuntimeMoves, AreAsRecorded) { expect_recorded_run("moves", cases(), input()); }

/// Maps of an ONNX model stay NHWC inside.
TEST(OnnxMoves, NeedNoTranspose) {
  ReadOptions nhwc;
  nhwc.layout = ReadOptions::Layout::nhwc;
  for (const OnnxCase& c : cases()) {
    const bool stays =
        c.name == "spread_DCR" || c.name == "tile" || c.name == "pad_reflect" || c.name == "gather_channels";
    EXPECT_TRUE(!stays || count_ops(read_onnx_graph(c.net, nhwc), OpKind::transpose) == 0) << c.name;
  }
}

// ---- what is refused -----------------------------------------------------------------------------

std::string error_of(const char* type, const Ints& operand, const char* attribute = nullptr, int value = 0) {
  Maker m;
  OnnxBuilder& b = m.add("bad");
  Names inputs = {"x"};
  if (!operand.empty()) inputs.push_back(b.integers("operand", operand));
  OnnxBuilder::Node& node = Maker::finish(b, type, inputs);
  if (attribute) set(node, attribute, value);
  return errors_of_onnx(b);
}

TEST(OnnxMoves, Errors) {
  EXPECT_EQ(error_of("Tile", {1, 2, 3}),
            "m: op 0 Tile 'y': error: repeats 'operand' are [1,2,3], expected 4 positive numbers for input 'x' with "
            "shape [1,8,4,6]\n");
  EXPECT_EQ(error_of("DepthToSpace", {}, "blocksize", 3),
            "m: op 0 DepthToSpace 'y': error: blocksize 3 does not divide input 'x' with shape [1,8,4,6]\n");
  EXPECT_EQ(error_of("SpaceToDepth", {}, "blocksize", 4),
            "m: op 0 SpaceToDepth 'y': error: blocksize 4 does not divide input 'x' with shape [1,8,4,6]\n");
  EXPECT_EQ(error_of("GatherND", {0, 8}), "m: op 0 GatherND 'y': error: index 8 is out of range; expected -8 to 7\n");
  EXPECT_EQ(
      error_of("GatherND", {0, 0}, "batch_dims", 1),
      "m: op 0 GatherND 'y': error: indices 'operand' with shape [2] do not fit input 'x' with shape [1,8,4,6] and "
      "batch_dims 1\n");
  EXPECT_EQ(error_of("GatherElements", {0, 1}),
            "m: op 0 GatherElements 'y': error: indices 'operand' with shape [2] do not fit input 'x' with shape "
            "[1,8,4,6]\n");
  EXPECT_EQ(error_of("TopK", {7}),
            "m: op 0 TopK 'y': error: asks for 7 values along axis 3 of input 'x' with shape [1,8,4,6]\n");
  EXPECT_EQ(error_of("ArgMin", {}, "select_last_index", 1),
            "m: op 0 ArgMin 'y': error: select_last_index 1 is not supported; expected 0\n");
}

TEST(OnnxMoves, PadErrors) {
  Maker m;
  OnnxBuilder& b = m.add("bad");
  b.integers("pads", {0, 0, 4, 0, 0, 0, 0, 0});
  set(Maker::finish(b, "Pad", {"x", "pads"}), "mode", "reflect");
  EXPECT_EQ(
      errors_of_onnx(b),
      "m: op 0 Pad 'y': error: pads 4 pixels of dimension 2 of input 'x' with shape [1,8,4,6]; with mode reflect, "
      "expected at most 3\n");
}

}  // namespace
}  // namespace narrows
