// The longest chain of vector values from one iteration of a loop to the next, through registers and through the stack.
//
// llvm-mca takes it for granted that no load waits for a store, so it does not see what an accumulator costs for which
// there was no register: it goes through memory in every step, and each time that takes longer than a multiply-add.
#pragma once

#include <string>
#include <vector>

#include "compiler/tune/assembly_syntax.h"

namespace narrows {

/// Cycles per iteration, however many units the processor has.
double recurrence(const std::vector<std::string>& loop, const AssemblySyntax& syntax);

}  // namespace narrows
