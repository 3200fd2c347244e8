// Descriptions that must be refused, with the whole text of the messages.
#include <gtest/gtest.h>

#include <optional>
#include <random>

#include "description_generated.h"
#include "frontends/frontends.h"
#include "tests/support/bad_model.h"

namespace narrows {
namespace {

using Bytes = std::vector<uint8_t>;

std::string errors_of_json(const std::string& json) { return errors_of(Bytes(json.begin(), json.end())); }

struct Case {
  const char *json, *text;
};

void expect_messages(const std::vector<Case>& cases) {
  for (const Case& c : cases) EXPECT_EQ(errors_of_json(c.json), c.text) << c.json;
}

TEST(BadDescription, Syntax) {
  expect_messages({
      {"{", "m: error: line 1: expecting: identifier instead got: end of file\n"},
      {"{\n\"resolution\": }", "m: error: line 2: Cannot assign token starting with '}' to value of <int> type.\n"},
      {"{\"resolution\": 224} {}", "m: error: line 1: expecting: end of file instead got: {\n"},
      {"{\"resolution\": \"large\"}", "m: error: line 1: enum values need to be qualified by an enum type\n"},
      {"{\"resolution\": 1e30}",
       "m: error: line 1: Cannot assign token starting with 'float constant' to value of <int> type.\n"},
      {"{\"resolution\": 99999999999}",
       "m: error: line 1: invalid number: \"99999999999\", constant does not fit [-2147483648; "
       "2147483647]\n"},
      {"{\"seed\": -1}", "m: error: line 1: invalid number: \"-1\", constant does not fit [0; 4294967295]\n"},
      {"{\"rows\": {\"t\": 1}}", "m: error: line 1: expecting: [ instead got: {\n"},
      {"{\"rows\": [1]}", "m: error: line 1: expecting: { instead got: integer constant\n"},
      {"{\"head\": \"ssdlite\"}", "m: error: line 1: expecting: { instead got: string constant\n"},
      {"{\"type\": 8}", "m: error: line 1: expecting: string constant instead got: integer constant\n"},
  });
}

TEST(BadDescription, UnknownField) {
  const std::string note =
      "m: note: fields of Row: t, c, n, s\n"
      "m: note: fields of Head: kind, classes, features, extra, anchors, postprocess, output_stride, aspp, "
      "rates, output\n"
      "m: note: fields of Description: resolution, width, stem, rows, last, head, type, seed, weights, "
      "weights_file\n";
  EXPECT_EQ(errors_of_json("{\"witdh\": 1}"), "m: error: line 1: unknown field: witdh\n" + note);
  EXPECT_EQ(errors_of_json("{\"rows\": [\n{\"k\": 3}]}"), "m: error: line 2: unknown field: k\n" + note);
}

TEST(BadDescription, ZeroByte) {
  EXPECT_EQ(errors_of_json(std::string("{}\0", 3)), "m: error: the description is not text: it holds a zero byte\n");
}

TEST(BadDescription, Scalars) {
  expect_messages({
      {R"({"resolution": 0})", "m: error: resolution is 0; expected 1 to 4096\n"},
      {R"({"resolution": -224})", "m: error: resolution is -224; expected 1 to 4096\n"},
      {R"({"resolution": 4097})", "m: error: resolution is 4097; expected 1 to 4096\n"},
      {R"({"width": 0})", "m: error: width is 0; expected 0.05 to 8\n"},
      {R"({"width": -1})", "m: error: width is -1; expected 0.05 to 8\n"},
      {R"({"width": nan})", "m: error: width is nan; expected 0.05 to 8\n"},
      {R"({"width": inf})", "m: error: width is inf; expected 0.05 to 8\n"},
      {R"({"stem": 0})", "m: error: stem is 0; expected 1 to 8192\n"},
      {R"({"last": -1})", "m: error: last is -1; expected 0 to 8192\n"},
      {R"({"type": "float16"})", "m: error: type is 'float16'; expected float32, int8, uint8\n"},
  });
}

TEST(BadDescription, Rows) {
  expect_messages({
      {R"({"rows": []})", "m: error: rows is empty; expected at least one row\n"},
      {R"({"rows": [{"t": 0, "c": 16}]})", "m: error: rows[0].t is 0; expected 1 to 100\n"},
      {R"({"rows": [{"t": 1}]})", "m: error: rows[0].c is 0; expected 1 to 8192\n"},
      {R"({"rows": [{"c": 16}, {"c": 16, "n": 0}]})", "m: error: rows[1].n is 0; expected 1 to 1000\n"},
      {R"({"rows": [{"c": 16, "s": 3}]})", "m: error: rows[0].s is 3; expected 1, 2\n"},
      {R"({"rows": [{"c": 8, "n": 600}, {"c": 8, "n": 600}]})",
       "m: error: rows have 1200 blocks, more than the limit of 1000\n"},
  });
}

TEST(BadDescription, Head) {
  expect_messages({
      {R"({"head": {"kind": "yolo"}})", "m: error: head.kind is 'yolo'; expected classifier, ssdlite, deeplab\n"},
      {R"({"head": {"classes": 0}})", "m: error: head.classes is 0; expected 1 to 100000\n"},
      {R"({"head": {"output_stride": 16}})", "m: error: head.output_stride has no meaning for the head 'classifier'\n"},
      {R"({"head": {"kind": "deeplab", "output_stride": 7}})",
       "m: error: head.output_stride is 7; expected 8, 16, 32\n"},
      {R"({"head": {"kind": "deeplab", "extra": [1], "anchors": [1], "features": []}})",
       "m: error: head.features has no meaning for the head 'deeplab'\n"
       "m: error: head.extra has no meaning for the head 'deeplab'\n"
       "m: error: head.anchors has no meaning for the head 'deeplab'\n"},
      {R"({"head": {"postprocess": true}})", "m: error: head.postprocess has no meaning for the head 'classifier'\n"},
      {R"({"head": {"kind": "ssdlite", "aspp": false}})",
       "m: error: head.aspp has no meaning for the head 'ssdlite'\n"},
  });
}

TEST(BadDescription, Deeplab) {
  expect_messages({
      {R"({"head": {"kind": "deeplab", "output": "masks"}})",
       "m: error: head.output is 'masks'; expected logits, classes\n"},
      {R"({"head": {"kind": "ssdlite", "output": "classes", "rates": [2]}})",
       "m: error: head.rates has no meaning for the head 'ssdlite'\n"
       "m: error: head.output has no meaning for the head 'ssdlite'\n"},
      {R"({"head": {"kind": "deeplab", "rates": [2]}})", "m: error: head.rates has no meaning without head.aspp\n"},
      {R"({"head": {"kind": "deeplab", "aspp": true, "rates": []}})",
       "m: error: head.rates is empty; expected at least one rate\n"},
      {R"({"head": {"kind": "deeplab", "aspp": true, "rates": [6, 0, 1001]}})",
       "m: error: head.rates[1] is 0; expected 1 to 1000\n"
       "m: error: head.rates[2] is 1001; expected 1 to 1000\n"},
      {R"({"head": {"kind": "deeplab", "aspp": true, "output_stride": -1}})",
       "m: error: head.output_stride is -1; expected 8, 16, 32\n"},
  });
}

TEST(BadDescription, Ssdlite) {
  expect_messages({
      {R"({"rows": [{"t": 1, "c": 16, "n": 2}], "head": {"kind": "ssdlite", "features": ["block2", "last"]}})",
       "m: error: head.features[0] is 'block2', which is not a layer\n"
       "m: note: layers: block0, block1, last\n"},
      {R"({"rows": [{"c": 16}], "last": 0, "head": {"kind": "ssdlite", "features": ["last"]}})",
       "m: error: head.features[0] is 'last', which is not a layer\n"
       "m: note: layers: block0/expand, block0\n"},
      {R"({"head": {"kind": "ssdlite", "extra": [512, 0]}})", "m: error: head.extra[1] is 0; expected 1 to 8192\n"},
      {R"({"head": {"kind": "ssdlite", "features": [], "extra": []}})",
       "m: error: head.features and head.extra are empty; expected at least one layer\n"},
      {R"({"head": {"kind": "ssdlite", "anchors": [3, 6]}})",
       "m: error: head.anchors has 2 numbers; expected 6, one for each of 2 features and 4 extra layers\n"},
      {R"({"head": {"kind": "ssdlite", "features": ["last"], "extra": [], "anchors": [0]}})",
       "m: error: head.anchors[0] is 0; expected 1 to 100\n"},
  });
}

TEST(BadDescription, Sizes) {
  expect_messages({
      {R"({"resolution": 4096, "width": 8, "stem": 8192})",
       "m: error: the network has 157713640 parameters, more than the limit of 100000000\n"
       "m: error: layer 'stem' has 2147483648 elements of 4 bytes, more than the limit of 2^31 - 1 bytes\n"},
      {R"({"resolution": 1, "width": 8, "rows": [{"t": 100, "c": 8192}]})",
       "m: error: the network has 2365969384 parameters, more than the limit of 100000000\n"
       "m: error: layer 'block0/weights' has 1677721600 elements of 4 bytes, more than the limit of 2^31 - 1 "
       "bytes\n"},
  });
}

/// Rows that are wrong give no messages about the layers that they would stand for.
TEST(BadDescription, LayersOfWrongRows) {
  EXPECT_EQ(errors_of_json(R"({"rows": [{"c": 16, "s": 5}],
                              "head": {"kind": "ssdlite", "features": ["block99"], "extra": [8], "anchors": [1, 1]}})"),
            "m: error: rows[0].s is 5; expected 1, 2\n");
  EXPECT_EQ(
      errors_of_json(R"({"rows": [{"c": 16, "s": 5}], "head": {"kind": "ssdlite", "extra": [], "anchors": [1]}})"),
      "m: error: rows[0].s is 5; expected 1, 2\n");
}

TEST(BadDescription, Weights) {
  expect_messages({
      {R"({"weights": []})", "m: error: weights is empty; expected numbers, or no such field\n"},
      {R"({"weights": [1, nan]})", "m: error: weights[1] is nan; expected -1000000 to 1000000\n"},
      {R"({"weights": [1, 2, 3]})", "m: error: weights has 3 numbers; expected 3487816\n"},
      {R"({"weights_file": ""})", "m: error: weights_file is empty; expected a file name, or no such field\n"},
      {R"({"weights": [1], "weights_file": "w"})",
       "m: error: weights and weights_file are both given; expected one of them\n"},
      {R"({"weights_file": "no/such/file"})", "m: error: cannot read weights_file 'no/such/file'\n"},
      {R"({"weights_file": "/"})", "m: error: cannot read weights_file '/'\n"},
  });
}

TEST(BadDescription, EverythingAtOnce) {
  EXPECT_EQ(errors_of_json(R"({"resolution": 0, "width": 9, "type": "bf16", "rows": [{"t": 0, "c": 8, "s": 4}],
                              "head": {"kind": "deeplab", "output_stride": 1, "features": ["last"]}})"),
            "m: error: resolution is 0; expected 1 to 4096\n"
            "m: error: width is 9; expected 0.05 to 8\n"
            "m: error: type is 'bf16'; expected float32, int8, uint8\n"
            "m: error: rows[0].t is 0; expected 1 to 100\n"
            "m: error: rows[0].s is 4; expected 1, 2\n"
            "m: error: head.features has no meaning for the head 'deeplab'\n"
            "m: error: head.output_stride is 1; expected 8, 16, 32\n");
}

