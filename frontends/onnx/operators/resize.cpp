// ONNX front end: Resize, and Upsample of older operator sets.
//
// ONNX has many ways to say where the pixels of the result lie, the Graph three. Which of them are the same
// depends on the sizes: the reader computes for every row and column of the result what ONNX makes of it, and
// takes the Graph's way that gives the same, if there is one.
#include "compiler/graph/resize.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "frontends/messages.h"
#include "frontends/onnx/op.h"

namespace narrows::onnx_format {
namespace {

/// How ONNX goes from a coordinate of the result to one of the input.
struct Mapping {
  std::string mode, nearest, coordinates;
};

constexpr Sampling samplings[] = {Sampling::asymmetric, Sampling::align_corners, Sampling::half_pixel};

/// One direction: `in` and `out` pixels, `scale` as the file has it.
struct Direction {
  int in = 1, out = 1;
  double scale = 1;
};

double position(const Mapping& m, const Direction& d, int i) {
  if (m.coordinates == "align_corners") return d.out > 1 ? double(i) * (d.in - 1) / (d.out - 1) : 0;
  if (m.coordinates == "asymmetric") return i / d.scale;
  if (m.coordinates == "tf_half_pixel_for_nn") return (i + 0.5) / d.scale;
  if (m.coordinates == "pytorch_half_pixel" && d.out == 1) return 0;
  // The result is centred, where the scale makes it end in the middle of a pixel.
  if (m.coordinates == "half_pixel_symmetric")
    return 0.5 * d.in * (1 - d.out / (d.in * d.scale)) + (i + 0.5) / d.scale - 0.5;
  return (i + 0.5) / d.scale - 0.5;
}

double nearest(const Mapping& m, double at) {
  if (m.nearest == "floor") return std::floor(at);
  if (m.nearest == "ceil") return std::ceil(at);
  return m.nearest == "round_prefer_floor" ? std::ceil(at - 0.5) : std::floor(at + 0.5);
}

bool same_nearest(const Mapping& m, const Direction& d, Sampling sampling) {
  const std::vector<int32_t> taps = nearest_taps(d.in, d.out, sampling);
  for (int i = 0; i < d.out; ++i) {
    if (std::clamp(nearest(m, position(m, d, i)), 0.0, d.in - 1.0) != taps[i]) return false;
  }
  return true;
}

bool same_linear(const Mapping& m, const Direction& d, Sampling sampling) {
  constexpr double tolerance = 1e-4;  // in pixels; the Graph's steps are single precision
  const std::vector<Tap<float>> taps = bilinear_taps(d.in, d.out, sampling);
  for (int i = 0; i < d.out; ++i) {
    const Tap<float>& tap = taps[i];
    const double at = double(tap.low) * tap.low_weight + double(tap.high) * tap.high_weight;
    if (std::abs(std::clamp(position(m, d, i), 0.0, d.in - 1.0) - at) > tolerance) return false;
  }
  return true;
}

/// Only pixels that exist are computed in this direction.
std::vector<Sampling> equal_samplings(const Mapping& m, const Direction& d) {
  std::vector<Sampling> equal;
  for (const Sampling sampling : samplings) {
    if (m.mode == "nearest" ? same_nearest(m, d, sampling) : same_linear(m, d, sampling)) equal.push_back(sampling);
  }
  return equal;
}

/// What one operator makes of a map.
struct Resized {
  Sampling sampling;
  MapSize size;
  const char* suffix = "";
};

Result emit_resize(NodeReader& r, const Value& value, const Mapping& m, const Resized& to) {
  const std::optional<int> input = in_order(r, value, channels_last());
  if (!input) return std::nullopt;
  Attributes attr;
  attr.sampling = to.sampling;
  const OpKind kind = m.mode == "nearest" ? OpKind::resize_nearest : OpKind::resize_bilinear;
  return emit(r,
              {kind, attr, {*input}, {1, value.shape[1], to.size.height, to.size.width}, channels_last(), to.suffix});
}

/// Height and width at once where they are sampled alike, otherwise one after the other.
Result resize(NodeReader& r, const Mapping& m, const Direction& y, const Direction& x) {
  const std::vector<Sampling> rows = equal_samplings(m, y), columns = equal_samplings(m, x);
  if (rows.empty() || columns.empty()) {
    return r.refuse(fmt::format(
        "coordinate_transformation_mode '{}'{} from {}x{} to {}x{} pixels is not supported; supported: what "
        "asymmetric, align_corners or half_pixel with the scale {}/{} and {}/{} give",
        m.coordinates, m.mode == "nearest" ? fmt::format(" with nearest_mode '{}'", m.nearest) : "", y.in, x.in, y.out,
        x.out, y.out, y.in, x.out, x.in));
  }
  for (const Sampling sampling : rows) {
    if (std::find(columns.begin(), columns.end(), sampling) == columns.end()) continue;
    return emit_resize(r, r.input(0), m, {sampling, {y.out, x.out}});
  }
  const Result tall = emit_resize(r, r.input(0), m, {rows.front(), {y.out, x.in}, "/rows"});
  return tall ? emit_resize(r, *tall, m, {columns.front(), {y.out, x.out}}) : std::nullopt;
}

bool is_one_of(const std::string& text, std::initializer_list<const char*> known) {
  return std::any_of(known.begin(), known.end(), [&](const char* k) { return text == k; });
}

bool check_mapping(const NodeReader& r, const Mapping& m) {
  if (!is_one_of(m.mode, {"nearest", "linear"}))
    return r.fail(fmt::format("mode '{}' is not supported; supported: nearest, linear", printable(m.mode)));
  if (!is_one_of(m.nearest, {"round_prefer_floor", "round_prefer_ceil", "floor", "ceil"}))
    return r.fail(
        fmt::format("nearest_mode '{}' is not known; expected round_prefer_floor, round_prefer_ceil, "
                    "floor or ceil",
                    printable(m.nearest)));
  if (is_one_of(m.coordinates, {"half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners",
                                "asymmetric", "tf_half_pixel_for_nn"}))
    return true;
  return r.fail(
      fmt::format("coordinate_transformation_mode '{}' is not supported; supported: half_pixel, "
                  "half_pixel_symmetric, pytorch_half_pixel, align_corners, asymmetric, tf_half_pixel_for_nn",
                  printable(m.coordinates)));
}

/// One number for each of four dimensions, from one for each of `axes`.
template <typename T>
bool spread(const NodeReader& r, const char* what, const std::vector<T>& given, std::vector<T>& result) {
  std::vector<int64_t> named = r.integers("axes");
  if (!r.has("axes")) named = {0, 1, 2, 3};
  std::vector<int> sorted;
  if (!normalise_axes(r, named, 4, sorted)) return false;
  if (given.size() != named.size())
    return r.fail(fmt::format("{} is [{}]; expected {} values", what, fmt::join(given, ","), named.size()));
  for (size_t i = 0; i < named.size(); ++i) {
    int axis = 0;
    if (!normalise_axis(r, named[i], 4, axis)) return false;
    result[axis] = given[i];
  }
  return true;
}

bool check_directions(const NodeReader& r, const std::vector<Direction>& d) {
  for (int i = 0; i < 4; ++i) {
    if (d[i].out >= 1 && d[i].out <= 65536 && (i > 1 || d[i].in == d[i].out)) continue;
    return r.fail(fmt::format("resizes {} to [{},{},{},{}]; supported: height and width, from 1 to 65536 pixels",
                              to_string(r.input(0).shape), d[0].out, d[1].out, d[2].out, d[3].out));
  }
  return true;
}

std::vector<Direction> directions(const Shape& shape) {
  std::vector<Direction> all;
  for (const int size : shape) all.push_back({size, size, 1});
  return all;
}

bool read_scales(const NodeReader& r, const std::vector<float>& given, std::vector<Direction>& all) {
  std::vector<float> scales(4, 1.0f);
  if (!spread(r, "scales", given, scales)) return false;
  for (int i = 0; i < 4; ++i) {
    if (!(scales[i] > 0 && scales[i] <= 65536))
      return r.fail(fmt::format("scales is [{}]; expected positive numbers up to 65536", fmt::join(scales, ",")));
    const double out = std::floor(double(all[i].in) * scales[i]);
    all[i] = {all[i].in, static_cast<int>(std::min(out, 1e9)), scales[i]};
  }
  return check_directions(r, all);
}

bool read_sizes(const NodeReader& r, const std::vector<int64_t>& given, std::vector<Direction>& all) {
  std::vector<int64_t> sizes;
  for (const Direction& d : all) sizes.push_back(d.in);
  if (!spread(r, "sizes", given, sizes)) return false;
  for (int i = 0; i < 4; ++i) {
    all[i].out = static_cast<int>(std::clamp<int64_t>(sizes[i], 0, 1000000000));
    all[i].scale = double(all[i].out) / all[i].in;
  }
  return check_directions(r, all);
}

/// Anything else than the defaults is refused.
bool check_options(const NodeReader& r) {
  if (r.integer("antialias", 0) != 0) return r.fail("antialias 1 is not supported; expected 0");
  const std::string policy = r.text("keep_aspect_ratio_policy", "stretch");
  return policy == "stretch" ||
         r.fail(fmt::format("keep_aspect_ratio_policy '{}' is not supported; supported: stretch", printable(policy)));
}

Result read_resize(NodeReader& r) {
  const bool old = r.reader.opset < 11;  // version 10 has X and scales only, and one way to sample
  const int scales = old ? 1 : 2;
  Mapping m{r.text("mode", "nearest"), r.text("nearest_mode", old ? "floor" : "round_prefer_floor"),
            r.text("coordinate_transformation_mode", old ? "asymmetric" : "half_pixel")};
  if (!check_map(r) || !check_mapping(r, m) || !check_options(r)) return std::nullopt;
  std::vector<Direction> all = directions(r.input(0).shape);
  // Before version 13 whichever is not meant has no elements.
  if (r.has_elements(3) == r.has_elements(scales)) return r.refuse("expected either scales or sizes");
  if (r.has_elements(3)) {
    const auto given = constant_integers(r, 3, "sizes");
    if (!given || !read_sizes(r, *given, all)) return std::nullopt;
  } else {
    const auto given = constant_floats(r, scales, "scales");
    if (!given || !read_scales(r, *given, all)) return std::nullopt;
  }
  return resize(r, m, all[2], all[3]);
}

Result read_upsample(NodeReader& r) {
  Mapping m{r.text("mode", "nearest"), "floor", "asymmetric"};
  if (m.mode == "bilinear") m.mode = "linear";
  if (!check_map(r) || !check_mapping(r, m)) return std::nullopt;
  if (r.has_input(1) == r.has("scales")) return r.refuse("expected scales either as an attribute or as an input");
  const auto given = r.has_input(1) ? constant_floats(r, 1, "scales") : r.reals("scales");
  std::vector<Direction> all = directions(r.input(0).shape);
  if (!given || !read_scales(r, *given, all)) return std::nullopt;
  return resize(r, m, all[2], all[3]);
}

constexpr Row rows[] = {
    {"Resize",
     1,
     4,
     1,
     read_resize,
     nullptr,
     read_resize,
     {{"antialias", type::integer},
      {"axes", type::integers},
      {"coordinate_transformation_mode", type::text},
      {"cubic_coeff_a", type::real},
      {"exclude_outside", type::integer},
      {"extrapolation_value", type::real},
      {"keep_aspect_ratio_policy", type::text},
      {"mode", type::text},
      {"nearest_mode", type::text}},
     1},
    {"Upsample", 1, 2, 1, read_upsample, nullptr, read_upsample, {{"mode", type::text}, {"scales", type::reals}}},
};

}  // namespace

const Table<Row> resize_rows = rows;

}  // namespace narrows::onnx_format
