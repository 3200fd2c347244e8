#include "compiler/index.h"

#include <gtest/gtest.h>

namespace narrows {
namespace {

TEST(Index, IsPrintedAsPeopleWriteIt) {
  const Index y("y");
  EXPECT_EQ(y.str(), "y");
  EXPECT_EQ((y * 2 + 1).str(), "y * 2 + 1");
  EXPECT_EQ((y - 1).str(), "y - 1");
  EXPECT_EQ((Index("inside(rows)") * 2 - 3).str(), "inside(rows) * 2 - 3");
  EXPECT_EQ((Index::number(7) * 2 - 15).str(), "-1");
}

TEST(Index, FoldsWhatIsMultipliedAndAddedAgain) {
  const Index y("y");
  EXPECT_EQ(((y + 1) * 2 + 3).str(), "y * 2 + 5");
  EXPECT_EQ((y * 2 * 3).str(), "y * 6");
  EXPECT_EQ((y + 1 - 1).str(), "y");
  EXPECT_EQ((y * 0 + 4).str(), "4");
}

TEST(Index, HasBracketsAsAnOperandOnlyWhereItNeedsThem) {
  const Index y("y");
  EXPECT_EQ(y.operand(), "y");
  EXPECT_EQ((y - 1).operand(), "(y - 1)");
  EXPECT_EQ(Index::number(-3).operand(), "-3");
  EXPECT_EQ(y.times(96), "y * 96");
  EXPECT_EQ((y * 2).times(96), "(y * 2) * 96");
  EXPECT_EQ(Index::number(3).times(96), "288");
}

TEST(Index, OfZeroAddsNothing) {
  EXPECT_EQ(plus("in", Index::number(0)), "in");
  EXPECT_EQ(plus("in", Index("y") + 2), "in + y + 2");
  EXPECT_EQ(plus("in", 0), "in");
  EXPECT_EQ(plus("in", 5), "in + 5");
}

}  // namespace
}  // namespace narrows
