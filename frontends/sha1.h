// SHA-1, which ONNX files name their data files' content by. It tells damaged files, not hostile ones.
#pragma once

#include <string>

namespace narrows {

/// 40 hexadecimal digits in lower case.
std::string sha1(const std::string& bytes);

}  // namespace narrows
