// The program `narrows`. Exit status: 0 done; 1 the model, the options or the result are at fault; 70 narrows
// is.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <sstream>
#include <string>
#include <system_error>

#include "compiler/cli/commands.h"
#include "compiler/cli/lists.h"
#include "compiler/diagnostics.h"
#include "compiler/text.h"
#include "compiler/version.h"

namespace {

constexpr int kInternalErrorStatus = 70;

int run(int argc, char** argv) {
  CLI::App app("Compiles MobileNetV2-family models to C++ that depends on nothing.", "narrows");
  app.set_version_flag("--version", std::string("narrows ") + narrows::version);
  const auto print_operators = [] {
    fmt::print("{}", narrows::operator_lists());
    throw CLI::Success();
  };
  app.add_flag_callback("--operators", print_operators, "Lists the operators that models may have");
  const auto print_targets = [] {
    fmt::print("{}", narrows::target_list());
    throw CLI::Success();
  };
  app.add_flag_callback("--targets", print_targets, "Lists the targets, and how this machine runs code for them");
  app.require_subcommand(1);
  app.footer(
      "Example:\n  narrows compile mobilenet_v2.tflite --target arm64-linux -o out\n\n"
      "narrows COMMAND --help tells more.");

  int status = 0;
  narrows::add_compile_command(app, &status);
  narrows::add_inspect_command(app, &status);
  narrows::add_run_command(app, &status);
  narrows::add_tune_command(app, &status);
  narrows::add_verify_command(app, &status);
  narrows::add_compare_command(app, &status);
  narrows::add_estimate_command(app, &status);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::ostringstream out, errors;
    const int exit_status = app.exit(error, out, errors);
    fmt::print("{}", out.str());
    fmt::print(stderr, "{}", narrows::escaped(errors.str()));
    return exit_status == 0 ? 0 : 1;
  }
  return status;
}

/// What still waits in the buffer of standard output may not fit on its device.
int finish_output(int status) {
  if (std::fflush(stdout) == 0 && !std::ferror(stdout)) return status;
  fmt::print(stderr, "narrows: error: cannot write to standard output: {}\n", std::strerror(errno));
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return finish_output(run(argc, argv));
  } catch (const std::system_error& error) {  // no temporary folder, no further process
    fmt::print(stderr, "narrows: error: {}\n", narrows::escaped_line(error.what()));
    return 1;
  } catch (const std::exception& error) {
    fmt::print(stderr, "internal error: {}\n", narrows::escaped_line(error.what()));
    return kInternalErrorStatus;
  }
}
