"""Draws the learning curve of a training log."""

import json

import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot  # noqa: E402  (the backend is chosen first)


def draw(work, name):
    """Writes `name.svg` beside `name.log.jsonl`: the parent category's loss over seconds or epochs."""
    entries = [json.loads(line) for line in open(work / f"{name}.log.jsonl", encoding="utf-8")]
    over = "seconds" if "seconds" in entries[0] else "epoch"
    figure, axes = pyplot.subplots(figsize=(6, 3.2), layout="constrained")
    axes.plot([e[over] for e in entries], [e["loss"] for e in entries], color="#2563eb")
    axes.set(xlabel=over, ylabel="training loss", title=name)
    axes.grid(alpha=0.3)
    figure.savefig(work / f"{name}.svg")
    pyplot.close(figure)
