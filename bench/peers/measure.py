#!/usr/bin/env python3
"""Measures emitted code and other engines on the same networks, in turns, and prints tables. scripts/peers installs and
builds what this needs.

Without models: the networks of bench/peers/networks.py.
"""
import argparse
import json
import pathlib
import subprocess
import sys

import check
import engines
import networks
import report
import rounds

sys.path.append(str(engines.TOP / "scripts"))
import page  # noqa: E402  (found by the line above)

STARTS = 3
TABLE_MARKS = "<!-- peers -->\n", "<!-- end of peers -->\n"


def start_all(folder, facts, schedule):
    """(engine, threads, process, difference) of each engine that computes what it should, and notes on the others."""
    quantized = facts["type"] != "f32"
    started, notes = [], []
    for engine in [*engines.emitted(folder, schedule, quantized), *engines.peers(quantized)]:
        for threads in engine.threads:
            try:
                process = rounds.start(engine.run(folder, threads), threads, STARTS)
            except rounds.Failed as why:
                notes.append(f"{engine.name} is left out: {why}.")
                break
            try:
                started.append((engine, threads, process, check.difference(folder, engine, threads)))
            except check.Wrong as why:
                notes.append(f"{engine.name} is left out: {why}.")
                process.end()
                break
    return started, notes


def measure(title, model, folder, arguments):
    """A section of the report."""
    subprocess.run([engines.BUILD / "bench/peers/peers_export", model, folder], check=True)
    facts = json.loads((folder / "net.json").read_text())
    started, notes = start_all(folder, facts, arguments.schedule)
    peak = rounds.start(engines.build_peak(folder, arguments.schedule, facts["type"] != "f32"), 1, 1)
    rounds.take_turns([peak, *(process for _, _, process, _ in started)], arguments.seconds)
    macs_per_second = peak.facts["macs"] / min(peak.seconds)
    peak.end()
    section = report.Section(title, engines.target(folder), facts["macs"], macs_per_second, notes)
    for engine, threads, process, difference in started:
        section.lines.append(report.Line(engine.name, engine.version, threads, process.seconds, process.most_memory(),
                                         process.facts, difference))
        section.notes += [f"{engine.name}: {line}." for line in process.end().splitlines()]
    section.notes = list(dict.fromkeys(section.notes))  # each once, in order
    return section


def measure_all(arguments):
    sections = []
    chosen = [(path.stem, path) for path in arguments.models] or [
        (title, None) for title in networks.titles() if arguments.only in title]
    for title, model in chosen:
        folder = engines.TOP / "build/peers" / "".join(c if c.isalnum() or c == "." else "_" for c in title)
        folder.mkdir(parents=True, exist_ok=True)
        print(title, file=sys.stderr)
        if model is None:
            model = folder / "model.json"
            networks.write_description(title, model)
        sections.append(measure(title, model, folder, arguments))
    return sections


def main():
    parser = argparse.ArgumentParser(prog="scripts/peers", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", metavar="MODEL", nargs="*", type=pathlib.Path)
    parser.add_argument("-s", "--seconds", type=float, default=20, help="for each network (default 20)")
    parser.add_argument("--only", metavar="TEXT", default="", help="only networks whose titles have this text")
    parser.add_argument("--schedule", default="auto", help="of the emitted code (default auto)")
    parser.add_argument("--update", metavar="FILE", type=pathlib.Path,
                        help=f"put the tables into FILE, between the lines {' and '.join(TABLE_MARKS).strip()}")
    parser.add_argument("--quote", metavar="FILE", type=pathlib.Path, help="put a summary into FILE, likewise")
    arguments = parser.parse_args()
    if not arguments.models and not any(arguments.only in title for title in networks.titles()):
        parser.error(f"no title has '{arguments.only}'; there are:\n  " + "\n  ".join(networks.titles()))
    try:
        sections = measure_all(arguments)
    except subprocess.CalledProcessError as error:
        sys.exit(error.stderr or str(error))
    machine = f"{page.processor()}, target {sections[0].target}; one run for each network.\n"
    full = machine + "".join(report.text(section) for section in sections)
    summary = report.summary(sections) + "\n" + machine
    for path, text in ((arguments.update, full), (arguments.quote, summary)):
        if path:
            page.update(path, text, *TABLE_MARKS)
    if not arguments.update:
        print(full)
    if not arguments.quote:
        print(summary)


if __name__ == "__main__":
    main()
