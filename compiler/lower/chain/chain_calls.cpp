#include "compiler/lower/chain/chain_calls.h"

#include <fmt/format.h>

namespace narrows {

namespace {

/// Elements from the start of the ring to a row.
std::string ring_row(const StageRows& r, const Index& row) {
  if (r.kept == 1) return "0";
  if (r.whole()) return row.times(r.row_elements());
  return fmt::format("{} % {} * {}", row.operand(), r.kept, r.row_elements());
}

/// From column `first` on.
std::string tensor_row(const std::string& tensor, const Index& y, int width, int first, int channels) {
  return plus(plus(tensor, y.times(int64_t{width} * channels)), int64_t{first} * channels);
}

}  // namespace

std::string ChainCalls::write_pointer(const StageRows& r, const Index& y) const {
  if (r.kind == StageRows::Kind::tensor) return tensor_row("out", y, r.full_width, r.first_column, r.map.channels);
  const int64_t left = int64_t{r.left} * r.pitch;
  if (r.kind == StageRows::Kind::interleaved) return plus(r.name, left);
  return plus(plus(r.name, ring_row(r, y + r.top)), left);
}

std::string ChainCalls::read_pointer(int i, const Index& y, int k) const {
  const Window& w = stage(i).window;
  const Index row = y * w.stride_h + int64_t{k} * w.dilation_h;
  if (i == 0) {
    const ConvMap& in = stage(i).in;
    return tensor_row("in", row, in.width, stage(i).out.first_column * w.stride_w, in.channels);
  }
  const StageRows& r = stage(i - 1).out;
  return plus(plus(r.name, ring_row(r, row)), int64_t{r.skipped} * r.pitch);
}

std::string ChainCalls::residual_pointer(const Stage& s, const Index& y) const {
  const StageRows& out = s.out;
  if (s.adds_tensor() && chain_.padded) return "added";
  if (s.adds_tensor()) return tensor_row("residual", y, out.full_width, out.first_column, out.map.channels);
  const StageRows& r = chain_.stages[*s.conv()->addend->stage].out;
  return plus(write_pointer(r, y), int64_t{out.first_column - r.first_column} * r.pitch);
}

void ChainCalls::pad_residual(const Stage& s, const Index& y) {
  const PaddedResidual& padded = *chain_.padded;
  writer_.line("pad_pixels({}, added, {}, {}, {}, {});",
               tensor_row("residual", y, s.out.full_width, s.out.first_column, padded.channels), s.out.map.width,
               padded.channels, s.out.map.channels, padded.zero);
}

void ChainCalls::call(int i, const Index& y) {
  const Stage& s = stage(i);
  if (s.load()) return call_load(s, y);
  return s.depthwise() ? call_depthwise(i, y) : call_conv(i, y);
}

void ChainCalls::call_load(const Stage& s, const Index& y) {
  const std::vector<Load::Source>& joined = s.load()->joined;
  if (joined.empty()) return load(s, y, {"in", s.in.channels, 0, std::nullopt});
  if (!s.load()->product.empty()) return multiply(s, y);
  int first = 0;
  for (size_t i = 0; i < joined.size(); ++i) {
    const Input input{fmt::format("in{}", i), joined[i].channels, first, joined[i].table};
    joined[i].pixel ? repeat_pixel(s, y, input) : load(s, y, input);
    first += joined[i].channels;
  }
}

void ChainCalls::multiply(const Stage& s, const Index& y) {
  const StageRows& r = s.out;
  const int channels = s.in.channels;
  const std::string from =
      plus(plus("in0", y.times(int64_t{s.in.width} * channels)), int64_t{r.first_column} * channels);
  writer_.line("scale_row({}, in1, {}, {}, {}, {}, {});", from, write_pointer(r, y), r.map.width, channels, r.pitch,
               s.load()->product);
}

void ChainCalls::repeat_pixel(const Stage& s, const Index& y, const Input& input) {
  const StageRows& r = s.out;
  const std::string to = plus(write_pointer(r, y), input.first);
  const int bytes = input.channels * r.element_bytes, pitch = r.pitch * r.element_bytes;
  if (!input.table) return writer_.line("repeat_pixel({}, {}, {}, {}, {});", input.name, to, r.map.width, bytes, pitch);
  writer_.line("lookup_row({}, {}, 1, {}, {}, {}, 0);", input.name, to, input.channels, r.pitch, table_of(input));
  writer_.line("repeat_pixel({}, {}, {}, {}, {});", to, plus(to, pitch), r.map.width - 1, bytes, pitch);
}

std::string ChainCalls::table_of(const Input& input) const {
  return plus("weights + bytes", static_cast<int64_t>(256 * *input.table));
}

void ChainCalls::look_up(const Stage& s, const Index& y, const Input& input, const std::string& from) {
  const StageRows& r = s.out;
  const std::string to = plus(write_pointer(r, y), input.first);
  const std::string all =
      fmt::format("{}, {}, {}, {}, {}, {}", from, to, r.map.width, input.channels, r.pitch, table_of(input));
  if (r.kind == StageRows::Kind::interleaved)
    writer_.line("lookup_slot({}, {} & 3);", all, y.str());
  else
    writer_.line("lookup_row({}, 0);", all);
}

void ChainCalls::load(const Stage& s, const Index& y, const Input& input) {
  const StageRows& r = s.out;
  const int channels = input.channels;
  const std::string from = chain_.row_source ? fmt::format("in(user, {})", y.str())
                                             : plus(input.name, y.times(int64_t{s.in.width} * channels));
  const std::string begin = plus(from, int64_t{r.first_column} * channels);
  const std::string to = plus(write_pointer(r, y), input.first);
  if (s.load()->conversion) return convert(s, channels, begin, to);
  if (input.table) return look_up(s, y, input, begin);
  const std::string sizes = fmt::format("{}, {}, {}, {}", r.map.width, channels, s.load()->repeat, r.pitch);
  const int flip = s.load()->flips_sign ? 0x80 : 0;
  if (!chain_.arithmetic.requantizes()) {
    writer_.line("load_row({}, {}, {});", begin, to, sizes);
  } else if (r.kind == StageRows::Kind::interleaved) {
    writer_.line("load_slot({}, {}, {}, {}, {} & 3);", begin, to, sizes, flip, y.str());
  } else {
    writer_.line("load_row({}, {}, {}, {});", begin, to, sizes, flip);
  }
}

void ChainCalls::convert(const Stage& s, int channels, const std::string& from, const std::string& to) {
  const StageRows& r = s.out;
  const Conversion& conversion = *s.load()->conversion;
  if (const auto* table = std::get_if<ByteTable>(&conversion)) {
    writer_.line("lookup_row({}, {}, {}, {}, {}, weights + bytes, {});", from, to, r.map.width, channels, r.pitch,
                 table->per_channel() ? 256 : 0);
  } else if (const auto* q = std::get_if<Quantization>(&conversion)) {
    const Range range = stored_range(chain_.arithmetic.stored);
    writer_.line("quantize_row({}, {}, {}, {}, {}, {}, {}, {}, {});", from, to, r.map.width, channels, r.pitch,
                 float_literal(q->scale), q->zero_point, range.min, range.max);
  } else if (r.pitch == channels && channels <= 4) {
    const std::string type = in_type_ == "u8" ? "U8" : in_type_ == "i8" ? "I8" : "F32";
    writer_.line("convert_row<ChannelsOf{}, {}>({}, {}, {}, scales, addends);", type, channels, from, to, r.map.width);
  } else {
    writer_.line("convert_pixels({}, {}, {}, {}, {}, scales, addends);", from, to, r.map.width, channels, r.pitch);
  }
}

void ChainCalls::call_conv(int i, const Index& y) {
  const Stage& s = stage(i);
  const Window& w = s.window;
  std::string rows;
  for (int k = 0; k < w.kernel_h; ++k) rows += read_pointer(i, y, k) + ", ";
  if (s.conv()->row_sums) sum_rows(i, y, in_pitch(chain_, i));
  if (s.adds_tensor() && chain_.padded) pad_residual(s, y);
  for (const Piece& p : code_.pieces[i]) {
    std::string text = rows + first_weights("weights", p);
    if (s.conv()->row_sums) text += ", sums";
    if (s.conv()->addend) text += ", " + plus(residual_pointer(s, y), p.cut.first);
    text += ", " + plus(write_pointer(s.out, y), p.cut.first);
    if (s.out.kind == StageRows::Kind::interleaved) text += ", " + y.str() + " & 3";
    writer_.line("{}({});", std::get<std::string>(p.kernels), text);
  }
}

void ChainCalls::sum_rows(int i, const Index& y, int pitch) {
  const Stage& s = stage(i);
  const Window& w = s.window;
  const bool one_run = w.dilation_w == 1;
  const int runs = one_run ? 1 : w.kernel_w, depth = one_run ? w.kernel_w * s.in.channels : s.in.channels;
  for (int k = 0; k < w.kernel_h; ++k) {
    for (int t = 0; t < runs; ++t) {
      writer_.line("sum_windows({}, sums, {}, {}, {}, {});",
                   plus(read_pointer(i, y, k), int64_t{t} * w.dilation_w * pitch), s.out.map.width, w.stride_w * pitch,
                   depth, k + t > 0);
    }
  }
}

void ChainCalls::call_depthwise(int i, const Index& y) {
  const Stage& s = stage(i);
  const Window& w = s.window;
  const StageRows& ring = stage(i - 1).out;
  for (const Piece& p : code_.pieces[i]) {
    std::string text;
    if (ring.kind == StageRows::Kind::interleaved) {
      const std::string row = (y * w.stride_h - w.pad.top).operand();
      text = fmt::format("{}, {} & 3, ", plus(ring.name, int64_t{ring.skipped} * ring.pitch + p.cut.first), row);
    } else {
      for (int k = 0; k < w.kernel_h; ++k) text += plus(read_pointer(i, y, k), p.cut.first) + ", ";
    }
    writer_.line("{}({}{}, {});", std::get<std::string>(p.kernels), text, first_weights("weights", p),
                 plus(write_pointer(s.out, y), p.cut.first));
  }
}

}  // namespace narrows
