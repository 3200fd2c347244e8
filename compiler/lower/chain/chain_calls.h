// Kernel calls of a chain: private to print_chain(). All ring arithmetic is here, once per row; which row comes next is
// print_chain.cpp's.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "compiler/index.h"
#include "compiler/lower/chain/chain_code.h"
#include "compiler/writer.h"

namespace narrows {

class ChainCalls {
 public:
  /// `in_type` is the type of the input in memory.
  ChainCalls(const ChainCode& code, std::string in_type, Writer* writer)
      : code_(code), chain_(code.plan), in_type_(std::move(in_type)), writer_(*writer) {}

  /// Writes the calls that compute row `y` of stage `i`.
  void call(int i, const Index& y);
  /// Where row `y` of a stage is written.
  std::string write_pointer(const StageRows& rows, const Index& y) const;

 private:
  const Stage& stage(int i) const { return chain_.stages[i]; }
  /// Input row `k` of the window of output row `y` of stage `i`, from the left border on.
  std::string read_pointer(int i, const Index& y, int k) const;
  /// Row `y` of what a stage adds.
  std::string residual_pointer(const Stage& s, const Index& y) const;
  void pad_residual(const Stage& s, const Index& y);

  /// A tensor that a load reads, and the channel of the loaded rows where its channels begin.
  struct Input {
    std::string name;
    int channels, first;
    std::optional<size_t> table;  ///< of the load's tables
  };
  void call_load(const Stage& s, const Index& y);
  void multiply(const Stage& s, const Index& y);
  void repeat_pixel(const Stage& s, const Index& y, const Input& input);
  /// The table of an input that has one.
  std::string table_of(const Input& input) const;
  void look_up(const Stage& s, const Index& y, const Input& input, const std::string& from);
  void convert(const Stage& s, int channels, const std::string& from, const std::string& to);
  void load(const Stage& s, const Index& y, const Input& input);
  void call_conv(int i, const Index& y);
  void sum_rows(int i, const Index& y, int pitch);
  void call_depthwise(int i, const Index& y);

  const ChainCode& code_;
  const Chain& chain_;
  std::string in_type_;
  Writer& writer_;
};

}  // namespace narrows
