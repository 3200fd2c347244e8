#!/usr/bin/env python3
"""Compares what the page of `narrows compare` shows, as a browser dumps it, with the numbers of --json.

usage: report_check.py DOM.html REPORT.json
"""
import html.parser
import json
import sys


class Page(html.parser.HTMLParser):
    """Collects, by the id that they stand under, the elements with their attributes, and the cells of tables."""

    def __init__(self):
        super().__init__()
        self.inside, self.marks, self.rows, self.cell = None, {}, [], False

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag in ("svg", "table"):
            self.inside = attributes.get("id")
        elif tag == "tr" and self.inside == "table":
            self.rows.append((attributes, []))
        elif tag == "td" and self.inside == "table":
            self.rows[-1][1].append("")
            self.cell = True
        elif self.inside:
            self.marks.setdefault(self.inside, []).append((tag, attributes))

    def handle_endtag(self, tag):
        if tag in ("svg", "table"):
            self.inside = None
        elif tag == "td":
            self.cell = False

    def handle_data(self, text):
        if self.cell:
            self.rows[-1][1][-1] += text


def expect(what, expected, found):
    if expected != found:
        sys.exit(f"FAILED: {what}: expected {expected}, found {found}")


def of(page, chart, tag, key):
    return [m for t, m in page.marks.get(chart, []) if t == tag and key in m]


def check_table(page, variants):
    rows = [cells for _, cells in page.rows if cells]
    expect("rows of the table", len(variants), len(rows))
    for v, cells in zip(variants, rows):
        expect("names", [v["schedule"], v["compiler"]], cells[:2])
        expect("shortest time", f"{v['min_seconds'] * 1e3:.3f}", cells[2])
        expect("arena", f"{v['arena_bytes']:,}", cells[7])
        expect("code", f"{v['code_bytes']:,}", cells[9])


def check_scatter(page, variants):
    dots = of(page, "scatter", "circle", "data-seconds")
    found = [(d["data-schedule"], float(d["data-seconds"]), int(d["data-bytes"]), d["data-front"] == "true") for d in dots]
    expect("scatter", [(v["schedule"], v["min_seconds"], v["arena_bytes"], v["front"]) for v in variants], found)
    # Where a dot stands: more seconds are higher, more bytes further right.
    by_time = sorted(range(len(found)), key=lambda i: found[i][1])
    expect("heights", by_time, sorted(range(len(found)), key=lambda i: -float(dots[i]["cy"])))
    by_bytes = sorted(range(len(found)), key=lambda i: found[i][2])
    expect("places", by_bytes, sorted(range(len(found)), key=lambda i: float(dots[i]["cx"])))


def check_memory(page, variants):
    found = [(p["data-schedule"], [int(b) for b in p["data-bytes"].split()])
             for p in of(page, "memory", "path", "data-bytes")]
    expect("memory", [(v["schedule"], v["live_bytes"]) for v in variants], found)


def check_blocks(page, report, variants):
    expected = {(b, v["schedule"]): v["block_seconds"][b] for v in variants for b, block in enumerate(report["blocks"])
                if block["macs"] and v["block_seconds"][b] is not None}
    if not expected:
        sys.exit("FAILED: no block has a time")
    bars = of(page, "bars", "rect", "data-seconds")
    expect("bars", expected, {(int(r["data-block"]), r["data-schedule"]): float(r["data-seconds"]) for r in bars})
    longest = max(bars, key=lambda r: float(r["data-seconds"]))
    expect("longest bar", max(float(r["width"]) for r in bars), float(longest["width"]))
    rates = {key: report["blocks"][key[0]]["macs"] / seconds for key, seconds in expected.items()}
    dots = of(page, "roofline", "circle", "data-rate")
    expect("roofline", rates, {(int(d["data-block"]), d["data-schedule"]): float(d["data-rate"]) for d in dots})
    roof = [float(line["data-peak"]) for line in of(page, "roofline", "line", "data-peak")]
    expect("roof", [report["core"]["peak"]], roof)


def main():
    page = Page()
    with open(sys.argv[1], encoding="utf-8") as file:
        page.feed(file.read())
    with open(sys.argv[2], encoding="utf-8") as file:
        report = json.load(file)
    variants = report["variants"]
    check_table(page, variants)
    check_scatter(page, variants)
    check_memory(page, variants)
    check_blocks(page, report, variants)


main()
