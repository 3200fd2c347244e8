// Tests that build a program for a type, on a target, with a schedule: what they are listed and printed by.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "tests/support/traced.h"

namespace narrows {

struct TypedConfiguration {
  DType type;
  Configuration configuration;
};

inline void PrintTo(const TypedConfiguration& p, std::ostream* out) {
  *out << to_string(p.type) << " for " << p.configuration.target << ", " << p.configuration.schedule;
}

inline std::string name_of(const testing::TestParamInfo<TypedConfiguration>& info) {
  const auto& [type, c] = info.param;
  return fmt::format("{}_{}{}", to_string(type), identifier(c.target, c.schedule),
                     c.numerics == Numerics::xnnpack ? "_xnnpack" : "");
}

}  // namespace narrows
