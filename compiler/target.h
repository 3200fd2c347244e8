// The machine that emitted code is for, as a value that lists the facts which the compiler depends on.
//
// A new target is a function in target.cpp that sets these facts, and a file runtime/isa/<isa>.h. Everything else asks
// for a fact and never for a name. Nothing in the compiler asks which machine it runs on, except the word "host".
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/diagnostics.h"

namespace narrows {

/// Machines that run each other's code, if they have the instructions.
enum class Family { any, big_endian, x86_64, arm64 };
enum class Os { any, linux_, android };

/// How a machine multiplies 8-bit numbers and adds the products in 32 bits, exactly.
enum class ByteProducts {
  widened,  ///< products become 16-bit numbers first
  pairs,    ///< as 16-bit numbers, of which an instruction multiplies pairs and adds both products
  dot4,     ///< an instruction adds four products to each 32-bit lane
};

/// The type in which 8-bit activations are kept between the inputs and outputs of a model.
enum class Activations { u8, i8 };

struct Target {
  Target();

  std::string name;          ///< "x86-64-linux-avx2"
  std::string alias;         ///< another name that is understood, or nothing
  std::string instructions;  ///< for people: "AVX2, FMA"
  Family family;
  Os os;
  std::string isa;        ///< emitted code carries runtime/isa/<isa>.h
  std::string extends;    ///< name of a target whose code machines of this one run too, or nothing
  bool (*available)();    ///< whether the machine that the compiler runs on has the instructions
  std::string flags;      ///< options that make GCC or Clang use the instructions
  std::string macros;     ///< what they define then, separated by spaces
  bool big_endian;        ///< numbers have their highest byte first in memory
  int vector_bytes;       ///< of a register: 16, 32 or 64
  int registers;          ///< vector registers
  ByteProducts products;  ///< of 8-bit numbers
  /// The four bytes of a lane's quad are a vector's lanes apart, so that vectors of each are read without shuffles;
  /// otherwise they lie side by side, as instructions for products of bytes want them.
  bool quads_in_planes;
  Activations activations;  ///< the type that the instructions multiply
  bool fused_multiply_add;  ///< a float multiply-add needs no register for its product
  /// Compilers load all operands of a step of a reduction before the first product: they need registers too.
  bool operands_loaded_first;
  /// A loop's end is predicted wrongly more often than not, so that long float reductions gain from being unrolled.
  /// Where operands are loaded first, accumulators would be spilled.
  bool long_reductions_unrolled;
  /// requantize_crossing() takes an instruction less than requantize_small().
  bool lanes_cross;
  std::string halide;                   ///< Halide's name: architecture, system and features
  std::string mca;                      ///< options of llvm-mca besides the processor
  std::vector<std::string> processors;  ///< LLVM's names of small and large ones that have the instructions

  const std::string& str() const { return name; }
};

/// All targets, "host" not among them. In a family, better ones come later.
const std::vector<Target>& all_targets();
/// Their names, and "host" in front: "host, x86-64-linux, ...".
std::string legal_targets();

/// The target of this name.
std::optional<Target> parse_target(const std::string& text, Diagnostics& diagnostics);
/// The best target that this machine runs, or the one that the environment variable NARROWS_HOST names: tests then see
/// what they would see on such a machine. parse_target() reports a NARROWS_HOST that this machine cannot run.
Target host_target();
/// Whether the machine that host_target() describes runs code for `target`.
bool runs_on_host(const Target& target);

/// Options that make GCC or Clang use the target's instructions, e.g. "-mavx2 -mfma -mf16c".
std::string compiler_flags(const Target& target);
/// Whether emitted code is standard C++, whose vectors are arrays: no register holds them by their type.
inline bool is_standard_cpp(const Target& target) { return target.macros.empty(); }
/// What GCC and Clang define where they use the target's instructions, e.g. "__AVX2__".
std::vector<std::string> feature_macros(const Target& target);

}  // namespace narrows
