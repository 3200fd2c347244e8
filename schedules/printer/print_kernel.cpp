#include "schedules/printer/print_kernel.h"

#include "compiler/diagnostics.h"
#include "schedules/printer/kernel_printer.h"

namespace narrows {

std::string print_kernel_body(const Halide::Internal::Stmt& body, const PrintOptions& options, int64_t* scratch_bytes) {
  const Halide::Internal::Stmt tidied = ir::tidy(body);
  ir::KernelPrinter printer(options, tidied);
  tidied.accept(&printer);
  if (scratch_bytes) *scratch_bytes = printer.scratch_bytes();
  return printer.text();
}

Halide::Target halide_target(const Target& target) {
  return Halide::Target(target.halide + "-no_asserts-no_bounds_query-no_runtime");
}

std::string lower_and_print(Halide::Func output, const std::vector<Halide::Argument>& arguments, const Target& target,
                            const PrintOptions& options, int64_t* scratch_bytes) {
  const std::string name = "kernel";
  Halide::Module module = output.compile_to_module(arguments, name, halide_target(target));
  for (const Halide::Internal::LoweredFunc& f : module.functions()) {
    if (f.name == name) return print_kernel_body(f.body, options, scratch_bytes);
  }
  NARROWS_CHECK(false, "Halide lowered nothing");
  return "";
}

}  // namespace narrows
