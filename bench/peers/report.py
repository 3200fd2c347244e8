"""What was measured, as tables."""
import statistics
import sys
from dataclasses import dataclass, field

import engines

sys.path.append(str(engines.TOP / "scripts"))
import page  # noqa: E402  (found by the line above)

HEAD = ["engine", "version", "threads", "min ms", "median", "ratio", "of peak", "RSS MB", "arena MB", "ready ms",
        "first ms", "off by"]
QUOTED = ["XNNPACK", "oneDNN", "ONNX Runtime", "PyTorch"]


@dataclass
class Line:
    engine: str
    version: str
    threads: int
    seconds: list
    memory: int  # bytes that were resident at most
    facts: dict  # of its start-up, in seconds; its arena in bytes
    difference: str

    def best(self):
        return min(self.seconds)


@dataclass
class Section:
    title: str
    target: str  # of the emitted code
    macs: int
    peak: float  # multiply-accumulates per second of one core
    notes: list
    lines: list = field(default_factory=list)

    def baseline(self, threads):
        """The line that others with as many threads are compared with: the first of emitted code."""
        return next((line for line in self.lines if line.threads == threads and line.engine.startswith("Narrows")), None)


def megabytes(count):
    return f"{count / 1e6:.2f}" if count >= 0 else ""


def milliseconds(seconds):
    return f"{1e3 * seconds:.2f}" if seconds < 0.1 else f"{1e3 * seconds:.1f}"


def cells(section, line):
    base = section.baseline(line.threads)
    share = section.macs / line.best() / (section.peak * line.threads)
    return [line.engine, line.version, str(line.threads), milliseconds(line.best()),
            milliseconds(statistics.median(line.seconds)), f"{line.best() / base.best():.2f}" if base else "",
            f"{100 * share:.0f} %", f"{line.memory / 1e6:.0f}", megabytes(line.facts["arena"]),
            milliseconds(line.facts["prepare"]), milliseconds(line.facts["first"]), line.difference]


def text(section):
    lines = sorted(section.lines, key=lambda line: line.threads)
    notes = "".join(f"\n{note}\n" for note in section.notes)
    return (f"\n### {section.title}\n\n{section.macs / 1e6:,.1f} million multiply-accumulates; a core's peak is "
            f"{section.peak / 1e9:.1f} GMAC/s.\n\n" +
            page.markdown(HEAD, [cells(section, line) for line in lines], 2) + notes)


def summary_cells(section):
    def line(name):
        return next((l for l in section.lines if l.threads == 1 and l.engine == name), None)

    base = section.baseline(1)
    others = [line(name) for name in QUOTED]
    times = [f"{milliseconds(o.best())} ({o.best() / base.best():.2f})" if o else "" for o in others]
    layerwise = line("oneDNN")
    return [section.title, milliseconds(base.best()), *times, megabytes(base.facts["arena"]),
            megabytes(layerwise.facts["arena"]) if layerwise else ""]


def summary(sections):
    """One thread, minima in milliseconds."""
    head = ["one thread, ms (ratio)", "Narrows", *QUOTED, "Narrows' arena, MB", "oneDNN's"]
    return page.markdown(head, [summary_cells(section) for section in sections], 1)
