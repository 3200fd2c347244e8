// Chains as text: plain loops over rows with named rings, then calls of kernels. All ring arithmetic is here,
// once per row.
#include <fmt/format.h>

#include "compiler/emit/chain.h"
#include "compiler/emit/writer.h"

namespace narrows {

namespace {

class ChainPrinter {
 public:
  ChainPrinter(const Chain& chain, std::string in_type, std::string out_type)
      : chain_(chain),
        in_type_(std::move(in_type)),
        out_type_(std::move(out_type)),
        type_(to_string(chain.stored)) {}

  std::string print() {
    declare();
    switch (chain_.schedule.variant) {
      case Variant::layerwise:
        print_layerwise();
        break;
      case Variant::channels:
        print_channels();
        break;
      default:
        print_rows();
    }
    return signature() + writer_.text() + "}\n";
  }

 private:
  const Stage& stage(int i) const { return chain_.stages[i]; }
  int last() const { return static_cast<int>(chain_.stages.size()) - 1; }
  bool f32() const { return chain_.stored == DType::f32; }

  std::string signature() const {
    std::string s = fmt::format("(const {}* __restrict in, ", in_type_);
    if (chain_.stages.back().residual) s += fmt::format("const {}* __restrict residual, ", type_);
    s += fmt::format("{}* __restrict out, ", out_type_);
    if (chain_.scratch_bytes) s += "u8* __restrict scratch, ";
    return s + "const u8* __restrict weights) {\n";
  }

  // ---- declarations ----------------------------------------------------------------------------
  void declare() {
    for (int i = 0; i < last(); ++i) {
      const Rows& r = stage(i).out;
      const bool interleaved = r.kind == Rows::Kind::interleaved;
      const std::string type = interleaved ? "u32" : type_;
      std::string comment = interleaved   ? "four rows in the bytes of [{}][{}]"
                            : r.whole()   ? "all rows of [{}][{}]"
                            : r.kept == 1 ? "one row [{}][{}]"
                                          : std::to_string(r.kept) + " rows of [{}][{}]";
      writer_.line("{0}* const {1} = ({0}*){2};  // {3}", type, r.name, scratch(r.offset),
                   fmt::format(fmt::runtime(comment), r.columns(), r.pitch));
    }
    if (chain_.sums >= 0) writer_.line("i32* const sums = (i32*){};", scratch(chain_.sums));
    if (chain_.accumulators >= 0) {
      writer_.line("{0}* const partial = ({0}*){1};  // sums over the parts so far", f32() ? "f32" : "i32",
                   scratch(chain_.accumulators));
    }
    for (int i = 0; i < last(); ++i) fill_borders(stage(i).out);
  }
  static std::string scratch(int64_t offset) {
    return offset ? fmt::format("(scratch + {})", offset) : "scratch";
  }

  void fill_borders(const Rows& r) {
    if (!r.left && !r.right) return;
    const bool interleaved = r.kind == Rows::Kind::interleaved;
    const int64_t pixel = int64_t{r.pitch} * (interleaved ? 4 : r.element_bytes);
    writer_.line("fill_borders({}, {}, {}, {}, {}, {});", r.name, interleaved ? 1 : r.kept,
                 r.columns() * pixel, r.left * pixel, r.right * pixel, byte_of(r.border_value));
  }
  /// memset takes the byte; 0 is 0.0f too.
  static int byte_of(int value) { return value & 255; }

  // ---- rows variant: every stage computes the rows that the next one is about to read ----------
  void print_rows() {
    declare_rows(last());
    open_rows(stage(last()).out.map.height);
    make(last(), "y");
    writer_.close();
  }
  /// Counters of the rows that the stages before `end` have made.
  void declare_rows(int end) {
    for (int i = 0; i < end; ++i) {
      if (!on_demand(i))
        writer_.line("i32 {}_rows = {};  // next row to make", stage(i).out.name, -stage(i).out.top);
    }
  }
  void open_rows(int height) { writer_.open("for (i32 y = 0; y < {}; ++y) {{", height); }

  /// One row without borders above or below, made right before it is read.
  bool on_demand(int i) const {
    const Rows& r = stage(i).out;
    return r.kind == Rows::Kind::plain && r.kept == 1 && !r.top && !r.bottom;
  }

  /// Makes row `y` of stage `i`, and before that the rows that it reads.
  void make(int i, const std::string& y) {
    if (i > 0) {
      const Window& w = stage(i).window;
      if (on_demand(i - 1)) {
        make(i - 1, affine(y, w.stride_h, 0));
      } else {
        make_rows_until(i - 1, affine(y, w.stride_h, (w.kernel_h - 1) * w.dilation_h + 1 - w.pad.top));
      }
    }
    call(i, y);
  }

