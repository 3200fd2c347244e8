#include "compiler/tune/build_assembly.h"

#include "compiler/measure/files.h"
#include "compiler/measure/temporary_folder.h"

namespace narrows {

std::optional<std::string> build_assembly(const std::vector<File>& files, const std::string& name,
                                          const Toolchain& toolchain, Diagnostics& diagnostics) {
  const TemporaryFolder folder;
  if (!write_files(files, folder.path(), diagnostics)) return std::nullopt;
  const Build build{toolchain, {name + ".cpp"}, {"-S"}, name + ".s"};
  if (!build_program(build, folder.path(), diagnostics)) return std::nullopt;
  const auto bytes = read_file(folder.path() / (name + ".s"), diagnostics);
  if (!bytes) return std::nullopt;
  return std::string(bytes->begin(), bytes->end());
}

}  // namespace narrows
