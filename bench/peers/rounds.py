"""Processes that take turns: each runs one network in one engine, and speaks the protocol of turns.h."""
import json
import os
import subprocess
import sys
import time

TURN = 0.05  # seconds


class Failed(Exception):
    """An engine that cannot run a network; the text says why."""


class Process:
    """A running engine, pinned to as many cores as it has threads."""

    def __init__(self, command, threads):
        cores = ",".join(str(core) for core in range(threads))
        environment = dict(os.environ, OMP_NUM_THREADS=str(threads))
        self.process = subprocess.Popen(
            ["taskset", "-c", cores, *command], env=environment, text=True, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.facts = json.loads(self._answer().removeprefix("ready "))
        self.seconds = []
        # From here on, the kernel counts the most memory anew: what start-up needed is not of interest.
        with open(f"/proc/{self.process.pid}/clear_refs", "w", encoding="ascii") as file:
            file.write("5")

    def _answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise Failed(self.process.stderr.read().strip() or "ended without a message")
        return line

    def take_turn(self):
        self.process.stdin.write(f"turn {TURN}\n")
        self.process.stdin.flush()
        self.seconds += [float(text) for text in self._answer().split()]

    def most_memory(self):
        """Bytes that were resident at most since start-up."""
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            return next(int(line.split()[1]) << 10 for line in file if line.startswith("VmHWM"))

    def end(self):
        self.process.stdin.close()
        notes = self.process.stderr.read().strip()
        self.process.wait()
        return notes


def start(command, threads, times):
    """Starts the engine `times` times, and leaves the last process running. Its `prepare` and `first` are the shortest."""
    facts = []
    for _ in range(times - 1):
        process = Process(command, threads)
        facts.append(process.facts)
        process.end()
    process = Process(command, threads)
    for name in ("prepare", "first"):
        process.facts[name] = min(f[name] for f in [*facts, process.facts])
    return process


def take_turns(processes, seconds):
    """Round after round, so that whatever else the machine does hits all alike."""
    least_rounds = 3
    end = time.monotonic() + seconds
    rounds = 0
    while rounds < least_rounds or time.monotonic() < end:
        for process in processes:
            process.take_turn()
        rounds += 1
        print(f"\r{rounds} rounds", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
