// Which blocks are worth the threads of run_parallel(), and where the memory lies that their tasks need in addition.
#pragma once

#include "compiler/program/program.h"
#include "compiler/program/tensor_memory.h"

namespace narrows {

/// A task should last some microseconds, so that its start does not count: it gets CompileOptions::task_work
/// multiply-adds.
///
/// Completes the calls and the arena of a program whose arena is planned for one thread, by `plan` of `buffers`. A
/// block whose work is shared must not overwrite its input; where one does, tensors lie elsewhere than with one thread.
void plan_tasks(const ArenaBuffers& buffers, const MemoryPlan& plan, Planned* program);

}  // namespace narrows
