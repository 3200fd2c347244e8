// TFLite models with several subgraphs and signatures, and constants whose data stand behind the flatbuffer.
#include <gtest/gtest.h>

#include "frontends/frontends.h"
#include "tests/support/bad_model.h"
#include "tests/support/sound_model.h"

namespace narrows {
namespace {

using Code = TfliteBuilder::Code;
namespace format = tflite_format;

/// Subgraph 0 has the signature 'first' and is a convolution, subgraph 1 has 'second' and adds a tensor to itself.
TfliteBuilder two_subgraphs() {
  TfliteBuilder b = small_conv();
  auto second = std::make_unique<format::SubGraphT>();
  for (const char* name : {"in", "twice"}) {
    second->tensors.push_back(std::make_unique<format::TensorT>());
    second->tensors.back()->name = name;
    second->tensors.back()->shape = {3};
  }
  second->inputs = {0};
  second->outputs = {1};
  b.add_op(Code::ADD, {0, 0}, {1});
  second->operators.push_back(std::move(b.subgraph().operators.back()));
  b.subgraph().operators.pop_back();
  b.model.subgraphs.push_back(std::move(second));
  for (const char* key : {"first", "second"}) {
    b.model.signature_defs.push_back(std::make_unique<format::SignatureDefT>());
    b.model.signature_defs.back()->signature_key = key;
    b.model.signature_defs.back()->subgraph_index = static_cast<uint32_t>(b.model.signature_defs.size()) - 1;
  }
  return b;
}

std::string messages_of(const TfliteBuilder& b, const std::string& signature) {
  ReadOptions options;
  options.signature = signature;
  Diagnostics diagnostics("m");
  EXPECT_FALSE(read_model(b.finish(), "m", diagnostics, options).has_value());
  return diagnostics.str();
}

TEST(TfliteSignatures, OneIsReadByItsName) {
  for (const auto& [signature, kind] : {std::pair{"first", OpKind::conv2d}, {"second", OpKind::add}}) {
    ReadOptions options;
    options.signature = signature;
    const Graph graph = read_sound_model(two_subgraphs().finish(), options);
    ASSERT_EQ(graph.ops.size(), 1u);
    EXPECT_EQ(graph.ops[0].kind, kind);
  }
}

TEST(TfliteSignatures, AreListed) {
  EXPECT_EQ(messages_of(two_subgraphs(), ""),
            "m: error: the model has signatures that are computed by other subgraphs than the first: 'first', "
            "'second'\n"
            "m: note: --signature NAME compiles one of them\n");
  EXPECT_EQ(messages_of(two_subgraphs(), "third"),
            "m: error: --signature third: the model has no signature of that name\n"
            "m: note: signatures: 'first', 'second'\n");
  EXPECT_EQ(messages_of(small_conv(), "first"),
            "m: error: --signature first: the model has no signature of that name\n");
}

TEST(TfliteSignatures, OfNoSubgraph) {
  TfliteBuilder b = two_subgraphs();
  b.model.signature_defs[1]->subgraph_index = 7;
  EXPECT_EQ(messages_of(b, "second"), "m: error: signature 'second' is computed by subgraph 7 of 2\n");
}

/// Several names of one subgraph need no choice.
TEST(TfliteSignatures, OfOneSubgraph) {
  TfliteBuilder b = two_subgraphs();
  b.model.signature_defs[1]->subgraph_index = 0;
  EXPECT_EQ(read_sound_model(b.finish()).ops.at(0).kind, OpKind::conv2d);
}

TEST(TfliteSignatures, OfOtherFormats) {
  const std::string json = R"({"resolution": 32, "width": 0.35})";
  ReadOptions options;
  options.signature = "first";
  Diagnostics diagnostics("m");
  EXPECT_FALSE(read_model({json.begin(), json.end()}, "m", diagnostics, options).has_value());
  EXPECT_EQ(diagnostics.str(), "m: error: --signature is for TensorFlow Lite models; others have no signatures\n");
}

/// The file with the data of the weights behind the flatbuffer.
std::vector<uint8_t> with_data_behind(uint64_t more) {
  TfliteBuilder b = small_conv();
  const std::vector<uint8_t> data = b.data(w);
  format::BufferT& buffer = *b.model.buffers.at(b.tensor(w).buffer);
  buffer.data.clear();
  buffer.offset = 2, buffer.size = data.size();
  buffer.offset = b.finish().size();  // the field has its place now
  buffer.size += more;
  std::vector<uint8_t> file = b.finish();
  EXPECT_EQ(file.size(), buffer.offset);
  file.insert(file.end(), data.begin(), data.end());
  return file;
}

TEST(TfliteBuffers, BehindTheFlatbuffer) {
  EXPECT_EQ(print(read_sound_model(with_data_behind(0)), true), print(read_sound_model(small_conv().finish()), true));
}

TEST(TfliteBuffers, BehindTheFile) {
  const std::string size = std::to_string(with_data_behind(1).size());
  const std::string text = errors_of(with_data_behind(1));
  EXPECT_EQ(text.substr(0, text.find(" at ")), "m: error: tensor 1 'w' has its 217 bytes of data");
  EXPECT_NE(text.find("of the file, which has " + size + " bytes\n"), std::string::npos) << text;
  // No sum of offset and size overflows.
  EXPECT_EQ(errors_of(with_data_behind(UINT64_MAX - 216)),
            "m: error: the constants take 2147483659 bytes, more than the limit of 2^31 - 1\n");
}

}  // namespace
}  // namespace narrows
