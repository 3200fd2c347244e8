#!/usr/bin/env python3
"""Compares the memory map as a browser dumps it with the numbers of --json, and these with the text.

usage: memory_check.py DOM.html INSPECT.json MEMORY.txt
"""
import html.parser
import json
import re
import sys


class Page(html.parser.HTMLParser):
    """Collects the elements of charts and the cells of tables, by the id that they stand under."""

    def __init__(self):
        super().__init__()
        self.inside, self.marks, self.rows, self.cell = None, {}, {}, False

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag in ("svg", "table"):
            self.inside = attributes.get("id")
        elif tag == "tr":
            self.rows.setdefault(self.inside, []).append([])
        elif tag == "td":
            self.rows[self.inside][-1].append("")
        elif self.inside:
            self.marks.setdefault(self.inside, []).append((tag, attributes))
        self.cell = tag == "td"

    def handle_endtag(self, tag):
        if tag in ("svg", "table"):
            self.inside = None
        self.cell = False

    def handle_data(self, text):
        if self.cell:
            self.rows[self.inside][-1][-1] += text


def expect(what, expected, found):
    if expected != found:
        sys.exit(f"FAILED: {what}: expected {expected}, found {found}")


def check_page(page, memory):
    buffers = memory["buffers"]
    rects = [m for t, m in page.marks["map"] if t == "rect" and "data-id" in m]
    rects.sort(key=lambda m: int(m["data-id"]))
    keys = ("offset", "bytes", "first", "last")
    expect("rectangles", [[b[k] for k in keys] for b in buffers], [[int(m["data-" + k]) for k in keys] for m in rects])
    # Where they stand: in proportion to bytes and steps.
    lines = {m["class"]: m for t, m in page.marks["map"] if t == "line" and "data-bytes" in m}
    expect("lines", {"limit": memory["bytes"], "bound": memory["lower_bound"]},
           {name: int(m["data-bytes"]) for name, m in lines.items()})
    zero = max(float(m["y"]) + float(m["height"]) for m in rects)
    left = min(float(m["x"]) for m in rects)
    up = (zero - float(lines["limit"]["y1"])) / memory["bytes"]
    right = (float(lines["limit"]["x2"]) - left) / len(memory["steps"])
    for b, m in zip(buffers, rects):
        place = [left + right * b["first"], right * (b["last"] + 1 - b["first"]),
                 zero - up * (b["offset"] + b["bytes"]), up * b["bytes"]]
        found = [float(m[k]) for k in ("x", "width", "y", "height")]
        if any(abs(x - y) > 0.01 for x, y in zip(place, found)):
            sys.exit(f"FAILED: place of {b['name']}: expected {place}, found {found}")
    bars = [m for t, m in page.marks["use"] if t == "rect"]
    expect("bytes in use", [s["bytes"] for s in memory["steps"]], [int(m["data-bytes"]) for m in bars])
    rows = [cells for cells in page.rows["buffers"] if cells]
    expect("rows", [[b["name"], f"{b['offset']:,}", f"{b['bytes']:,}"] for b in buffers],
           [[c[1], c[3], c[4]] for c in rows])
    step = memory["peak_steps"][0]
    alive = [str(i) for i, b in enumerate(buffers) if b["first"] <= step <= b["last"]]
    expect("buffers at the peak", alive, [cells[0] for cells in page.rows["peak"] if cells])


def check_text(text, memory):
    number = lambda words: int(words.replace(",", ""))
    width = max(len(line) for line in text.splitlines())
    if width > 118:
        sys.exit(f"FAILED: a line of {width} characters")
    steps = re.findall(r"^ *(\d+) +([\d,]+)  [# ]{24} \S", text, re.M)
    expect("steps of the text", [(i, s["bytes"]) for i, s in enumerate(memory["steps"])],
           [(int(i), number(b)) for i, b in steps])
    buffers = re.findall(r"^  \w +(\d+)  .* ([\d,]+) +([\d,]+)  (\d+)(?:\.\.(\d+))?(?: +over (\d+))?$", text, re.M)
    expect("buffers of the text",
           [(b["offset"], b["bytes"], b["first"], b["last"], b["over"]) for b in memory["buffers"]],
           [(number(o), number(n), int(f), int(l or f), int(v) if v else None) for _, o, n, f, l, v in buffers])
    expect("arena", memory["bytes"], number(re.search(r"^arena +([\d,]+) bytes", text, re.M)[1]))
    expect("lower bound", memory["lower_bound"], number(re.search(r"^lower bound +([\d,]+)", text, re.M)[1]))
    peak = re.search(r"^peak +([\d,]+) bytes in step (\d+)", text, re.M)
    expect("peak", (memory["peak_bytes"], memory["peak_steps"][0]), (number(peak[1]), int(peak[2])))
    if memory["peak_bytes"] != max(s["bytes"] for s in memory["steps"]) or memory["peak_bytes"] > memory["bytes"]:
        sys.exit("FAILED: the peak is not that of the steps")


def main():
    page = Page()
    with open(sys.argv[1], encoding="utf-8") as file:
        page.feed(file.read())
    with open(sys.argv[2], encoding="utf-8") as file:
        memory = json.load(file)["memory"]
    with open(sys.argv[3], encoding="utf-8") as file:
        check_text(file.read(), memory)
    check_page(page, memory)


main()
