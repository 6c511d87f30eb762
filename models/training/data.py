"""The labelled texts as token ids, and how often each source is drawn.

A model trained on a plain shuffle of this data learns what tweets look like. So sources are drawn by the square root of
their size, roles and labels in fixed shares, and the labels carry weights that say how far to trust them.
"""

import gzip
import hashlib
import json
from dataclasses import dataclass

import numpy

import phrases

CATEGORIES = [
    "other", "harassment", "hate", "profanity", "violent_crimes", "nonviolent_crimes", "sexual_content", "self_harm",
    "fraud_scams", "cyber_malware", "weapons_cbrn", "privacy", "misinformation", "specialized_advice",
    "child_exploitation", "sex_crimes", "jailbreak_injection",
]  # "other" is the parent: any harm at all. Categories with fewer than 400 examples are voted on through it alone.

LEFT_OUT = {"surge_profanity_lexicon", "presidio_pii"}  # a word list, and another task
KEYWORD_CATEGORIES = {
    "gptfuzz_responses", "wildguard_aegis_prompts", "fuzzyai_responses_weak", "aisafetylab_responses",
    "hh_harmless_weak", "self_defense_responses",
}
MOST_ROWS = 5000  # of one source, role and label: more of the same adds little and costs tokenising
MOST_CHARACTERS = 4000
CONTEXT = 24             # tokens of the prompt's end that a reply can be read with
CONTEXT_CHARACTERS = 400

SHARES = {  # of the rows drawn, by role and label; replies are the product, posts only teach words
    ("response", 0): 0.29, ("response", 1): 0.27,
    ("prompt", 0): 0.10, ("prompt", 1): 0.12,
    ("post", 0): 0.10, ("post", 1): 0.12,
}
EMPHASIS = {  # alarming but harmless text is where false stops come from
    "openstax_benign": 1.4, "medquad_benign": 1.2, "owasp_security_docs": 1.4, "counselchat_benign": 1.4,
    "coconot_benign_responses": 1.6, "gpteacher_benign": 1.4, "cyber_frr_benign_prompts": 1.2,
    "coconot_benign_prompts": 1.4, "gptfuzz_responses": 1.5, "aisafetylab_responses": 1.5,
    "self_defense_responses": 1.5, "cold_zh": 0.5, "sap_responses_weak": 0.7,
}
TRUST = {"weak": 0.5, "assumed": 1.0, "constructed": 1.0, "human": 1.0, "judge": 0.8}
DOUBTED = {"diasafety": 0.8, "cold_zh": 0.6}  # labels that need the context; labels made by machine

REPLY, PROMPT = 1, 2  # role markers: [unused0] and [unused1]
UNMARKED = 255


@dataclass
class Texts:
    ids: list          # per row: uint16 token ids
    words: list        # per row: uint64 per token, the hash of the word it ends, 0 where it ends none
    context: list      # per row: uint16 token ids of the end of what it answers, empty where nobody knows that
    marks: list        # per row: uint8 per token, 1 harmful, 0 harmless, UNMARKED; None where nobody marked spans
    split: numpy.ndarray      # "train", "calibrate" or "dev"
    source: numpy.ndarray
    licence: numpy.ndarray
    role: numpy.ndarray
    label: numpy.ndarray
    trust: numpy.ndarray
    targets: numpy.ndarray    # rows x categories: 0 or 1
    known: numpy.ndarray      # rows x categories: how far to trust that target

    def where(self, **wanted):
        chosen = numpy.ones(len(self.label), bool)
        for field, value in wanted.items():
            chosen &= getattr(self, field) == value
        return numpy.flatnonzero(chosen)


def _split(row):
    """Calibration rows are chosen by a hash of the question, so that no question is on both sides."""
    if row["split"] == "dev":
        return "dev"
    digest = hashlib.sha256((row["prompt"] or row["text"]).encode()).digest()
    return "calibrate" if digest[0] < 18 else "train"  # 7 %


