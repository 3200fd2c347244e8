// Memory plans as text.
#include "compiler/program/draw_memory.h"

#include <gtest/gtest.h>

#include "compiler/text.h"

namespace narrows {
namespace {

const std::vector<ArenaBuffer> chain = {{"in", 128, 0, 1}, {"middle", 64, 1, 2}, {"out", 128, 2, 3}};

TEST(DrawMemory, ListsAndDrawsBuffers) {
  EXPECT_EQ(dump(chain, plan_memory(chain)),
            "arena 192 bytes; no plan is smaller: a step needs as much\n"
            "map   id  buffer       offset        bytes  steps\n"
            "  a    0  in                0          128  0..1\n"
            "  b    1  middle          128           64  1..2\n"
            "  c    2  out               0          128  2..3\n"
            "a column: a step; a row: 64 bytes; a==b: b is written over a; '.': free\n"
            "         128 ....bbbbbbbb....\n"
            "          64 aaaaaaaacccccccc\n"
            "           0 aaaaaaaacccccccc\n"
            "        step 0   1   2   3\n");
}

TEST(DrawMemory, CountsWhatOverlapsOnce) {
  std::vector<ArenaBuffer> buffers = {{"in", 192, 0, 1}, {"out", 128, 1, 2}};
  buffers[1].over = 0;
  const MemoryPlan plan = plan_memory(buffers);
  const MemoryUse use = memory_use(buffers);
  EXPECT_EQ(use.bytes, (std::vector<int64_t>{192, 192, 128}));
  EXPECT_EQ(use.at_peak, (std::vector<int>{0, 1}));
  EXPECT_EQ(use.peak, plan.lower_bound);
  EXPECT_NE(list_buffers(buffers, plan).find("1..2      over 0\n"), std::string::npos) << list_buffers(buffers, plan);
  EXPECT_NE(draw_map(buffers, plan, 3).find("         128 aa.\n          64 a=b\n           0 a=b\n"),
            std::string::npos);
  EXPECT_NE(draw_map(buffers, plan, 12).find("          64 aaaaa==bbbbb\n"), std::string::npos) << dump(buffers, plan);
}

TEST(DrawMemory, TellsWhatLiesInsideOfABuffer) {
  const std::vector<ArenaBuffer> buffers = {{"both", 256, 1, 2}, {"part", 128, 0, 1, 0, 128}};
  const MemoryPlan plan = plan_memory(buffers);
  EXPECT_EQ(memory_use(buffers).bytes, (std::vector<int64_t>{256, 256, 256}));
  EXPECT_NE(list_buffers(buffers, plan).find("0..1      inside 0\n"), std::string::npos) << list_buffers(buffers, plan);
}

TEST(DrawMemory, SeveralStepsShareAColumnOfTheFullest) {
  const std::vector<ArenaBuffer> buffers = {{"a", 64, 0, 3}, {"b", 64, 3, 3}, {"c", 64, 4, 4}};
  const std::string map = draw_map(buffers, plan_memory(buffers), 3);
  EXPECT_EQ(map.substr(0, map.find(';')), "a column: the fullest of 2 steps");
  EXPECT_NE(map.find("          64 .b.\n           0 aac\n"), std::string::npos) << map;
}

TEST(DrawMemory, PlansWithoutBuffersHaveNoMap) {
  EXPECT_EQ(draw_map({}, plan_memory({}), 100), "");
  EXPECT_EQ(memory_use({}).peak, 0);
}

TEST(Text, NamesArePrintable) {
  EXPECT_EQ(printable("plain name", 10), "plain name");
  EXPECT_EQ(printable("a\nb\x1b[1m\xff", 20), "a?b?[1m?");
  EXPECT_EQ(printable("abcdefghijklmnop", 10), "abcd..mnop");
}

}  // namespace
}  // namespace narrows
