// Chains as text: plain loops over rows with named rings, around the calls of kernels that chain_calls.cpp and
// chain_units.cpp write.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/lower/chain/chain_calls.h"
#include "compiler/lower/chain/chain_units.h"
#include "compiler/writer.h"

namespace narrows {

namespace {

class ChainPrinter {
 public:
  ChainPrinter(const ChainCode& code, std::string in_type, std::string out_type, int indent = 2)
      : code_(code),
        chain_(code.plan),
        in_type_(std::move(in_type)),
        out_type_(std::move(out_type)),
        type_(to_string(code.plan.arithmetic.stored)),
        writer_(indent),
        calls_(code, in_type_, &writer_),
        units_(code, &writer_) {}

  std::string print() { return signature() + body() + "}\n"; }

  std::string signature() const {
    std::string s = fmt::format("(const {}* in, ", in_type_);
    const size_t sources = stage(0).load() ? stage(0).load()->joined.size() : 0;
    if (sources > 0) s = "(";
    for (size_t i = 0; i < sources; ++i) s += fmt::format("const {}* in{}, ", in_type_, i);
    if (chain_.row_source) s = fmt::format("(const {}* (*in)(void* user, int y), void* user, ", in_type_);
    if (takes_residual(chain_)) s += fmt::format("const {}* residual, ", type_);
    s += fmt::format("{}* out, ", out_type_);
    if (chain_.scratch_bytes) s += "u8* __restrict scratch, ";
    if (chain_.shared_bytes) s += "u8* __restrict shared, ";
    s += fmt::format("const u8* __restrict {}", chain_.groups() ? "all_weights" : "weights");
    s += phases_of(chain_) ? ", const Task& task) {\n" : ") {\n";
    return s + code_.offsets;
  }

  std::string body() {
    declare();
    if (chain_.parts)
      print_channels();
    else if (stage(last()).unit_pixels())
      print_tiles();
    else if (chain_.variant == Variant::layerwise)
      print_layerwise();
    else
      print_rows();
    return writer_.text();
  }

 private:
  const Stage& stage(int i) const { return chain_.stages[i]; }
  int last() const { return static_cast<int>(chain_.stages.size()) - 1; }
  bool f32() const { return !chain_.arithmetic.requantizes(); }
  bool at_once() const { return chain_.parts && chain_.parts->expands_at_once; }
  /// The sums of several parts, if there are any.
  const PartialSums* sums() const { return chain_.parts && chain_.parts->sums ? &*chain_.parts->sums : nullptr; }

  // ---- declarations ----------------------------------------------------------------------------
  void declare() {
    const Load* const load = stage(0).load();
    const ChannelMap* const map = load && load->conversion ? std::get_if<ChannelMap>(&*load->conversion) : nullptr;
    if (map) {
      writer_.line("static const f32 scales[] = {{{}}};  // of pixels, per channel", literals(map->scale));
      writer_.line("static const f32 addends[] = {{{}}};", literals(map->addend));
    }
    for (int i = 0; i < last(); ++i) {
      const StageRows& r = stage(i).out;
      const bool interleaved = r.kind == StageRows::Kind::interleaved;
      const std::string type = interleaved ? "u32" : type_;
      std::string comment = interleaved   ? "four rows in the bytes of [{}][{}]"
                            : r.whole()   ? "all rows of [{}][{}]"
                            : r.kept == 1 ? "one row [{}][{}]"
                                          : std::to_string(r.kept) + " rows of [{}][{}]";
      writer_.line("{0}* const {1} = ({0}*){2};  // {3}", type, r.name,
                   memory(r.shared ? "shared" : "scratch", r.offset),
                   fmt::format(fmt::runtime(comment), r.columns(), r.pitch));
    }
    if (chain_.padded)
      writer_.line("{0}* const added = ({0}*){1};  // a row of the residual", type_,
                   memory("scratch", chain_.padded->offset));
    if (chain_.row_sums) writer_.line("i32* const sums = (i32*){};", memory("scratch", *chain_.row_sums));
    if (sums()) {
      writer_.line("{0}* const {1} = ({0}*){2};  // sums over the parts so far",
                   to_string(chain_.arithmetic.accumulator), chain_.strips() ? "partial" : "total",
                   memory(chain_.strips() ? "scratch" : "shared", sums()->offset));
    }
    for (int i = 0; i < last(); ++i) {
      if (!stage(i).out.shared) fill_borders(stage(i).out, Index::number(0), std::to_string(stage(i).out.kept));
      if (i == 0 && at_once()) pad_map(stage(i).out);
    }
  }
  static std::string literals(const std::vector<float>& values) {
    std::string text;
    for (const float v : values) text += (text.empty() ? "" : ", ") + float_literal(v);
    return text;
  }
  static std::string memory(const char* base, int64_t offset) {
    return offset ? fmt::format("({} + {})", base, offset) : base;
  }

