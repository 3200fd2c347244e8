#include "compiler/blocks/extract_block.h"

#include <map>

namespace narrows {

namespace {

class Extraction {
 public:
  explicit Extraction(const Graph& from) : from_(from) { to_.name = from.name; }

  Graph run(const Block& block) {
    std::vector<Op> ops;
    if (block.conversions > 0) {
      copies_[block.input] = to_.add(from_.tensors.at(block.input));  // conversions read a graph input
      to_.inputs.push_back(copies_[block.input]);
    }
    for (const int i : block.ops) {
      Op op = from_.ops.at(i);
      for (int& input : op.inputs) input = tensor(input);
      op.output = copies_[op.output] = to_.add(from_.tensors.at(op.output));
      ops.push_back(op);
    }
    to_.ops.insert(to_.ops.end(), ops.begin(), ops.end());
    to_.outputs = {copies_.at(block.output)};
    return std::move(to_);
  }

 private:
  /// The copy of a tensor that the block reads.
  int tensor(int id) {
    const auto known = copies_.find(id);
    if (known != copies_.end()) return known->second;
    const int copy = to_.add(from_.tensors.at(id));
    const bool constant = from_.tensors.at(id).constant();
    return copies_[id] = constant ? copy : pooled(copy);
  }

  /// `id` becomes a graph input; returns what the block reads.
  int pooled(int id) {
    to_.inputs.push_back(id);
    if (to_.tensors.at(id).shape.size() != 4) return id;
    Tensor out = to_.tensors.at(id);
    out.name += "/copy";
    Op pool;
    pool.kind = OpKind::max_pool;
    pool.inputs = {id};
    pool.output = to_.add(std::move(out));
    to_.ops.push_back(pool);
    return pool.output;
  }

  const Graph& from_;
  Graph to_;
  std::map<int, int> copies_;  ///< of tensors, by id in `from_`
};

}  // namespace

Graph extract_block(const Graph& graph, const Block& block) { return Extraction(graph).run(block); }

}  // namespace narrows
