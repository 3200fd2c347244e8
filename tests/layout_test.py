#!/usr/bin/env python3
"""Compares the includes of all sources with the table in docs/architecture.md.

usage: layout_test.py [--print]        --print writes the includes that there are, folder by folder
"""
import collections
import pathlib
import re
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parent.parent
PRODUCT = ("bench", "compiler", "frontends", "runtime", "schedules")
# Headers directly in compiler/ that are not a floor of their own.
FLOORS = ("compile", "options")
# What files include besides folders of this table: generated headers, examples, and what benches share with tests.
OUTSIDE = ("onnx", "stb", "examples")


# Folders that are a part of the folder that they stand in.
PARTS = ("compiler/graph/rules", "compiler/graph/text", "compiler/lower/chain", "compiler/lower/single",
         "frontends/onnx/operators", "frontends/tflite/operators", "runtime/isa")


def folder_of(path):
    """The row of the table that a file, named from the top folder, belongs to."""
    folder, name = path.rsplit("/", 1)
    if folder == "compiler":
        name = name.split(".")[0]
        return f"compiler/{name if name in FLOORS else 'ground'}"
    return folder.rsplit("/", 1)[0] if folder in PARTS else folder


def sources():
    listed = subprocess.run(["git", "-C", TOP, "ls-files", "--cached", "--others", "--exclude-standard", "*.h", "*.cpp"],
                            check=True, capture_output=True, text=True).stdout.split()
    return [path for path in listed if path.startswith(PRODUCT) and (TOP / path).exists()]


def includes():
    """{(from, to): [file, ...]} for every pair of folders."""
    found = collections.defaultdict(list)
    for path in sources():
        for name in re.findall(r'^#include "([^"]+/[^"]+)"', (TOP / path).read_text(), re.M):
            beside = (TOP / path).parent / name  # emitted text includes by its own folder
            if beside.exists():
                name = str(beside.resolve().relative_to(TOP))
            if name.split("/")[0] not in OUTSIDE and folder_of(name) != folder_of(path):
                found[folder_of(path), folder_of(name)].append(path)
    return found


def allowed():
    """{folder: {folder, ...}} as the table says."""
    table = {}
    for line in (TOP / "docs/architecture.md").read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 3 and re.fullmatch(r"`[\w/]+`", cells[0]):
            table[cells[0].strip("`")] = set(re.findall(r"`([\w/]+)`", cells[2]))
    return table


def circle(table):
    """Folders that include each other in a circle, or nothing."""
    done = set()

    def visit(folder, path):
        if folder in path:
            return path[path.index(folder):] + [folder]
        if folder in done:
            return None
        for below in sorted(table.get(folder, ())):
            found = visit(below, path + [folder])
            if found:
                return found
        done.add(folder)
        return None

    for folder in table:
        found = visit(folder, [])
        if found:
            return found
    return None


def main():
    there, table = includes(), allowed()
    if sys.argv[1:] == ["--print"]:
        for folder in sorted({a for a, _ in there}):
            print(folder, "->", " ".join(sorted(b for a, b in there if a == folder)))
        return 0
    problems = []
    if not table:
        problems.append("docs/architecture.md: no table of folders")
    for folder in sorted({folder_of(path) for path in sources()} - set(table)):
        problems.append(f"{folder}: not in the table of docs/architecture.md")
    for (a, b), files in sorted(there.items()):
        if b not in table.get(a, ()):
            problems.append(f"{files[0]}: {a} includes {b}, which docs/architecture.md does not allow")
    for a in table:
        for b in sorted(table[a]):
            if (a, b) not in there:
                problems.append(f"docs/architecture.md: {a} may include {b}, but no file does")
    found = circle(table)
    if found:
        problems.append("docs/architecture.md: a circle, " + " -> ".join(found))
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