  /// Fills what lies left and right of rows [first, first + count).
  void fill_borders(const StageRows& r, const Index& first, const std::string& count) {
    if (!r.left && !r.right) return;
    const bool interleaved = r.kind == StageRows::Kind::interleaved;
    const int64_t pixel = int64_t{r.pitch} * (interleaved ? 4 : r.element_bytes);
    writer_.line("fill_borders({}, {}, {}, {}, {}, {});", plus(r.name, first.times(r.row_elements())),
                 interleaved ? "1" : count, r.columns() * pixel, r.left * pixel, r.right * pixel,
                 byte_of(r.border_value));
  }
  /// memset takes the byte; 0 is 0.0f too.
  static int byte_of(int value) { return value & 255; }

  /// Declares the task's share of the units of a phase; all of them where there is one thread.
  void share(const std::string& name, int units, int phase = 0) {
    if (chain_.threads)
      writer_.line("const Range {} = share({}, {}, task);", name, units, phase);
    else
      writer_.line("const Range {} = {{0, {}}};", name, units);
  }

  // ---- rows variant: every stage computes the rows that the next one is about to read ----------
  void print_rows() {
    share("rows", stage(last()).out.map.height);
    declare_rows(last(), "rows.begin");
    writer_.open("for (i32 y = rows.begin; y < rows.end; ++y) {{");
    make(last(), "y");
    writer_.close();
  }
  /// Counters of the rows that the stages before `end` make, from the one on that row `first` of stage `end` reads.
  void declare_rows(int end, Index first) {
    for (int i = end - 1; i >= 0; --i) {
      const Window& w = stage(i + 1).window;
      first = first * w.stride_h - w.pad.top;
      if (on_demand(i)) continue;
      const std::string counter = stage(i).out.name + "_rows";
      writer_.line("i32 {} = {};  // next row to make", counter, first.str());
      first = stage(i).out.top ? "inside(" + counter + ")" : counter;
    }
  }

  /// One row without borders above or below, made right before it is read.
  bool on_demand(int i) const {
    const StageRows& r = stage(i).out;
    if (i == 0 && chain_.row_source) return false;  // all rows are pulled, one after the other
    return r.kind == StageRows::Kind::plain && r.kept == 1 && !r.top && !r.bottom;
  }

  /// Makes row `y` of stage `i`, and before that the rows that it reads.
  void make(int i, const Index& y) {
    if (i > 0) {
      const Window& w = stage(i).window;
      if (on_demand(i - 1)) {
        make(i - 1, y * w.stride_h);
      } else {
        make_rows_until(i - 1, y * w.stride_h + (w.kernel_h - 1) * w.dilation_h + 1 - w.pad.top);
      }
    }
    calls_.call(i, y);
  }

  void make_rows_until(int i, const Index& limit) {
    const std::string row = stage(i).out.name + "_rows";
    writer_.open("for (; {0} < {1}; ++{0}) {{", row, limit.str());
    make_or_pad(stage(i).out, row, [&] { make(i, row); });
    writer_.close();
  }

