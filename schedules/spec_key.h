// The members of a kernel's description as text: equal texts mean equal kernels.
#pragma once

#include <fmt/format.h>

#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include "compiler/graph/quantization.h"

namespace narrows {

namespace spec_key_details {

/// Stands for a member of any type.
struct AnyMember {
  template <typename T>
  operator T() const;
};

// Clang would warn of every number of members but the last.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
template <typename T, typename... Members>
constexpr auto is_made_of(int, Members... members) -> decltype(T{members...}, true) {
  return true;
}
template <typename T, typename... Members>
constexpr bool is_made_of(long, Members...) {
  return false;
}
#pragma GCC diagnostic pop

/// Members of an aggregate: as many as its braces take.
template <typename T, typename... Members>
constexpr size_t count_members(Members... members) {
  if constexpr (is_made_of<T>(0, members..., AnyMember{}))
    return count_members<T>(members..., AnyMember{});
  else
    return sizeof...(members);
}

inline std::string text_of(const Range& range) { return fmt::format("[{} {}]", range.min, range.max); }
inline std::string text_of(const RangeF& range) { return fmt::format("[{} {}]", range.min, range.max); }

}  // namespace spec_key_details

/// Every member of `spec`, in order. A spec is an aggregate whose members() ties all of its members, which the compiler
/// checks.
template <typename Spec>
std::string spec_key(const Spec& spec);

namespace spec_key_details {

template <typename T>
std::string member_key(const T& value) {
  if constexpr (std::is_enum_v<T>)
    return std::to_string(static_cast<int>(value));
  else if constexpr (std::is_arithmetic_v<T>)
    return fmt::format("{}", value);
  else if constexpr (std::is_same_v<T, Range> || std::is_same_v<T, RangeF>)
    return text_of(value);
  else
    return "(" + spec_key(value) + ")";
}

}  // namespace spec_key_details

template <typename Spec>
std::string spec_key(const Spec& spec) {
  const auto members = spec.members();
  static_assert(std::tuple_size_v<decltype(spec.members())> == spec_key_details::count_members<Spec>(),
                "members() names all members");
  return std::apply(
      [](const auto&... values) {
        std::string key;
        ((key += spec_key_details::member_key(values) + " "), ...);
        return key;
      },
      members);
}

}  // namespace narrows
