"""Measures the windowed expert on dev windows: how far a text had come when each was taken is drawn, not chosen."""

import numpy

import minilm
import report


def calibration(head, texts, computed):
    which = numpy.flatnonzero(computed.split == "calibrate")
    return report.calibrate(texts, computed.row[which], minilm.logits_of(head, computed, which))


def measure(head, texts, computed, calibrated):
    """The statistic of a text is the highest of its (up to three) windows, after a quarter, a half and all of it."""
    which = numpy.flatnonzero(computed.split == "dev")
    platt = calibrated["other"]
    odds = platt["scale"] * minilm.logits_of(head, computed, which)[:, 0] + platt["offset"]
    rows = numpy.unique(computed.row[which])
    of_row = [numpy.flatnonzero(computed.row[which] == row) for row in rows]
    statistics = numpy.array([odds[w].max() for w in of_row])

    def stops(r, threshold):
        first = of_row[r][numpy.argmax(odds[of_row[r]] > threshold)]
        return float(computed.end[which][first]) / len(texts.ids[rows[r]])

    return report.stream_table(texts, rows, statistics, stops)
