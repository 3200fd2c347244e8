// Operators that move elements by rules of their own: DEPTH_TO_SPACE, MIRROR_PAD and GATHER (runtime/shape_ops.h); and
// those that rank elements: TOPK_V2 (runtime/arg_max.h) and NON_MAX_SUPPRESSION (runtime/detection_postprocess.h).
#include <fmt/format.h>

#include "compiler/lower/single/single.h"

namespace narrows {

namespace {

int64_t product(const Shape& shape, size_t begin, size_t end) {
  return element_count(Shape(shape.begin() + static_cast<int64_t>(begin), shape.begin() + static_cast<int64_t>(end)));
}

/// Bytes were moved as they are; a graph input that keeps its own type in memory is now brought to the output's.
void flip_if_moved_between_types(SingleCode& s, const std::string& begin, const std::string& count) {
  if (s.in[0].shift != s.out.shift) s.body.line("flip_sign(out{0}, out{0}, {1});", begin, count);
}

void lower_depth_to_space(SingleCode& s) {
  const Shape &in = s.in[0].tensor.shape, &out = s.out.tensor.shape;
  const Window& w = s.op.attr.window;
  s.body.line("const Blocks blocks = {{{}, {}, {}, {}, {}, {}, {}}};", w.stride_h, w.stride_w, in[2],
              out[3] * size_of(s.out.tensor.type), w.pad.top, w.pad.left, out[2]);
  s.share("rows", out[1]);
  s.body.line("depth_to_space_rows(in, out, blocks, rows.begin, rows.end);");
  const int64_t row = int64_t{out[2]} * out[3];
  flip_if_moved_between_types(s, fmt::format(" + rows.begin * {}", row),
                              fmt::format("(rows.end - rows.begin) * {}", row));
}

struct MirrorLoops {
  std::vector<int64_t> size, before, out_size;
  int64_t piece = 1;
};

/// Dimensions without padding behind the last one with padding are pieces; others are parts of the one around them.
MirrorLoops mirror_loops(const Shape& in, const std::vector<std::array<int, 2>>& pads, int element_size) {
  MirrorLoops loops;
  loops.piece = element_size;
  size_t end = in.size();
  const auto padded = [&](size_t d) { return pads[d][0] != 0 || pads[d][1] != 0; };
  while (end > 0 && !padded(end - 1)) loops.piece *= in[--end];
  bool joins = false;
  for (size_t d = 0; d < end; ++d) {
    if (joins && !padded(d)) {
      loops.size.back() *= in[d];
      loops.out_size.back() *= in[d];
      continue;
    }
    joins = !padded(d);
    loops.size.push_back(in[d]);
    loops.before.push_back(pads[d][0]);
    loops.out_size.push_back(in[d] + pads[d][0] + pads[d][1]);
  }
  return loops;
}

void lower_mirror_pad(SingleCode& s) {
  const MirrorLoops loops = mirror_loops(s.in[0].tensor.shape, s.op.attr.pads, size_of(s.out.tensor.type));
  s.body.line("const MirrorPad pad = {{{}, {}, {}, {}, {}}};", braced(loops.size, 4, 1), braced(loops.before, 4, 0),
              braced(loops.out_size, 4, 1), loops.piece, static_cast<int>(s.op.attr.mirror));
  s.body.line("pad_mirrored(in, out, pad);");
  flip_if_moved_between_types(s, "", std::to_string(s.out.count()));
}

void lower_gather(SingleCode& s) {
  const Shape &data = s.in[0].tensor.shape, &at = s.in[1].tensor.shape;
  const auto batch = static_cast<size_t>(s.op.attr.batch_dims), axis = static_cast<size_t>(s.op.attr.axis);
  const auto depth = static_cast<size_t>(at.back());
  std::vector<int64_t> sizes;
  for (size_t k = 0; k < depth; ++k) sizes.push_back(data[axis + k]);
  sizes.resize(8, 1);
  s.body.line("const Gather gather = {{{}, {}, {}, {}, {}, {}}};", product(data, 0, batch), product(data, batch, axis),
              product(at, batch, at.size() - 1), depth,
              product(data, axis + depth, data.size()) * size_of(s.out.tensor.type), braced(sizes, 8, 1));
  s.body.line("gather_pieces({}, {}, out, gather);", s.in[0].name, s.in[1].name);
  flip_if_moved_between_types(s, "", std::to_string(s.out.count()));
}

void lower_top_k(SingleCode& s) {
  const Shape &in = s.in[0].tensor.shape, &out = s.out.tensor.shape;
  s.share("rows", product(in, 0, in.size() - 1));
  s.body.line("top_k_rows(in + rows.begin * {0}, out + rows.begin * {1}, rows.end - rows.begin, {0}, {1}, {2}{{}});",
              in.back(), out.back(), s.op.attr.smallest ? "SmallestFirst" : "LargestFirst");
}

void lower_non_max_suppression(SingleCode& s) {
  const DetectionOptions& o = s.op.attr.detection;
  const int64_t boxes = s.in[0].tensor.shape[0];
  s.body.line("const Suppression s = {{{}, {}, {}, {}, {}}};", boxes, o.max_detections, float_literal(o.iou_threshold),
              float_literal(o.score_threshold), float_literal(o.sigma > 0 ? -0.5f / o.sigma : 0.0f));
  s.scratch_bytes = 12 * boxes + 4 * int64_t{o.max_detections};
  const std::string rest = plus("scratch", 12 * boxes);
  if (s.out.memory == DType::f32)
    s.body.line("suppress_boxes({}, {}, (i32*)({}), out, s, scratch);", s.in[0].name, s.in[1].name, rest);
  else
    s.body.line("out[{}] = suppress_boxes({}, {}, out, (f32*)({}), s, scratch);", o.max_detections, s.in[0].name,
                s.in[1].name, rest);
}

constexpr SingleLowering rows[] = {
    {OpKind::depth_to_space, lower_depth_to_space},
    {OpKind::mirror_pad, lower_mirror_pad},
    {OpKind::gather, lower_gather},
    {OpKind::top_k, lower_top_k},
    {OpKind::non_max_suppression, lower_non_max_suppression},
};

}  // namespace

const Table<SingleLowering> move_lowerings = rows;

}  // namespace narrows
