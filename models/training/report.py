"""Calibration, and the dev numbers of an expert.

A stream's statistic is the largest exponential mean of the calibrated log-odds over its tokens: what a stop rule with
one threshold would compare. Calibration is linear in the logit and the mean's weights sum to one, so it may be applied
to the statistic itself.
"""

import numpy
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

import data
import phrases

PREVALENCE = 0.1  # of harmful streams, for which probabilities are calibrated; half would promise far too much harm
LONGEST = 768     # tokens of a dev text


def exponential_mean(values, half_life):
    """Bias-corrected: the weights of the tokens seen so far sum to one from the first token on."""
    keep = 0.5 ** (1 / half_life)
    total, weight, means = 0.0, 0.0, numpy.empty(len(values))
    for t, value in enumerate(values):
        total, weight = keep * total + value, keep * weight + 1
        means[t] = total / weight
    return means


def platt(scores, targets, weights):
    """Scale and offset of sigmoid(scale·logit + offset), fitted at the stated prevalence."""
    positive, negative = weights[targets == 1].sum(), weights[targets == 0].sum()
    balanced = numpy.where(targets == 1, PREVALENCE * weights / positive, (1 - PREVALENCE) * weights / negative)
    model = LogisticRegression(C=1e3).fit(scores[:, None], targets, sample_weight=balanced * len(scores))
    return {"scale": round(float(max(model.coef_[0, 0], 0.05)), 4), "offset": round(float(model.intercept_[0]), 4)}


def source_weights(texts, rows):
    """Each source counts by the root of its size here too, or the calibration would be that of forum posts."""
    names, inverse, counts = numpy.unique(texts.source[rows], return_inverse=True, return_counts=True)
    return 1 / numpy.sqrt(counts[inverse])


def calibrate(texts, rows, scores):
    """scores: rows x categories. A category without enough examples of its own takes the parent's curve.

    Our own phrases are left out: their patterns were trained on, so they would make the curve too sure of itself.
    """
    foreign = texts.source[rows] != phrases.SOURCE
    rows, scores = rows[foreign], scores[foreign]
    weights = source_weights(texts, rows)
    calibration = {}
    for c, name in enumerate(data.CATEGORIES):
        sure = texts.known[rows, c] >= 0.25
        targets = texts.targets[rows, c]
        enough = (targets[sure] == 1).sum() >= 15
        calibration[name] = (
            platt(scores[sure, c], targets[sure], weights[sure]) if enough else dict(calibration["other"])
        )
    return calibration


def stream_table(texts, rows, statistics, stops):
    """Numbers per source: its harmful streams against all harmless streams of the same role.

    `stops(row, threshold)` says what share of the text was read when the threshold was first passed.
    """
    label = texts.label[rows]
    clean = statistics[label == 0]
    cuts = {"1%": float(numpy.quantile(clean, 0.99)), "5%": float(numpy.quantile(clean, 0.95))}

    def numbers(chosen):
        harmful = statistics[chosen]
        entry = {
            "streams": int(len(harmful)),
            "auroc": round(float(roc_auc_score([0] * len(clean) + [1] * len(harmful), [*clean, *harmful])), 4),
        }
        for name, cut in cuts.items():
            entry["recallAt" + name] = round(float((harmful > cut).mean()), 4)
        seen = [stops(r, cuts["5%"]) for r in chosen if statistics[r] > cuts["5%"]]
        entry["seenAtStop"] = round(float(numpy.mean(seen)), 4) if seen else None
        return entry

    harmful = numpy.flatnonzero(label == 1)
    table = {"all": numbers(harmful)}
    for source in sorted(set(texts.source[rows[harmful]])):
        table[source] = numbers(harmful[texts.source[rows[harmful]] == source])
    false_stops = {
        source: round(float((statistics[(texts.source[rows] == source) & (label == 0)] > cuts["5%"]).mean()), 4)
        for source in sorted(set(texts.source[rows[label == 0]]))
    }
    thresholds = {name: round(1 / (1 + float(numpy.exp(-cut))), 4) for name, cut in cuts.items()}
    return {"bySource": table, "falseStopsAt5%": false_stops, "thresholds": thresholds, "cleanStreams": int(len(clean))}


def as_markdown(result):
    lines = ["| harmful streams of | n | AUROC | recall at 1 % false stops | at 5 % | text seen at the stop (5 %) |",
             "|---|---|---|---|---|---|"]
    for source, e in result["bySource"].items():
        seen = "" if e["seenAtStop"] is None else f"{e['seenAtStop']:.0%}"
        lines.append(
            f"| {source} | {e['streams']} | {e['auroc']:.3f} | {e['recallAt1%']:.2f} | {e['recallAt5%']:.2f} | {seen} |"
        )
    rates = ", ".join(f"{s} {r:.1%}" for s, r in result["falseStopsAt5%"].items())
    cuts = " and ".join(f"{t:.3f} ({n})" for n, t in result["thresholds"].items())
    lines += ["", f"Against {result['cleanStreams']} harmless streams. Probability at the thresholds: {cuts}.",
              "", f"False stops by source at the pooled 5 % threshold: {rates}."]
    return "\n".join(lines)
