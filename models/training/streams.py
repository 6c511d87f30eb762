"""Measures an expert as the stop rule would see it: whole texts, token by token, from the start.

`logits` of a text is an array tokens x categories; rows of NaN say that the expert had not voted yet.
"""

import numpy

import data
import report

HALF_LIFE = 6     # tokens, of the exponential mean that experts are calibrated and measured by; a policy sets its own


def calibration_rows(texts, roles, most):
    """At most so many of each role, drawn evenly."""
    chance = numpy.random.default_rng(1)
    return numpy.concatenate([
        chance.permutation(texts.where(split="calibrate", role=role))[:most] for role in roles
    ])


def maxima(logits):
    """Largest exponential mean of each category over a text; what nobody voted on counts as no harm."""
    result = []
    for z in logits:
        voted = z[~numpy.isnan(z[:, 0])]
        result.append(report.exponential_means(voted, HALF_LIFE).max(0) if len(voted) else numpy.full(z.shape[1], -8.0))
    return numpy.stack(result)


def mixed(votes, weights):
    """Weighted mean of the log-odds of those experts that voted, token by token; lists of texts, one list an expert."""
    result = []
    for text in zip(*votes):
        stacked = numpy.stack(text)
        weight = numpy.where(numpy.isnan(stacked), 0, numpy.array(weights, float)[:, None, None])
        result.append((numpy.nan_to_num(stacked) * weight).sum(0) / weight.sum(0))
    return result


def moved(before, after):
    """How far the main vote of a network moved, in units of its logit; both are lists of texts."""
    apart = numpy.concatenate([abs(a[:, 0] - b[:, 0]) for a, b in zip(before, after)])
    apart = apart[~numpy.isnan(apart)]
    return {"texts": len(before), "mean": round(float(apart.mean()), 4), "largest": round(float(apart.max()), 4),
            "correlation": round(float(numpy.corrcoef(maxima(before)[:, 0], maxima(after)[:, 0])[0, 1]), 5)}


def measure(logits_of, texts, rows, calibrated):
    """`logits_of(rows)` gives the logits of these texts."""
    platt = calibrated["other"]
    odds = []
    for z in logits_of(rows):
        voted = platt["scale"] * z[:, 0] + platt["offset"]
        silent = int(numpy.isnan(voted).sum())
        mean = report.exponential_means(voted[silent:, None], HALF_LIFE)[:, 0]
        odds.append(numpy.concatenate([numpy.full(silent, -8.0), mean]))
    statistics = numpy.array([o.max() for o in odds])

    def stops(r, threshold):
        return float(numpy.argmax(odds[r] > threshold) + 1) / len(odds[r])

    return report.stream_table(texts, rows, statistics, stops)


def children(logits_of, texts, roles):
    """AUROC of each child among the harmful dev texts whose category is known: does it name the right harm?"""
    rows = numpy.flatnonzero((texts.split == "dev") & (texts.label == 1) & numpy.isin(texts.role, roles))
    rows = rows[(texts.targets[rows, 1:].sum(1) > 0)]
    rows = numpy.random.default_rng(1).permutation(rows)[:4000]
    highest = maxima(logits_of(rows))
    result = {}
    for c, name in enumerate(data.CATEGORIES[1:], 1):
        targets = texts.targets[rows, c]
        if 10 <= targets.sum() < len(targets):
            result[name] = round(float(report.roc_auc_score(targets, highest[:, c])), 3)
    return result
