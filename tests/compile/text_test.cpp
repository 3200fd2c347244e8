// Text from files on its way to a terminal.
#include "compiler/text.h"

#include <gtest/gtest.h>

#include "compiler/diagnostics.h"

namespace narrows {
namespace {

TEST(Escaped, LeavesTextAlone) {
  for (const char* text :
       {"", "conv2d 1x1", "a\nb\tc", "\xc2\xa0", "\xc3\xa9t\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x90\xa6", "\\x1b"})
    EXPECT_EQ(escaped(text), text);
}

TEST(Escaped, ShowsControlCharacters) {
  EXPECT_EQ(escaped("\x1b[31mred\x07\r\x7f"), "\\x1b[31mred\\x07\\x0d\\x7f");
  EXPECT_EQ(escaped(std::string("a\0b", 3)), "a\\x00b");
  EXPECT_EQ(escaped("\xc2\x9b"
                    "31m"),
            "\\xc2\\x9b31m");  // U+009B is what ESC [ is in 7 bits
  EXPECT_EQ(escaped_line("a\nb\tc"), "a\\x0ab\\x09c");
}

TEST(Escaped, ShowsBytesThatAreNoCharacters) {
  EXPECT_EQ(escaped("\x9b"
                    "31m"),
            "\\x9b31m");
  EXPECT_EQ(escaped("a\xff"), "a\\xff");
  EXPECT_EQ(escaped("\xe2\x82"), "\\xe2\\x82");  // ends early
  EXPECT_EQ(escaped("\xe2\x82z"), "\\xe2\\x82z");
  EXPECT_EQ(escaped("\xc0\x9b"), "\\xc0\\x9b");  // longer than needed
  EXPECT_EQ(escaped("\xe0\x82\x9b"), "\\xe0\\x82\\x9b");
  EXPECT_EQ(escaped("\xed\xa0\x80"), "\\xed\\xa0\\x80");           // a surrogate
  EXPECT_EQ(escaped("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");  // above U+10FFFF
}

TEST(DiagnosticsText, EscapesWhateverComesFromFiles) {
  Diagnostics diagnostics("a\x1b[2J\nb.tflite");
  diagnostics.error({3, "CONV\x1b", "n\nname"}, "cannot read '\x1b[31mred'");
  diagnostics.warning("odd\x7f");
  diagnostics.note("legal\r");
  EXPECT_EQ(diagnostics.str(),
            "a\\x1b[2J\\x0ab.tflite: op 3 CONV\\x1b 'n\\x0aname': error: cannot read '\\x1b[31mred'\n"
            "a\\x1b[2J\\x0ab.tflite: warning: odd\\x7f\n"
            "a\\x1b[2J\\x0ab.tflite: note: legal\\x0d\n");
  EXPECT_EQ(diagnostics.error_count(), 1);
}

/// A name cannot look like a message of its own.
TEST(DiagnosticsText, IndentsFurtherLines) {
  Diagnostics diagnostics("m");
  diagnostics.error("'a\nm: error: forged' is bad");
  diagnostics.error("'g++' failed with status 1\nnet.cpp:1: error\n\n");
  EXPECT_EQ(diagnostics.str(),
            "m: error: 'a\n  m: error: forged' is bad\n"
            "m: error: 'g++' failed with status 1\n  net.cpp:1: error\n");
}

}  // namespace
}  // namespace narrows
