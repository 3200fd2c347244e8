// Work that several threads share.
//
// A block's function does its work in one or more phases, and a phase consists of equal units: output rows, or parts or
// tiles of channels. Without threads one task does all phases, each in the order of its units. With threads the phases
// follow each other, and in each of them every task does a range of the units; a unit is computed in the same way
// whichever task it falls to, so that results do not depend on the number of tasks.
#pragma once

#include "prologue.h"

// One of `count` tasks of one phase; phase -1: of all phases.
struct Task {
  i32 phase, index, count;
};

static const Task all_work = {-1, 0, 1};

struct Range {
  i32 begin, end;
};

// The task's share of the `units` of a phase.
INLINE Range share(i32 units, i32 phase, const Task& task) {
  Range range = {0, 0};
  if (task.phase < 0) {
    range.end = units;
  } else if (task.phase == phase) {
    range.begin = (i32)((i64)units * task.index / task.count);
    range.end = (i32)((i64)units * (task.index + 1) / task.count);
  }
  return range;
}

// The first row inside of a map, from a row that may lie above it.
INLINE i32 inside(i32 row) { return row < 0 ? 0 : row; }

// Scratch memory of a task: the first one's is where it is without threads, the others' lie behind each other.
INLINE u8* scratch_of(const Task& task, u8* first, u8* others, i64 bytes) {
  return task.index == 0 ? first : others + (task.index - 1) * bytes;
}

struct Run;  // what the tasks of one run share: arena, weights, inputs and outputs
typedef void (*BlockCall)(const Run& run, const Task& task);

// The caller's threads. Calls task(argument, i) once for every i below count, and returns when all have returned.
typedef void (*ParallelFor)(void* context, void (*task)(void* argument, int index), void* argument, int count);
struct Threads {
  i32 count;
  ParallelFor parallel_for;
  void* context;
};

struct Job {
  BlockCall block;
  const Run* run;
  i32 phase, count;
};

static inline void run_task(void* argument, int index) {
  const Job& job = *(const Job*)argument;
  const Task task = {job.phase, index, job.count};
  job.block(*job.run, task);
}

// Runs a block in at most `most` tasks.
static inline void run_block(BlockCall block, i32 phases, i32 most, const Run& run, const Threads& threads) {
  const i32 count = threads.count < most ? threads.count : most;
  if (count <= 1) return block(run, all_work);
  for (i32 phase = 0; phase < phases; ++phase) {
    Job job = {block, &run, phase, count};
    threads.parallel_for(threads.context, run_task, &job, count);
  }
}