  /// Row `y` of `r`, which may lie above or below the map; `make_row()` writes what makes a row of the map.
  template <typename MakeRow>
  void make_or_pad(const StageRows& r, const Index& y, const MakeRow& make_row) {
    if (!r.top && !r.bottom) return make_row();
    std::string outside = r.top ? y.str() + " < 0" : "";
    if (r.bottom) outside += fmt::format("{}{} >= {}", r.top ? " || " : "", y.str(), r.map.height);
    writer_.open("if ({}) {{", outside);
    pad(r, y);
    writer_.close("} else {");
    writer_.indent();
    make_row();
    writer_.close();
  }

  /// All rows above and below the map.
  void pad_map(const StageRows& r) {
    for (int y = -r.top; y < r.map.height + r.bottom; ++y) {
      if (y < 0 || y >= r.map.height) pad(r, Index::number(y));
    }
  }

  void pad(const StageRows& r, const Index& y) {
    if (r.kind == StageRows::Kind::interleaved) {
      writer_.line("fill_slot({}, {}, {} & 3, {});", plus(r.name, int64_t{r.left} * r.pitch), r.map.width * r.pitch,
                   y.str(), byte_of(r.border_value));
    } else {
      writer_.line("__builtin_memset({}, {}, {});", calls_.write_pointer(r, y), byte_of(r.border_value),
                   int64_t{r.map.width} * r.pitch * r.element_bytes);
    }
  }

  // ---- layerwise: stage by stage ---------------------------------------------------------------
  void print_layerwise() {
    for (int i = 0; i <= last(); ++i) {
      const StageRows& r = stage(i).out;
      const std::string rows = i < last() ? r.name + "_rows" : "rows";
      share(rows, r.top + r.map.height + r.bottom, i);
      if (i < last()) fill_borders(r, rows + ".begin", fmt::format("{0}.end - {0}.begin", rows));
      writer_.open("for (i32 y = {}; y < {}; ++y) {{", (Index(rows + ".begin") - r.top).str(),
                   (Index(rows + ".end") - r.top).str());
      make_or_pad(r, "y", [&] { calls_.call(i, "y"); });
      writer_.close();
    }
  }

  // ---- channels: part by part of the expanded channels -----------------------------------------
  void print_channels() {
    if (chain_.strips()) return print_strips();
    if (chain_.groups()) return print_groups();
    print_part();
  }

  /// The filtered map of a part, and what it adds to the output.
  void print_part() {
    const StageRows& filtered = stage(last() - 1).out;
    at_once() ? calls_.call(0, Index::number(0)) : declare_rows(last() - 1, Index::number(0));
    const auto filter = [&](const Index& y) { at_once() ? calls_.call(last() - 1, y) : make(last() - 1, y); };
    if (filtered.map.height == 1) {
      filter(Index::number(0));
    } else {
      writer_.open("for (i32 y = 0; y < {}; ++y) {{", filtered.map.height);
      filter("y");
      writer_.close();
    }
    units_.print_units({filtered.name, filtered.pitch, filtered.map.channels}, Index::number(0),
                       std::to_string(stage(last()).units()));
  }

  /// Groups of parts, each with its sums, and then tiles of channels of all sums. What one thread does with floats
  /// gives the same bits; for integers the order makes no difference, and it needs no sums but those of the first
  /// group.
  void print_groups() {
    const int groups = chain_.groups()->count;
    const int64_t group_sums = chain_.groups()->bytes / 4;
    const std::string type = to_string(chain_.arithmetic.accumulator);
    share("groups", groups);
    share("tiles", stage(last()).units(), 1);
    if (chain_.threads) writer_.line("const bool alone = task.phase < 0;");
    writer_.open("for (i32 group = groups.begin; group < groups.end; ++group) {{");
    const char* const own = f32() ? "group > 0" : "0";
    writer_.line("{}* const partial = total + {} * {};  // sums of this group", type,
                 chain_.threads ? fmt::format("(alone ? {} : group)", own) : fmt::format("({})", own), group_sums);
    const std::string starts_sums = f32() ? "" : chain_.threads ? "group == 0 || !alone" : "group == 0";
    if (chain_.parts->count == groups) {
      print_part_of_group("group", starts_sums.empty() ? "true" : starts_sums);
    } else {
      writer_.line("const i32 first_part = group * {0} / {1}, end = (group + 1) * {0} / {1};", chain_.parts->count,
                   groups);
      writer_.open("for (i32 part = first_part; part < end; ++part) {{");
      print_part_of_group("part", "part == first_part" + (starts_sums.empty() ? "" : " && (" + starts_sums + ")"));
      writer_.close();
    }
    if (f32())
      units_.add_groups(chain_.threads ? "if (alone && group > 0) " : "if (group > 0) ", "2", Index::number(0),
                        stage(last()).out.map.channels);
    writer_.close();
    units_.print_finish();
  }

