// Included before emitted code whose first block is not to be timed: the clock starts when that block is
// done.
#pragma once

void block_done(int index);

#define NARROWS_TRACE(block, output, bytes) block_done(block)
