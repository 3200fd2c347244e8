#include "schedules/unary.h"

namespace narrows {

namespace {

constexpr UnaryCode rows[] = {
    {Unary::Kind::none, "", nullptr, nullptr, nullptr, 0},
    {Unary::Kind::prelu, "prelu", "slope", "prelu_f32", "Prelu", 6},
    {Unary::Kind::lookup, "lookup", nullptr, nullptr, "Lookup", 67},
    {Unary::Kind::logistic, "logistic", nullptr, "logistic_f32", nullptr, 0},
    {Unary::Kind::hard_swish, "hard_swish", nullptr, "hard_swish_f32", nullptr, 0},
    {Unary::Kind::hard_sigmoid, "hard_sigmoid", nullptr, "hard_sigmoid_f32", nullptr, 0},
    {Unary::Kind::silu, "silu", nullptr, "silu_f32", nullptr, 0},
};

}  // namespace

const UnaryCode& unary_code(const Unary& unary) {
  const UnaryCode& row = rows[static_cast<int>(unary.kind)];
  NARROWS_CHECK(row.kind == unary.kind, "rows of unary.cpp stand in the order of Unary::Kind");
  return row;
}

int unary_parameter_count(const Finish& finish) {
  return finish.arithmetic.requantizes() ? unary_code(finish.unary).parameters : 0;
}

}  // namespace narrows
