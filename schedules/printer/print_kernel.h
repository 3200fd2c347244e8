// From Halide's lowered IR to the C++ that people read: our own printer.
//
// Halide's C back end is not used: it carries thousands of lines of prologue, unpacks buffers, needs runtime
// symbols and scalarises dot products. A kernel here has fixed sizes, so what is left to print is a loop nest
// over vectors. What the printer does beyond a plain walk, because compilers (GCC above all) need it:
//   - accumulator arrays whose indices are all constant become scalar variables, so that they live in registers;
//   - loads and splats that several statements of a straight run share become named locals, once;
//   - acc + vector_reduce(a * b) becomes dot4, acc + a * b becomes madd: both written out in runtime/;
//   - names are made from the Funcs' and loops' names and are unique per kernel only, so that equal kernels give equal
//     text whatever was lowered before them.
#pragma once

#include <Halide.h>

#include <map>
#include <string>
#include <vector>

#include "compiler/target.h"

namespace narrows {

/// How the last vector of a pixel is stored or loaded where the channels do not fill it: the buffer holds
/// `valid` channels of pixels that are `stride` elements apart.
struct PartialPixels {
  int stride = 0;
  int valid = 0;
};

struct PrintOptions {
  int lanes = 16;                                     ///< 32-bit lanes of the target's vectors
  std::map<std::string, PartialPixels> partial;       ///< by buffer name
  std::map<std::string, std::string> alias;           ///< buffers that are printed under another buffer's name
  std::map<std::string, std::string> extra_argument;  ///< by name of an extern call: text of one more argument
  std::string small_weights;  ///< a buffer: products with its values add up in 16 bits (runtime/dot4.h)
  std::map<std::string, std::string> at_loop_start;  ///< by name of a loop: one more statement, or nothing
  int indent = 2;                                    ///< columns before the outermost statement
};

/// The text of a kernel's body. Allocations that are too large for the stack are taken from a pointer named
/// `scratch`; their sum, in bytes, is written to `scratch_bytes`.
std::string print_kernel_body(const Halide::Internal::Stmt& body, const PrintOptions& options,
                              int64_t* scratch_bytes = nullptr);

/// Lowers `output` and prints its body. `arguments` are the kernel's inputs.
std::string lower_and_print(Halide::Func output, const std::vector<Halide::Argument>& arguments, const Target& target,
                            const PrintOptions& options, int64_t* scratch_bytes = nullptr);

/// The Halide target that kernels for `target` are lowered for. Runtime-free; features matter only to
/// Halide's own code generator, which benchmarks use as a yardstick.
Halide::Target halide_target(const Target& target);

}  // namespace narrows
