// TFLite front end: constants that are stored sparsely, as trees with a level for each dimension.
// Source: tensorflow/lite/kernels/internal/utils/sparsity_format_converter.cc, FormatConverter::Populate().
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <optional>

#include "compiler/interpret/interpret.h"
#include "frontends/tflite/reader.h"

namespace narrows::tflite {
namespace {

/// One level of the tree. A dense one has `size` children for each node, a sparse one those of its segment.
struct Level {
  bool dense = true;
  int size = 0;
  std::vector<int64_t> segments, indices;
  int dimension = 0;  ///< of the tensor
  int factor = 1;     ///< elements between two indices: the size of the blocks that the dimension is cut into
};

template <class Vector>
std::vector<int64_t> numbers(const Vector* table) {
  if (!table || !table->values()) return {};
  return {table->values()->begin(), table->values()->end()};
}

std::vector<int64_t> numbers(format::SparseIndexVector type, const void* table) {
  using Type = format::SparseIndexVector;
  if (type == Type::Int32Vector) return numbers(static_cast<const format::Int32Vector*>(table));
  if (type == Type::Uint16Vector) return numbers(static_cast<const format::Uint16Vector*>(table));
  if (type == Type::Uint8Vector) return numbers(static_cast<const format::Uint8Vector*>(table));
  return {};
}

Level read_level(const format::DimensionMetadata& source) {
  Level level;
  level.dense = source.format() == format::DimensionType::DENSE;
  level.size = source.dense_size();
  if (level.dense) return level;
  level.segments = numbers(source.array_segments_type(), source.array_segments());
  level.indices = numbers(source.array_indices_type(), source.array_indices());
  return level;
}

/// Segments follow one another through all indices, so that a level has no more nodes than indices.
bool is_sound(const Level& level) {
  if (level.dense) return level.size > 0;
  const std::vector<int64_t>& s = level.segments;
  if (s.size() < 2 || s.front() != 0 || s.back() != static_cast<int64_t>(level.indices.size())) return false;
  return std::is_sorted(s.begin(), s.end());
}

/// The levels in the order of the tree; nothing where they do not fit the tensor.
std::optional<std::vector<Level>> read_levels(const format::SparsityParameters& source, const Shape& shape) {
  const int rank = static_cast<int>(shape.size()), blocks = static_cast<int>(length(source.block_map()));
  const int count = static_cast<int>(length(source.traversal_order()));
  if (count != rank + blocks || count > 2 * static_cast<int>(max_rank) ||
      static_cast<int>(length(source.dim_metadata())) != count)
    return std::nullopt;
  std::vector<Level> levels;
  std::vector<bool> seen(count, false);
  std::vector<int> block_sizes(rank, 1);
  for (int i = 0; i < count; ++i) {
    const auto at = static_cast<flatbuffers::uoffset_t>(i);
    const int dimension = source.traversal_order()->Get(at);
    if (dimension < 0 || dimension >= count || seen[dimension] || (i < rank) != (dimension < rank)) return std::nullopt;
    seen[dimension] = true;
    levels.push_back(read_level(*source.dim_metadata()->Get(at)));
    levels.back().dimension = dimension;
    if (!is_sound(levels.back())) return std::nullopt;
    if (dimension < rank) continue;
    const int cut = source.block_map()->Get(static_cast<flatbuffers::uoffset_t>(dimension - rank));
    if (cut < 0 || cut >= rank || block_sizes[cut] != 1 || !levels.back().dense) return std::nullopt;
    levels.back().dimension = cut;
    block_sizes[cut] = levels.back().size;
  }
  for (int i = 0; i < rank; ++i) levels[i].factor = block_sizes[levels[i].dimension];
  return levels;
}

/// Walks the tree; its leaves are the stored values, in their order.
struct Walk {
  const std::vector<Level>& levels;
  const Shape& shape;
  StoredBytes stored;
  size_t element_size;
  Bytes dense;
  std::vector<int64_t> at;  ///< index in each dimension
  size_t read = 0;          ///< bytes of `stored`

  /// `node`: of the level above, counted through all its nodes. False where the tree does not fit.
  bool visit(size_t depth, int64_t node) {
    if (depth == levels.size()) return store();
    const Level& level = levels[depth];
    if (!level.dense && node + 1 >= static_cast<int64_t>(level.segments.size())) return false;
    const int64_t begin = level.dense ? node * level.size : level.segments[node];
    const int64_t end = level.dense ? begin + level.size : level.segments[node + 1];
    for (int64_t child = begin; child < end; ++child) {
      const int64_t index = level.dense ? child - begin : level.indices[child];
      if (index < 0 || index >= shape[level.dimension]) return false;
      at[level.dimension] += index * level.factor;
      const bool ok = visit(depth + 1, child);
      at[level.dimension] -= index * level.factor;
      if (!ok) return false;
    }
    return true;
  }

  bool store() {
    int64_t element = 0;
    for (size_t d = 0; d < shape.size(); ++d) {
      if (at[d] >= shape[d]) return false;
      element = element * shape[d] + at[d];
    }
    if (read + element_size > stored.size) return false;
    std::memcpy(&dense[element * element_size], stored.begin + read, element_size);
    read += element_size;
    return true;
  }
};

}  // namespace

std::optional<Bytes> densified(const format::SparsityParameters& sparsity, const Tensor& tensor, StoredBytes stored,
                               const std::string& label, Diagnostics& diagnostics) {
  const auto levels = read_levels(sparsity, tensor.shape);
  if (levels) {
    Walk walk{*levels,
              tensor.shape,
              stored,
              static_cast<size_t>(size_of(tensor.type)),
              Bytes(tensor.bytes()),
              std::vector<int64_t>(tensor.shape.size())};
    if (walk.visit(0, 0) && walk.read == stored.size) return std::move(walk.dense);
  }
  diagnostics.error(fmt::format("{} is sparse, but its levels and its {} stored bytes do not fit shape {}", label,
                                stored.size, to_string(tensor.shape)));
  return std::nullopt;
}

}  // namespace narrows::tflite
