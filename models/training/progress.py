"""A progress bar with the time left, and the training log as JSON lines."""

import json
import sys
import time


class Progress:
    def __init__(self, name, total, done=0):
        self.name, self.total, self.first = name, total, done
        self.began = time.monotonic()

    def show(self, done, note=""):
        share = min(1, done / self.total)
        pace = (time.monotonic() - self.began) / max(done - self.first, 1e-9)
        left = int(max(0, self.total - done) * pace)
        bar = ("█" * int(24 * share)).ljust(24, "·")
        line = f"{self.name} {bar} {share:4.0%}  {left // 60}:{left % 60:02d} left  {note}"
        # Without a terminal every line stays, so a log file shows the course of the run.
        print(line, end="\r" if sys.stderr.isatty() and share < 1 else "\n", file=sys.stderr, flush=True)


class Log:
    def __init__(self, path):
        self.path = path

    def write(self, **entry):
        with open(self.path, "a", encoding="utf-8") as lines:
            lines.write(json.dumps(entry) + "\n")
