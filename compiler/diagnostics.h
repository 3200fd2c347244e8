// Errors of the two kinds that the compiler knows.
//
// 1. The user's model or option is at fault: a `Diagnostic` is added to `Diagnostics`, work goes on while that makes
//    sense, and the function returns an empty value. main() prints all diagnostics and exits with status 1.
// 2. The compiler is at fault: NARROWS_CHECK throws `InternalError`. Input must never be able to cause it.
//
// A message is lower case without a full stop, quotes names in '...', and says what was expected, what was found and
// what would be legal. Numbers come from the model, never from addresses or times.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace narrows {

/// Where an operator came from in the source model. Survives fusion as a list; used by messages and emitted comments.
struct Origin {
  int index = -1;    ///< position in the source model's operator list
  std::string op;    ///< the format's own name of the operator, e.g. "CONV_2D"
  std::string name;  ///< name of the operator, or of its first output where the format names only tensors
};

enum class Severity { error, warning, note };

struct Diagnostic {
  Severity severity = Severity::error;
  std::optional<Origin> origin;
  std::string message;
};

/// The problems found in one file, in the order in which they were found.
class Diagnostics {
 public:
  explicit Diagnostics(std::string file) : file_(std::move(file)) {}

  void error(std::string message) { list_.push_back({Severity::error, std::nullopt, std::move(message)}); }
  void error(const Origin& at, std::string message) { list_.push_back({Severity::error, at, std::move(message)}); }
  /// What is legal, but most likely not what was meant.
  void warning(std::string message) { list_.push_back({Severity::warning, std::nullopt, std::move(message)}); }
  /// What would be legal; belongs to the error or warning before it.
  void note(std::string message) { list_.push_back({Severity::note, std::nullopt, std::move(message)}); }
  void note(const Origin& at, std::string message) { list_.push_back({Severity::note, at, std::move(message)}); }

  /// True while no error was added.
  [[nodiscard]] bool ok() const;
  [[nodiscard]] int error_count() const;
  [[nodiscard]] const std::vector<Diagnostic>& list() const { return list_; }
  [[nodiscard]] const std::string& file() const { return file_; }

  /// One line per diagnostic: `model.tflite: op 41 CONV_2D 'block3/project': error: ...`. Names in it may come from a
  /// file that means ill: control characters are escaped (escaped() of text.h). Further lines of a message, as those
  /// that a compiler printed, are indented, so that no name with a line end looks like a message.
  [[nodiscard]] std::string str() const;

 private:
  std::string file_;
  std::vector<Diagnostic> list_;
};

/// A fault of the compiler itself. main() prints `internal error: <what>` and exits with status 70.
struct InternalError : std::logic_error {
  using std::logic_error::logic_error;
};

[[noreturn]] void internal_error(const char* file, int line, const char* condition, const std::string& detail);

}  // namespace narrows

#define NARROWS_CHECK(condition, detail) \
  ((condition) ? (void)0 : ::narrows::internal_error(__FILE__, __LINE__, #condition, (detail)))
