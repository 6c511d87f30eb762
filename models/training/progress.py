"""A progress bar with the time left, and the training log as JSON lines."""

import json
import sys


class Progress:
    def __init__(self, name, total):
        self.name, self.total = name, total

    def show(self, done, note=""):
        share = min(1, done / self.total)
        left = max(0, self.total - done)
        bar = ("█" * int(24 * share)).ljust(24, "·")
        line = f"{self.name} {bar} {share:4.0%}  {int(left // 60)}:{int(left % 60):02d} left  {note}"
        # Without a terminal every line stays, so a log file shows the course of the run.
        print(line, end="\r" if sys.stderr.isatty() and share < 1 else "\n", file=sys.stderr, flush=True)


class Log:
    def __init__(self, path):
        self.path = path

    def write(self, **entry):
        with open(self.path, "a", encoding="utf-8") as lines:
            lines.write(json.dumps(entry) + "\n")