// ---- damaged files -----------------------------------------------------------------------------

/// Reading must not crash; what is read without an error must be a graph that holds its promises.
void expect_error_or_sound(const Bytes& bytes) {
  Diagnostics diagnostics("m");
  const std::optional<Graph> graph = read_model(bytes, "m", diagnostics);
  ASSERT_EQ(graph.has_value(), diagnostics.ok()) << diagnostics.str();
  if (graph) {
    ASSERT_EQ(verify(*graph), std::vector<std::string>{});
  }
}

Bytes binary_description() {
  description_format::DescriptionT source;
  source.resolution = 8;
  source.rows.push_back(std::make_unique<description_format::RowT>());
  source.rows[0]->c = 8;
  source.last = 8;
  source.type = "int8";
  source.head = std::make_unique<description_format::HeadT>();
  source.head->kind = "ssdlite";
  source.head->postprocess = true;
  source.head->features = {"block0", "last"};
  source.head->extra = {8};
  source.head->anchors = {1, 2, 3};
  flatbuffers::FlatBufferBuilder builder;
  builder.Finish(description_format::Description::Pack(builder, &source), description_format::DescriptionIdentifier());
  return {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()};
}

TEST(BadDescription, DamagedBinary) {
  Bytes bytes = binary_description();
  bytes.resize(bytes.size() - 8);
  EXPECT_EQ(errors_of(bytes), "m: error: the file is damaged: it is not a well-formed description\n");
}