  void make_rows_until(int i, const std::string& limit) {
    const std::string row = stage(i).out.name + "_rows";
    writer_.open("for (; {0} < {1}; ++{0}) {{", row, limit);
    make_or_pad(i, row, true);
    writer_.close();
  }

  /// Row `y` of stage `i`, which may lie above or below the map.
  void make_or_pad(int i, const std::string& y, bool with_inputs) {
    const Rows& r = stage(i).out;
    auto make_row = [&] { with_inputs ? make(i, y) : call(i, y); };
    if (!r.top && !r.bottom) return make_row();
    std::string outside = r.top ? y + " < 0" : "";
    if (r.bottom) outside += fmt::format("{}{} >= {}", r.top ? " || " : "", y, r.map.height);
    writer_.open("if ({}) {{", outside);
    pad(r, y);
    writer_.close("} else {");
    writer_.indent();
    make_row();
    writer_.close();
  }

  void pad(const Rows& r, const std::string& y) {
    if (r.kind == Rows::Kind::interleaved) {
      writer_.line("fill_slot({}, {}, {} & 3, {});", plus(r.name, int64_t{r.left} * r.pitch),
                   r.map.width * r.pitch, y, byte_of(r.border_value));
    } else {
      writer_.line("memset({}, {}, {});", write_pointer(r, y), byte_of(r.border_value),
                   int64_t{r.map.width} * r.pitch * r.element_bytes);
    }
  }

  // ---- layerwise: stage by stage ---------------------------------------------------------------
  void print_layerwise() {
    for (int i = 0; i <= last(); ++i) {
      const Rows& r = stage(i).out;
      writer_.open("for (i32 y = {}; y < {}; ++y) {{", -r.top, r.map.height + r.bottom);
      make_or_pad(i, "y", false);
      writer_.close();
    }
  }

  // ---- channels: part by part of the expanded channels -----------------------------------------
  void print_channels() {
    const int parts = chain_.schedule.parts;
    if (parts > 1)
      writer_.open("for (i32 part = 0; part < {}; ++part, weights += {}) {{", parts, chain_.part_weights);
    const int depthwise = last() - 1;
    declare_rows(depthwise);
    open_rows(stage(depthwise).out.map.height);
    make(depthwise, "y");
    writer_.close();
    project_map();
    if (parts > 1) writer_.close();
  }

  void project_map() {
    const Stage& s = stage(last());
    const Rows& filtered = stage(last() - 1).out;
    const int map = s.out.map.height * s.out.map.width;
    if (s.row_sums) {
      writer_.line("sum_windows({}, sums, {}, {}, {}, false);", filtered.name, map, filtered.pitch,
                   filtered.pitch);
    }
    for (const Piece& p : s.pieces) {
      const std::string inputs =
          fmt::format("{}, {}{}", filtered.name, plus("weights", p.weights), s.row_sums ? ", sums" : "");
      const std::string output =
          (s.residual ? plus("residual", p.channel) + ", " : "") + plus("out", p.channel);
      if (chain_.schedule.parts == 1) {
        writer_.line("{}({}, {});", p.kernel, inputs, output);
        continue;
      }
      const std::string partial = plus("partial", p.channel);
      writer_.line("if (part == 0) {}({}, {});", p.kernel, inputs, partial);
      if (!p.more_kernel.empty()) {
        writer_.line("else if (part < {}) {}({}, {}, {});", chain_.schedule.parts - 1, p.more_kernel, inputs,
                     partial, partial);
      }
      writer_.line("else {}({}, {}, {});", p.last_kernel, inputs, partial, output);
    }
  }

  // ---- kernel calls ----------------------------------------------------------------------------
  static std::string ring_row(const Rows& r, const std::string& row) {
    if (r.kept == 1) return "0";
    if (r.whole()) return scaled(row, r.row_elements());
    const bool simple = row.find(' ') == std::string::npos;
    return fmt::format("{} % {} * {}", simple ? row : "(" + row + ")", r.kept, r.row_elements());
  }
  static std::string scaled(const std::string& row, int64_t elements) {
    if (row.find_first_not_of("-0123456789") == std::string::npos)
      return std::to_string(std::stoll(row) * elements);
    const bool simple = row.find_first_of(" ") == std::string::npos || row.front() == '(';
    return (simple ? row : "(" + row + ")") + " * " + std::to_string(elements);
  }

