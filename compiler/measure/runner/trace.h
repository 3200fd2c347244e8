// Included before emitted code whose blocks are timed.
#pragma once

extern "C" void narrows_block_done(int block);

#define NARROWS_TRACE(block, output, bytes) narrows_block_done(block)