TEST(BadDescription, FlippedBits) {
  const std::string json =
      R"({"resolution": 8, "width": 0.5, "rows": [{"t": 2, "c": 8, "n": 2, "s": 2}], "last": 8, "type": "int8",
          "head": {"kind": "ssdlite", "classes": 2, "features": ["block1/expand", "last"], "extra": [8],
          "postprocess": true}})";
  std::mt19937 random(1);
  for (const Bytes& whole : {Bytes(json.begin(), json.end()), binary_description()}) {
    for (int round = 0; round < 2000; ++round) {
      Bytes bytes = whole;
      for (uint32_t flips = 1 + random() % 3; flips > 0; --flips) {
        bytes[random() % bytes.size()] ^= 1u << (random() % 8);
      }
      expect_error_or_sound(bytes);
      if (HasFatalFailure()) return;
    }
  }
}

TEST(BadDescription, Truncated) {
  const std::string json = R"({"resolution": 8, "rows": [{"c": 8}], "head": {"kind": "deeplab", "aspp": true}})";
  for (size_t size = 1; size < json.size(); ++size) errors_of_json(json.substr(0, size));
}

TEST(BadDescription, DeepNesting) {
  const std::string text = errors_of_json("{\"rows\": " + std::string(100000, '['));
  EXPECT_NE(text.find("m: error: line 1: "), std::string::npos);
}

}  // namespace
}  // namespace narrows