  /// Part `part`, which is the first one of its sums if `first` holds.
  void print_part_of_group(const std::string& part, const std::string& first) {
    writer_.line("const u8* const weights = all_weights + {} * part_bytes;", part);
    writer_.line("const bool first = {};", first);
    print_part();
  }

  /// Strips of rows, each of which goes through all parts.
  void print_strips() {
    const Stage& s = stage(last());
    const StageRows& filtered = stage(last() - 1).out;
    const int parts = chain_.parts->count, width = s.out.map.width;
    share("rows", s.out.map.height);
    if (parts > 1) writer_.open("for (i32 part = 0; part < {}; ++part, weights += part_bytes) {{", parts);
    declare_rows(last() - 1, "rows.begin");
    writer_.open("for (i32 y = rows.begin; y < rows.end; ++y) {{");
    make(last() - 1, "y");
    writer_.close();
    if (s.conv()->row_sums) {
      writer_.line(
          "sum_windows({0} + rows.begin * {1}, sums + rows.begin * {2}, (rows.end - rows.begin) * {2}, "
          "{3}, {4}, false);",
          filtered.name, filtered.row_elements(), width, filtered.pitch, filtered.map.channels);
    }
    const int tiles = s.conv()->tiles();
    if (tiles > 1) writer_.open("for (i32 tile = 0; tile < {}; ++tile) {{", tiles);
    writer_.open("for (i32 y = rows.begin; y < rows.end; ++y) {{");
    writer_.line("const i32 pixel = y * {};", width);
    units_.print_unit({"tile", "pixel", filtered.name, filtered.pitch});
    writer_.close();
    if (tiles > 1) writer_.close();
    if (parts > 1) writer_.close();
  }

  /// A convolution alone, with few rows.
  void print_tiles() {
    share("tiles", stage(last()).units());
    if (last() > 0) calls_.call(0, Index::number(0));
    const StageRows& in = stage(0).out;
    const int depth = stage(last()).in.channels;
    units_.print_units({last() > 0 ? in.name : "in", last() > 0 ? in.pitch : depth, depth}, "tiles.begin", "tiles.end");
  }

  const ChainCode& code_;
  const Chain& chain_;
  std::string in_type_, out_type_, type_;
  Writer writer_;
  ChainCalls calls_;
  ChainUnits units_;
};

}  // namespace

std::string print_chain(const ChainCode& chain, const std::string& in_type, const std::string& out_type) {
  return ChainPrinter(chain, in_type, out_type).print();
}

std::string print_columns(const std::vector<ChainCode>& strips, const std::string& in_type,
                          const std::string& out_type) {
  // All strips take the scratch of the largest.
  ChainCode largest = strips[0];
  for (const ChainCode& strip : strips)
    largest.plan.scratch_bytes = std::max(largest.plan.scratch_bytes, strip.plan.scratch_bytes);
  std::string text = ChainPrinter(largest, in_type, out_type).signature();
  for (const ChainCode& strip : strips) {
    const StageRows& out = strip.plan.stages.back().out;
    text += fmt::format("  {{  // columns {} to {} of the output\n", out.first_column,
                        out.first_column + out.map.width - 1);
    text += ChainPrinter(strip, in_type, out_type, 4).body() + "  }\n";
  }
  return text + "}\n";
}

}  // namespace narrows
