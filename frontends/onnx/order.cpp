// ONNX front end: in which order nodes are read. The format asks for one in which every value is written before it is
// read; tools that edit models append nodes at the end all the same, and the engines sort them.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <queue>
#include <set>

#include "frontends/messages.h"
#include "frontends/onnx/nodes.h"

namespace narrows::onnx_format {
namespace {

/// Names that the graph defines itself.
std::set<std::string> own_names(const format::GraphProto& graph) {
  std::set<std::string> own;
  for (const format::ValueInfoProto& input : graph.input()) own.insert(input.name());
  for (const format::TensorProto& tensor : graph.initializer()) own.insert(tensor.name());
  for (const format::NodeProto& node : graph.node()) own.insert(node.output().begin(), node.output().end());
  return own;
}

/// Adds what the graph reads of what is around it.
void add_captured(const format::GraphProto& graph, std::vector<std::string>* names) {
  const std::set<std::string> own = own_names(graph);
  const auto add = [&](const std::string& name) {
    if (!own.count(name)) names->push_back(name);
  };
  for (const format::NodeProto& node : graph.node()) {
    const std::vector<std::string> read = names_read_by(node);
    std::for_each(read.begin(), read.end(), add);
  }
  for (const format::ValueInfoProto& output : graph.output()) add(output.name());
}

/// The nodes of the list that write what the node at `at` reads, each once.
std::vector<int> sources_of(const NodeList& list, int at) {
  std::vector<int> sources;
  for (const std::string& name : names_read_by(*list.nodes[at].node)) {
    const auto writer = list.writers.find(name);
    if (writer != list.writers.end()) sources.push_back(writer->second);
  }
  std::sort(sources.begin(), sources.end());
  sources.erase(std::unique(sources.begin(), sources.end()), sources.end());
  return sources;
}

/// Nodes that wait for one another, in the order in which they read: each reads from the next, the last from the
/// first. Every node of `open` reads from another one of them.
std::vector<int> find_cycle(const std::vector<std::vector<int>>& sources, const std::vector<bool>& open) {
  std::vector<int> path;
  std::vector<int> place(open.size(), -1);  // in the path
  int at = static_cast<int>(std::find(open.begin(), open.end(), true) - open.begin());
  while (place[at] < 0) {
    place[at] = static_cast<int>(path.size());
    path.push_back(at);
    at = *std::find_if(sources[at].begin(), sources[at].end(), [&](int source) { return open[source]; });
  }
  return {path.begin() + place[at], path.end()};
}

void report_cycle(Reader& reader, const NodeList& list, const std::vector<int>& cycle) {
  constexpr size_t most = 8;  // that are named
  std::vector<std::string> names;
  for (size_t i = 1; i < cycle.size() && i <= most; ++i) {
    const Origin& origin = list.nodes[cycle[i]].origin;
    names.push_back(fmt::format("op {} {} '{}'", origin.index, origin.op, origin.name));
  }
  if (cycle.size() - 1 > most) names.push_back(fmt::format("{} more", cycle.size() - 1 - most));
  const Origin& first = list.nodes[cycle[0]].origin;
  reader.diagnostics.error(first, names.empty() ? "reads what it writes itself"
                                                : fmt::format("reads what depends on its own result: it waits for {}",
                                                              fmt::join(names, ", that for ")));
}

}  // namespace

std::vector<std::string> names_read_by(const format::NodeProto& node) {
  std::vector<std::string> names(node.input().begin(), node.input().end());
  for (const format::AttributeProto& attribute : node.attribute()) {
    if (attribute.has_g()) add_captured(attribute.g(), &names);
  }
  return names;
}

std::vector<int> reading_order(Reader& reader, const NodeList& list) {
  const size_t count = list.nodes.size();
  std::vector<std::vector<int>> sources(count), readers(count);
  std::vector<size_t> waits(count);
  std::priority_queue<int, std::vector<int>, std::greater<>> ready;  // what stands first in the file is read first
  for (size_t i = 0; i < count; ++i) {
    sources[i] = sources_of(list, static_cast<int>(i));
    for (const int source : sources[i]) readers[source].push_back(static_cast<int>(i));
    waits[i] = sources[i].size();
    if (waits[i] == 0) ready.push(static_cast<int>(i));
  }
  std::vector<int> order;
  std::vector<bool> open(count, true);
  while (!ready.empty()) {
    const int at = ready.top();
    ready.pop();
    order.push_back(at);
    open[at] = false;
    for (const int next : readers[at]) {
      if (--waits[next] == 0) ready.push(next);
    }
  }
  if (order.size() < count) report_cycle(reader, list, find_cycle(sources, open));
  return order;
}

}  // namespace narrows::onnx_format
