// The commands of the program `narrows`, one file each. Every function adds a command to the command line;
// parsing runs it and stores the exit status: 0, or 1 when the model, the options or the result are at fault.
#pragma once

namespace CLI {
class App;
}

namespace narrows {

void add_compile_command(CLI::App& app, int* status);
void add_inspect_command(CLI::App& app, int* status);
void add_run_command(CLI::App& app, int* status);
void add_compare_command(CLI::App& app, int* status);
void add_tune_command(CLI::App& app, int* status);
void add_verify_command(CLI::App& app, int* status);
void add_estimate_command(CLI::App& app, int* status);

}  // namespace narrows
