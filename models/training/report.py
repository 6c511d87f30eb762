"""Calibration, and the dev numbers of an expert.

A stream's statistic is the largest exponential mean of the calibrated log-odds over its tokens: what a stop rule with
one threshold would compare. Calibration is linear in the logit and the mean's weights sum to one, so it may be applied
to the statistic itself.
"""

import numpy
from scipy.signal import lfilter
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

import data
import phrases

PREVALENCE = 0.1  # of harmful streams, for which probabilities are calibrated; half would promise far too much harm
LONGEST = 768     # tokens of a dev text


def exponential_means(values, half_life):
    """Along the first axis, bias-corrected: the weights of the tokens seen so far sum to one from the first token on."""
    keep = 0.5 ** (1 / half_life)
    weights = lfilter([1], [1, -keep], numpy.ones(len(values)))
    return lfilter([1], [1, -keep], values, axis=0) / weights[:, None]


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


def expected_error(probability, target, weights, bins=15):
    """Expected calibration error with bins of equal mass."""
    order = numpy.argsort(probability)
    mass = numpy.cumsum(weights[order]) / weights.sum()
    error = 0.0
    for part in range(bins):
        chosen = order[(mass > part / bins) & (mass <= (part + 1) / bins)]
        if len(chosen):
            share = weights[chosen].sum() / weights.sum()
            gap = numpy.average(probability[chosen], weights=weights[chosen]) - numpy.average(
                target[chosen], weights=weights[chosen])
            error += share * abs(gap)
    return error


def calibrators(texts, rows, scores):
    """Platt, isotonic and Venn-Abers of the parent, each fitted on one half of the calibration rows and tried on the other.

    Half by half, both ways. Brier score and expected calibration error at the stated prevalence.
    """
    foreign = texts.source[rows] != phrases.SOURCE
    rows, z = rows[foreign], scores[foreign, 0]
    target = texts.targets[rows, 0]
    weights = source_weights(texts, rows)
    for label, share in ((1, PREVALENCE), (0, 1 - PREVALENCE)):
        weights[target == label] *= share / weights[target == label].sum()
    half = numpy.random.default_rng(2).random(len(rows)) < 0.5
    probabilities = {name: numpy.zeros(len(rows)) for name in ("Platt", "isotonic", "Venn-Abers")}
    for fit, tried in ((half, ~half), (~half, half)):
        line = platt(z[fit], target[fit], weights[fit])
        probabilities["Platt"][tried] = 1 / (1 + numpy.exp(-(line["scale"] * z[tried] + line["offset"])))
        curve = IsotonicRegression(out_of_bounds="clip").fit(z[fit], target[fit], sample_weight=weights[fit])
        probabilities["isotonic"][tried] = curve.predict(z[tried])
        probabilities["Venn-Abers"][tried] = _venn_abers(z[fit], target[fit], weights[fit], z[tried])
    return {
        name: {
            "brier": round(float(numpy.average((p - target) ** 2, weights=weights)), 5),
            "ece": round(float(expected_error(p, target, weights)), 5),
        }
        for name, p in probabilities.items()
    }


def _venn_abers(z, target, weights, tried):
    """Two isotonic curves, one for each label the new text might have; merged as p1 / (1 - p0 + p1)."""
    grid = numpy.quantile(tried, numpy.linspace(0, 1, 80))
    low, high = [], []
    for point in grid:
        for label, into in ((0, low), (1, high)):
            curve = IsotonicRegression(out_of_bounds="clip").fit(
                numpy.append(z, point), numpy.append(target, label),
                sample_weight=numpy.append(weights, weights.mean()))
            into.append(float(curve.predict([point])[0]))
    low, high = numpy.interp(tried, grid, low), numpy.interp(tried, grid, high)
    return high / (1 - low + high)


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
            "auroc": _auroc(harmful, clean),
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


def left_out(texts, rows, statistics, source):
    """AUROC of a source's harmful texts against the harmless ones of all other sources, and against its own."""
    own, label = texts.source[rows] == source, texts.label[rows]
    harmful = statistics[own & (label == 1)]
    others = statistics[~own & (label == 0) & (texts.split[rows] == "dev")]
    result = {"source": source, "harmful": int(len(harmful)), "pooled": _auroc(harmful, others),
              "recallAt1%": round(float((harmful > numpy.quantile(others, 0.99)).mean()), 4)}
    if (own & (label == 0)).any():
        result["own"] = _auroc(harmful, statistics[own & (label == 0)])
    return result


def _auroc(harmful, harmless):
    return round(float(roc_auc_score([0] * len(harmless) + [1] * len(harmful), [*harmless, *harmful])), 4)


def as_markdown(quality):
    """All measured numbers of an expert, for its model card."""
    parts = []
    for role in ("responses", "prompts", "posts"):
        if role in quality:
            parts += [f"### Dev {role}", "", _table(quality[role]), ""]
    if "categories" in quality:
        named = ", ".join(f"{name} {auroc:.2f}" for name, auroc in quality["categories"].items())
        parts += ["### Categories", "", f"AUROC among harmful dev texts, does it name the right harm: {named}.", ""]
    if "rounding" in quality:
        e = quality["rounding"]
        parts += ["### In eight bits", "",
                  f"All else here was measured before rounding, which moves the logit of `other` by {e['mean']:.3f} on "
                  f"average and by {e['largest']:.2f} at most ({e['texts']} dev replies); the maxima of their streams "
                  f"correlate to {e['correlation']:.4f}.", ""]
    parts += ["### Calibration", "", "Fitted on one half of the calibration rows and tried on the other, both ways:", "",
              "| | Brier | ECE, 15 bins of equal mass |", "|---|---|---|"]
    parts += [f"| {name} | {e['brier']:.4f} | {e['ece']:.4f} |" for name, e in quality["calibrators"].items()]
    return "\n".join(parts) + "\n"


def _table(result):
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
