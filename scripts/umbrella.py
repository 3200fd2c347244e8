"""Bundles a project's sources, so that checks read the headers of libraries once per bundle and not once per file.

A bundle is a source that includes up to a few dozen others with equal compiler options. Sources that declare equal names do not
share a bundle: names of unnamed namespaces would collide. Who compiles a bundle without success compiles its files alone.
"""

import hashlib
import json
import pathlib
import re
import shlex

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUNDLE = 24  # sources

# Options that say where a compiler writes to, or that name precompiled headers, which are another compiler's.
VALUED = {"-o", "-c", "-include", "-MF", "-MT", "-MQ"}
DROPPED = {"-fpch-preprocess", "-Winvalid-pch", "-MD", "-MMD"}


def options_of(command):
    """The compiler's options, of an entry of compile_commands.json: neither the compiler nor files."""
    words = shlex.split(command)
    options, i = [], next(i for i, word in enumerate(words) if word.startswith("-"))
    while i < len(words):
        if words[i] in VALUED:
            i += 1
        elif words[i] not in DROPPED and not re.fullmatch(r"-O\d|-DNDEBUG", words[i]):
            options.append(words[i])
        i += 1
    return tuple(options)


def sources(build):
    """By path, the options of each source in the project's folders."""
    entries = json.loads((build / "compile_commands.json").read_text())
    found = {}
    for entry in entries:
        path = pathlib.Path(entry["file"])
        if ROOT in path.parents and build not in path.parents and path.suffix == ".cpp":
            found.setdefault(path, options_of(entry["command"]))
    return found


NAME = re.compile(r"\b([A-Za-z_]\w*)\s*(?:\(|=|\{|;|\[|$)")
TEST = re.compile(r"(?:TEST|TEST_F|TEST_P|INSTANTIATE_TEST_SUITE_P)\((\w+), (\w+)")


def names(path):
    """What a source declares outside of functions: names in unnamed namespaces, and all other ones. Formatted text has nothing else
    in column 0."""
    hidden, shown = set(), set()
    found = shown
    for line in path.read_text().splitlines():
        test = TEST.match(line)
        if line.startswith("namespace {"):
            found = hidden
        elif line.startswith("}  // namespace"):
            found = shown
        elif test:
            hidden.add(test[1] + "_" + test[2])
        elif re.match(r"[A-Za-z]", line) and not line.startswith(("namespace", "using")):
            kind = re.match(r"(?:struct|class|enum class|enum|union) (\w+)", line)
            name = kind or NAME.search(line)
            if name:
                found.add(name[1])
    return hidden, shown


class Bundle:
    """Sources that can be compiled as one. Words are all that their texts hold."""

    def __init__(self, options):
        self.options = options
        self.paths = []
        self.hidden, self.shown, self.words = set(), set(), set()

    def takes(self, hidden, shown, words):
        if len(self.paths) == BUNDLE or hidden & (self.hidden | self.shown) or shown & self.hidden:
            return False
        # A hidden type that is called as one of a header takes its place in all that follows.
        return not types(hidden) & self.words and not types(self.hidden) & words

    def add(self, path, hidden, shown, words):
        self.paths.append(path)
        self.hidden |= hidden
        self.shown |= shown
        self.words |= words


def types(found):
    return {name for name in found if name[0].isupper()}


def bundles(files):
    """Lists of paths that can be compiled as one; `files` gives options by path."""
    made = []
    for path in sorted(files):
        hidden, shown = names(path)
        words = set(re.findall(r"\w+", path.read_text()))
        for bundle in made:
            if bundle.options == files[path] and bundle.takes(hidden, shown, words):
                break
        else:
            bundle = Bundle(files[path])
            made.append(bundle)
        bundle.add(path, hidden, shown, words)
    return [bundle.paths for bundle in made]


def write(path, included):
    """A source that includes others. Returns its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f'#include "{source}"\n' for source in included))
    return path


INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)


class Hashes:
    """Hashes of files with all that they include from the project and from its build folder."""

    def __init__(self, build):
        self.folders = [ROOT, build / "include"]
        self.texts = {}

    def reached(self, path, seen):
        if path in seen:
            return
        seen.add(path)
        if path not in self.texts:
            text = path.read_bytes()
            self.texts[path] = (hashlib.sha256(text).digest(), INCLUDE.findall(text.decode()))
        for name in self.texts[path][1]:
            for folder in [path.parent, *self.folders]:
                if (folder / name).is_file():
                    self.reached((folder / name).resolve(), seen)
                    break

    def of(self, path, *salt):
        seen = set()
        self.reached(path, seen)
        total = hashlib.sha256(repr(salt).encode())
        for file in sorted(seen):
            total.update(self.texts[file][0])
        return total.hexdigest()