  /// Where row `y` of a stage is written.
  std::string write_pointer(const Rows& r, const std::string& y) const {
    if (r.kind == Rows::Kind::tensor) return plus("out", scaled(y, int64_t{r.map.width} * r.map.channels));
    const int64_t left = int64_t{r.left} * r.pitch;
    if (r.kind == Rows::Kind::interleaved) return plus(r.name, left);
    return plus(plus(r.name, ring_row(r, affine(y, 1, r.top))), left);
  }
  /// Input row `k` of the window of output row `y` of stage `i`, from the left border on.
  std::string read_pointer(int i, const std::string& y, int k) const {
    const Window& w = stage(i).window;
    const std::string row = affine(y, w.stride_h, int64_t{k} * w.dilation_h);
    if (i == 0) return plus("in", scaled(row, int64_t{stage(i).in.width} * stage(i).in.channels));
    const Rows& r = stage(i - 1).out;
    return plus(r.name, ring_row(r, row));
  }

  void call(int i, const std::string& y) {
    switch (stage(i).kind) {
      case Stage::Kind::load:
        return call_load(stage(i), y);
      case Stage::Kind::conv:
        return call_conv(i, y);
      case Stage::Kind::depthwise:
        return call_depthwise(i, y);
    }
  }

  void call_load(const Stage& s, const std::string& y) {
    const Rows& r = s.out;
    const std::string from = plus("in", scaled(y, int64_t{s.in.width} * s.in.channels)),
                      to = write_pointer(r, y);
    const std::string sizes = fmt::format("{}, {}, {}, {}", s.in.width, s.in.channels, s.repeat, r.pitch);
    if (f32()) {
      writer_.line("load_row({}, {}, {});", from, to, sizes);
    } else if (r.kind == Rows::Kind::interleaved) {
      writer_.line("load_slot({}, {}, {}, {}, {} & 3);", from, to, sizes, s.flip, y);
    } else {
      writer_.line("load_row({}, {}, {}, {});", from, to, sizes, s.flip);
    }
  }

  void call_conv(int i, const std::string& y) {
    const Stage& s = stage(i);
    const Window& w = s.window;
    std::string rows;
    const int pitch = i == 0 ? s.in.channels : stage(i - 1).out.pitch;
    for (int k = 0; k < w.kernel_h; ++k) rows += read_pointer(i, y, k) + ", ";
    if (s.row_sums) sum_rows(i, y, pitch);
    for (const Piece& p : s.pieces) {
      std::string text = rows + plus("weights", p.weights);
      if (s.row_sums) text += ", sums";
      if (s.residual)
        text += ", " +
                plus(plus("residual", scaled(y, int64_t{s.out.map.width} * s.out.map.channels)), p.channel);
      text += ", " + plus(write_pointer(s.out, y), p.channel);
      if (s.out.kind == Rows::Kind::interleaved) text += ", " + y + " & 3";
      writer_.line("{}({});", p.kernel, text);
    }
  }

  void sum_rows(int i, const std::string& y, int pitch) {
    const Stage& s = stage(i);
    const Window& w = s.window;
    const bool one_run = w.dilation_w == 1;
    const int runs = one_run ? 1 : w.kernel_w, depth = one_run ? w.kernel_w * s.in.channels : s.in.channels;
    for (int k = 0; k < w.kernel_h; ++k) {
      for (int t = 0; t < runs; ++t) {
        writer_.line("sum_windows({}, sums, {}, {}, {}, {});",
                     plus(read_pointer(i, y, k), int64_t{t} * w.dilation_w * pitch), s.out.map.width,
                     w.stride_w * pitch, depth, k + t > 0);
      }
    }
  }

  void call_depthwise(int i, const std::string& y) {
    const Stage& s = stage(i);
    const Window& w = s.window;
    const Rows& ring = stage(i - 1).out;
    for (const Piece& p : s.pieces) {
      std::string text;
      if (ring.kind == Rows::Kind::interleaved) {
        std::string row = affine(y, w.stride_h, -w.pad.top);
        if (row.find(' ') != std::string::npos) row = "(" + row + ")";
        text = fmt::format("{}, {} & 3, ", plus(ring.name, p.channel), row);
      } else {
        for (int k = 0; k < w.kernel_h; ++k) text += plus(read_pointer(i, y, k), p.channel) + ", ";
      }
      writer_.line("{}({}{}, {});", p.kernel, text, plus("weights", p.weights),
                   plus(write_pointer(s.out, y), p.channel));
    }
  }

  const Chain& chain_;
  std::string in_type_, out_type_, type_;
  Writer writer_;
};

}  // namespace

std::string print_chain(const Chain& chain, const std::string& in_type, const std::string& out_type) {
  return ChainPrinter(chain, in_type, out_type).print();
}

}  // namespace narrows
