// Files of labels, and warnings where they do not fit the model.
#include "compiler/cli/labels.h"

#include <gtest/gtest.h>

#include <fstream>

#include "compiler/measure/temporary_folder.h"

namespace narrows {
namespace {

Labels read(const std::string& text, int offset = 0) {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "labels.txt";
  std::ofstream(path) << text;
  Diagnostics diagnostics("test");
  const Labels labels = read_labels(path, offset, diagnostics);
  EXPECT_EQ(diagnostics.str(), "");
  return labels;
}

std::string warnings(int names, int offset, int classes) {
  Labels labels{"l.txt", {}, offset};
  for (int i = 0; i < names; ++i) labels.names.push_back("name " + std::to_string(i));
  Diagnostics diagnostics("test");
  check_labels(labels, classes, diagnostics);
  EXPECT_TRUE(diagnostics.ok());
  return diagnostics.str();
}

TEST(Labels, AreLines) {
  const Labels labels = read("cat\r\n\ndog\n\n\r\n");
  EXPECT_EQ(labels.names, (std::vector<std::string>{"cat", "", "dog"}));
  EXPECT_EQ(labels.name(2), "dog");
  EXPECT_EQ(labels.name(3), "class 3");
}

TEST(Labels, StartAtAnyClass) {
  EXPECT_EQ(read("cat\ndog", 1).name(0), "class 0");
  EXPECT_EQ(read("cat\ndog", 1).name(2), "dog");
  EXPECT_EQ(read("cat\ndog", -1).name(0), "dog");
  EXPECT_EQ(read("cat\ndog", -1).name(1), "class 1");
}

TEST(Labels, ThatCannotBeReadAreAnError) {
  Diagnostics diagnostics("test");
  read_labels("/none/labels.txt", 0, diagnostics);
  read_labels("/", 0, diagnostics);
  EXPECT_EQ(diagnostics.str(),
            "test: error: cannot read labels '/none/labels.txt': No such file or directory\n"
            "test: error: cannot read labels '/': Is a directory\n");
}

TEST(Labels, ThatFitNeedNoWord) {
  EXPECT_EQ(warnings(1000, 0, 1000), "");
  EXPECT_EQ(warnings(1000, 1, 1001), "");
  EXPECT_EQ(warnings(1001, -1, 1000), "");
  Diagnostics diagnostics("test");
  check_labels({}, 1000, diagnostics);
  EXPECT_EQ(diagnostics.str(), "");
}

TEST(Labels, OfABackgroundAreToldApart) {
  EXPECT_EQ(warnings(1000, 0, 1001),
            "test: warning: --labels: 'l.txt' has 1000 names, the model 1001 classes\n"
            "test: note: most likely, class 0 is a background that the file leaves out, and every name is that of the "
            "class before it: then --labels-offset 1 would be right\n");
  EXPECT_EQ(warnings(1001, 0, 1000),
            "test: warning: --labels: 'l.txt' has 1001 names, the model 1000 classes\n"
            "test: note: most likely, the first line, 'name 0', is a background that the model leaves out, and every "
            "name is that of the class behind it: then --labels-offset -1 would be right\n");
  EXPECT_EQ(
      warnings(1000, 1, 1000),
      "test: warning: --labels: 'l.txt' has 1000 names, of which the first names class 1, the model 1000 classes\n"
      "test: note: most likely, the first line, 'name 0', is a background that the model leaves out, and every name is "
      "that of the class behind it: then no --labels-offset would be right\n");
}

TEST(Labels, OfAnotherModelAreToldSo) {
  EXPECT_EQ(warnings(22, 0, 32),
            "test: warning: --labels: 'l.txt' has 22 names, the model 32 classes\n"
            "test: note: classes from 22 on have no name; is the file that of another model?\n");
  EXPECT_EQ(warnings(0, 0, 32),
            "test: warning: --labels: 'l.txt' has 0 names, the model 32 classes\n"
            "test: note: classes from 0 on have no name; is the file that of another model?\n");
  EXPECT_EQ(warnings(1000, 0, 32),
            "test: warning: --labels: 'l.txt' has 1000 names, the model 32 classes\n"
            "test: note: is the file that of another model?\n");
  EXPECT_EQ(warnings(22, 0, 0),
            "test: warning: --labels: no output of the model is a list of scores, a list of detections or a map of "
            "classes\n");
}

}  // namespace
}  // namespace narrows
