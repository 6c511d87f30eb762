"""Measures the streaming expert: whole dev texts, token by token, as the stop rule would see them."""

import numpy

import causal
import data
import report


def calibration(network, texts):
    chance = numpy.random.default_rng(1)
    rows = numpy.concatenate([
        chance.permutation(texts.where(split="calibrate", role=role))[:2500] for role in ("response", "prompt", "post")
    ])
    logits = causal.logits_of(network, texts, rows, causal.LONGEST)
    maxima = numpy.stack([(causal.smoothing(len(z)).numpy() @ z).max(0) for z in logits])
    return report.calibrate(texts, rows, maxima)


def measure(network, texts, calibrated, role):
    rows = texts.where(split="dev", role=role)
    platt = calibrated["other"]
    odds = [
        report.exponential_mean(platt["scale"] * z[:, 0] + platt["offset"], causal.HALF_LIFE)
        for z in causal.logits_of(network, texts, rows, report.LONGEST)
    ]
    statistics = numpy.array([o.max() for o in odds])

    def stops(r, threshold):
        return float(numpy.argmax(odds[r] > threshold) + 1) / len(odds[r])

    return report.stream_table(texts, rows, statistics, stops)


def children(network, texts, calibrated):
    """AUROC of each child among the harmful dev texts whose category is known: does it name the right harm?"""
    rows = numpy.flatnonzero((texts.split == "dev") & (texts.label == 1))
    rows = rows[(texts.targets[rows, 1:].sum(1) > 0)]
    rows = numpy.random.default_rng(1).permutation(rows)[:4000]
    maxima = numpy.stack([
        (causal.smoothing(len(z)).numpy() @ z).max(0) for z in causal.logits_of(network, texts, rows, causal.LONGEST)
    ])
    result = {}
    for c, name in enumerate(data.CATEGORIES[1:], 1):
        targets = texts.targets[rows, c]
        if 10 <= targets.sum() < len(targets):
            result[name] = round(float(report.roc_auc_score(targets, maxima[:, c])), 3)
    return result
