// What an emitted file takes of runtime/: which definitions there are, and which of them a piece of code needs.
#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>

#include "compiler/emit/definitions.h"
#include "compiler/emit/emit.h"
#include "compiler/emit/mentions.h"
#include "compiler/interpret/interpret.h"
#include "tests/support/targets.h"
#include "tests/support/test_data.h"

namespace narrows {
namespace {

/// Lines that a split must keep.
std::string kept_lines(const std::string& text) {
  std::istringstream lines(text);
  std::string out;
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty() && line != "#pragma once" && line.rfind("#include \"", 0) != 0) out += line + "\n";
  }
  return out;
}

std::string joined_sections(const std::vector<DefinitionSection>& sections) {
  std::string text;
  for (const DefinitionSection& section : sections) {
    text += section.heading;
    for (const auto& groups : section.paragraphs) {
      for (const DefinitionGroup& group : groups) {
        text += group.comment;
        for (const Definition& d : group.definitions) text += d.text;
      }
    }
  }
  return text;
}

TEST(Definitions, LoseNoLineOfTheRuntime) {
  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(Path(NARROWS_SOURCE_DIR) / "runtime")) {
    if (entry.path().extension() != ".h") continue;
    const Bytes bytes = read_bytes(entry.path());
    const std::string text(bytes.begin(), bytes.end());
    EXPECT_EQ(kept_lines(joined_sections(split_definitions(text))), kept_lines(text)) << entry.path();
    ++files;
  }
  EXPECT_GE(files, 20);
}

std::vector<std::string> names_in(const std::string& text) {
  std::vector<std::string> names;
  for (const DefinitionSection& section : split_definitions(text)) {
    for (const auto& groups : section.paragraphs) {
      for (const DefinitionGroup& group : groups) {
        for (const Definition& d : group.definitions) names.insert(names.end(), d.names.begin(), d.names.end());
      }
    }
  }
  return names;
}

TEST(Definitions, HaveNames) {
  EXPECT_EQ(names_in("typedef f32 f32v __attribute__((vector_size(LANES * 4)));\n"
                     "typedef void (*BlockCall)(const Run& run, const Task& task);\n"
                     "struct Range {\n  i32 begin, end;\n};\n"
                     "struct Run;  // declared\n"
                     "enum Status { ok = 0, bad };\nenum { size = 3 };\n"
                     "static const int group = 64;\n"
                     "#define MACRO(x) (x)\n"
                     "template <typename T, int n>\nT add(const T* p, int (*f)(int a, int b)) {\n  return p[0];\n}\n"
                     "static inline __attribute__((unused)) const char* explain(int status) { return \"(\"; }\n"
                     "#if A\nvoid one() {}\n#else\nvoid two() {}\n#endif\n"),
            (std::vector<std::string>{"f32v", "BlockCall", "Range", "Run", "Status", "ok", "bad", "size", "group",
                                      "MACRO", "add", "explain", "one", "two"}));
}

TEST(Mentions, TellFunctionsFromVariables) {
  Mentions m;
  add_mentions("const i32v product = f(a, g(b, c), {1, 2}); h(product); // comment(x)\n run(\"text(\", block);", &m);
  const auto only_call = [&](const char* name) {
    EXPECT_EQ(m.uses[name].calls.size(), 1u) << name;
    return *m.uses[name].calls.begin();
  };
  EXPECT_EQ(only_call("f").size(), 3u);
  EXPECT_EQ(only_call("f")[1].function, "g");
  EXPECT_EQ(only_call("g").size(), 2u);
  EXPECT_EQ(only_call("h")[0].types, (std::set<std::string>{"i32v"}));
  EXPECT_EQ(only_call("run").size(), 2u);
  EXPECT_TRUE(m.uses["block"].without_call);
  EXPECT_EQ(m.uses.count("product"), 0u);
  EXPECT_EQ(m.names.count("comment"), 0u);
  EXPECT_EQ(m.names.count("text"), 0u);
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST(Runtime, HasWhatCodeCallsAndWhatThatCalls) {
  const std::string text = runtime_for("fill_slot(ring, 16, 1, 0);", target_named("x86-64-linux-avx2")).functions;
  EXPECT_TRUE(has(text, "void fill_slot(")) << text;
  EXPECT_TRUE(has(text, "u32v splat_u32v(")) << text;
  EXPECT_TRUE(has(text, "void store(u32* p, u32v v)")) << text;
  EXPECT_FALSE(has(text, "load_row(")) << text;
  EXPECT_EQ(runtime_for("int x;", target_named("x86-64-linux-avx2")).functions, "");
}

TEST(Runtime, HasOverloadsThatAreCalledOnly) {
  const std::string text =
      runtime_for("const f32v v = load_f32v(p); store(p, v);", target_named("x86-64-linux-avx2")).functions;
  EXPECT_TRUE(has(text, "void store(f32* p, f32v v)")) << text;
  EXPECT_FALSE(has(text, "void store(f32* p, f32v v, int n)")) << text;
  EXPECT_FALSE(has(text, "void store(u8* p")) << text;
}

/// Variables of one name have other types in other functions.
TEST(Runtime, TellsOverloadsByTheTypesOfArguments) {
  const std::string code =
      "void a(i32v acc, const u8* p, const i8* w) {\n  const u8s x = load_u8s(p);\n"
      "  store(out, dot4(acc, x, load_i8q(w + k * 32)));\n}\n"
      "void b(const i16* w) {\n  const i16q x = load_i16q(w);\n  f(x);\n}\n";
  const std::string text = runtime_for(code, target_named("x86-64-linux-avx2")).functions;
  EXPECT_TRUE(has(text, "i32v dot4(i32v acc, u8q a, i8q b)")) << text;
  EXPECT_FALSE(has(text, "i32v dot4(i32v acc, i8q a, i8q b)")) << text;
  EXPECT_FALSE(has(text, "i32v dot4(i32v acc, u8q a, i16q b)")) << text;
}

}  // namespace
}  // namespace narrows