def _targets(row):
    targets = numpy.zeros(len(CATEGORIES), numpy.float32)
    known = numpy.ones(len(CATEGORIES), numpy.float32)
    if row["label"]:
        targets[0] = 1
        named = [CATEGORIES.index(c) for c in row["categories"] if c in CATEGORIES and c != "other"]
        targets[named] = 1
        # A category that was not named is weak evidence of its absence: insults are often hateful and profane too.
        known[1:] = 0.3 if named else 0
        if row["source"] in KEYWORD_CATEGORIES:
            known[1:] *= 0.3
        if row["role"] == "post":
            known[[CATEGORIES.index(c) for c in ("harassment", "profanity", "hate")]] *= 0.3
        known[named] = 0.7 if row["source"] in KEYWORD_CATEGORIES else 1
    return targets, known


def _tokens(row, tokenizer):
    text = row["text"][:MOST_CHARACTERS]
    spans = row["spans"]
    if not spans:
        return (*tokenizer.encode_words(text), None)
    ids, words, marks, at = [], [], [], 0

    def add(piece, mark):
        more, hashes = tokenizer.encode_words(piece)
        ids.extend(more)
        words.extend(hashes)
        marks.extend([mark] * len(more))

    for start, end in sorted(spans):
        add(text[at:start], 0)
        add(text[max(at, start):end], 1)
        at = max(at, end)
    add(text[at:], 0)
    return ids, words, marks


def _lines(path):
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def read(folder, tokenizer, seed):
    chance = numpy.random.default_rng(seed)
    columns = {name: [] for name in Texts.__dataclass_fields__}
    for rows in [*map(_lines, sorted(folder.glob("*.jsonl.gz"))), list(phrases.rows())]:
        kept, seen = [], {}
        for i in chance.permutation(len(rows)):
            row = rows[i]
            kind = (row["split"], row["role"], row["label"])
            seen[kind] = seen.get(kind, 0) + 1
            if row["source"] not in LEFT_OUT and seen[kind] <= MOST_ROWS:
                kept.append(row)
        for row in kept:
            ids, words, marks = _tokens(row, tokenizer)
            if not ids:
                continue
            targets, known = _targets(row)
            quality = TRUST.get(row.get("label_quality"), 1.0)
            columns["ids"].append(numpy.array(ids, numpy.uint16))
            columns["words"].append(numpy.array(words, numpy.uint64))
            asked = tokenizer.encode((row["prompt"] or "")[-CONTEXT_CHARACTERS:]) if row["role"] == "response" else []
            columns["context"].append(numpy.array(asked[-CONTEXT:], numpy.uint16))
            columns["marks"].append(None if marks is None else numpy.array(marks, numpy.uint8))
            columns["split"].append(_split(row))
            columns["source"].append(row["source"])
            columns["licence"].append(row["license"])
            columns["role"].append(row["role"])
            columns["label"].append(row["label"])
            columns["trust"].append(quality * DOUBTED.get(row["source"], 1.0))
            columns["targets"].append(targets)
            columns["known"].append(known)
    lists = {"ids", "words", "context", "marks"}
    return Texts(**{name: c if name in lists else numpy.array(c) for name, c in columns.items()})


class Draw:
    """Draws training rows: role and label by SHARES, the source by the root of its size, the row evenly."""

    def __init__(self, texts, split, shares=SHARES, without=()):
        """`without` names sources to leave out: what is learned without a source shows how an unseen one will fare."""
        self.pools, weights = [], []
        for (role, label), share in shares.items():
            rows = texts.where(split=split, role=role, label=label)
            rows = rows[~numpy.isin(texts.source[rows], list(without))]
            sources = sorted(set(texts.source[rows]))
            pools = [rows[texts.source[rows] == s] for s in sources]
            sizes = numpy.array([len(p) ** 0.5 * EMPHASIS.get(s, 1) for p, s in zip(pools, sources)])
            self.pools += pools
            weights += list(share * sizes / sizes.sum())
        self.weights = numpy.array(weights) / sum(weights)

    def rows(self, count, chance):
        pools = chance.choice(len(self.pools), count, p=self.weights)
        return [int(chance.choice(self.pools[p])) for p in pools]
