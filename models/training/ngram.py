"""The n-gram expert: a linear model on hashed words and pairs of words, read as a running sum.

    S = keep·S + w[word] + w[pair],  N = keep·N + features,  logit = S / sqrt(N + DAMPING) + bias

The root makes the sum's size about the same after ten words and after a thousand. It is trained on prefixes read that
very way, so what is learned is what is served.
"""

import time

import numpy
import torch
from scipy.signal import lfilter
from torch import nn
from torch.nn import functional

import data
from progress import Log, Progress

BUCKETS = 1 << 18
DAMPING = 4.0
HALF_LIFE = 200   # words
EPOCHS, ROWS, BATCH, RATE = 8, 60_000, 512, 1.5
HARDEST = 0.6     # share of training rows cut where the network finds them worst
LEAST = 4         # words before a text can be at its worst
DROPPED = (0, 0.1, 0.3)  # shares of the words left out of a training row

SHARES = {  # the reply expert; posts and prompts are there for the words
    ("response", 0): 0.42, ("response", 1): 0.40,
    ("post", 0): 0.06, ("post", 1): 0.08, ("prompt", 0): 0.02, ("prompt", 1): 0.02,
}
PROMPT_SHARES = {
    ("response", 0): 0.08, ("response", 1): 0.02,
    ("post", 0): 0.06, ("post", 1): 0.06, ("prompt", 0): 0.40, ("prompt", 1): 0.38,
}

KEEP = 0.5 ** (1 / HALF_LIFE)


def mix(bits):
    """The finaliser of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014, section 4)."""
    z = bits + numpy.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
    return z ^ (z >> numpy.uint64(31))


def features(words, buckets=BUCKETS):
    """Buckets of each word and of each pair (the first word's is -1: no pair), by the word's place."""
    words = words[words != 0]
    single = (mix(words) & numpy.uint64(buckets - 1)).astype(numpy.int64)
    pair = numpy.full(len(words), -1, numpy.int64)
    pair[1:] = (mix(words[:-1] * numpy.uint64(31) + words[1:]) & numpy.uint64(buckets - 1)).astype(numpy.int64)
    return numpy.stack([single, pair], 1)


def _norms(words):
    count = numpy.full(words, 2.0)
    count[0] = 1
    return numpy.sqrt(lfilter([1], [1, -KEEP], count) + DAMPING)


class Prefixes:
    """Training rows: a drawn text, cut to a random length that does not depend on its label."""

    def __init__(self, texts, shares, without, seed):
        self.texts, self.chance = texts, numpy.random.default_rng(seed)
        self.features = {}
        self.draw = data.Draw(texts, "train", shares, without)
        self.parent = None  # weights of the parent category as trained so far: buckets x 1

    def of(self, i):
        if i not in self.features:
            self.features[i] = features(self.texts.words[i]).astype(numpy.int32)
        return self.features[i]

    def _room(self, all_features):
        """How much of a text is read: where the network finds it worst, or anything."""
        words = len(all_features)
        if self.parent is not None and self.chance.random() < HARDEST:
            return LEAST + int(numpy.argmax(_read(self.parent, all_features)[LEAST - 1:])) if words > LEAST else words
        return min(words, int(numpy.exp(self.chance.uniform(numpy.log(6), numpy.log(600)))))

    def rows(self, count):
        for i in self.draw.rows(count, self.chance):
            all_features = self.of(i)
            chance = self.chance
            words = len(all_features)
            room = self._room(all_features)
            kept, trust = all_features[:room], self.texts.trust[i]
            label, marks = self.texts.label[i], self.texts.marks[i]
            if label:
                if marks is None:
                    trust = trust * min(1, max(2 * room / words, min(1, room / 60)))
                else:
                    label = int(marks[self.texts.words[i] != 0][:room].any())
            targets = self.texts.targets[i] if label else numpy.zeros(len(data.CATEGORIES), numpy.float32)
            weights = KEEP ** numpy.arange(room - 1, -1, -1.0)
            weights = numpy.repeat(weights[:, None], 2, 1)
            weights[kept < 0] = 0
            norm = numpy.sqrt(weights.sum() + DAMPING)
            dropped = chance.random(room) < chance.choice(DROPPED)
            weights[dropped] = 0
            chosen = weights > 0
            yield kept[chosen], (weights[chosen] / norm).astype(numpy.float32), targets, self.texts.known[i] * trust


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.table = nn.EmbeddingBag(BUCKETS, len(data.CATEGORIES), mode="sum", sparse=True)
        nn.init.zeros_(self.table.weight)
        self.bias = nn.Parameter(torch.full((len(data.CATEGORIES),), -1.0))

    def forward(self, buckets, offsets, weights):
        return self.table(buckets, offsets, per_sample_weights=weights) + self.bias


def train(texts, work, seed, name, shares, without=()):
    """The trained table (buckets x categories) and bias; taken from the checkpoint when there is one."""
    checkpoint = work / f"{name}.checkpoint"
    if checkpoint.exists():
        return torch.load(checkpoint)
    torch.manual_seed(seed)
    prefixes = Prefixes(texts, shares, without, seed)
    network = Network()
    optimisers = [
        torch.optim.Adagrad(network.table.parameters(), RATE, initial_accumulator_value=1e-4),
        torch.optim.Adam([network.bias], 0.01),
    ]
    log, progress = Log(work / f"{name}.log.jsonl"), Progress(name, EPOCHS)
    for epoch in range(EPOCHS):
        total, batches = 0.0, 0
        if epoch:
            prefixes.parent = network.table.weight.detach().numpy()[:, :1].copy()
        optimisers[0].param_groups[0]["lr"] = RATE * (1 - epoch / EPOCHS)
        drawn = list(prefixes.rows(ROWS))
        for at in range(0, len(drawn), BATCH):
            batch = drawn[at:at + BATCH]
            lengths = [len(b) for b, *_ in batch]
            offsets = torch.from_numpy(numpy.cumsum([0, *lengths[:-1]]))
            buckets = torch.from_numpy(numpy.concatenate([b for b, *_ in batch]).astype(numpy.int64))
            weights = torch.from_numpy(numpy.concatenate([w for _, w, *_ in batch]))
            targets = torch.from_numpy(numpy.stack([t for _, _, t, _ in batch]))
            known = torch.from_numpy(numpy.stack([k for *_, k in batch]).astype(numpy.float32))
            logits = network(buckets, offsets, weights)
            losses = functional.binary_cross_entropy_with_logits(logits, targets, reduction="none") * known
            loss = losses.sum(1).mean()
            for optimiser in optimisers:
                optimiser.zero_grad(set_to_none=True)
            loss.backward()
            for optimiser in optimisers:
                optimiser.step()
            total += float(losses[:, 0].mean())
            batches += 1
        log.write(epoch=epoch, loss=round(total / batches, 4))
        progress.show(epoch + 1, f"loss {total / batches:.4f}")
    trained = network.table.weight.detach().numpy(), network.bias.detach().numpy()
    torch.save(trained, checkpoint)
    return trained


def running(table, bias, words):
    """Logits after each word (words x categories) as the runtime computes them."""
    f = features(words)
    return _read(table, f) + bias if len(f) else numpy.zeros((0, table.shape[1]))


def _read(table, f):
    """The running sum over its norm, after each word whose features these are."""
    steps = table[f[:, 0]].astype(numpy.float64)
    steps[1:] += table[f[1:, 1]]
    return lfilter([1], [1, -KEEP], steps, axis=0) / _norms(len(f))[:, None]


def parent(trained):
    """A trained expert that says "any harm" and nothing else: what teaches the others."""
    table, bias = trained
    return table[:, :1], bias[:1]


def logits_of(trained, texts, rows, longest):
    """Logits after every token of these texts: those of the last word that had ended."""
    table, bias = trained
    result = []
    for i in rows:
        words = texts.words[i][:longest]
        after = numpy.concatenate([bias[None], running(table, bias, words)])
        result.append(after[numpy.cumsum(words != 0)])
    return result


def quantised(table):
    """Signed bytes and what a step of each category is worth. The largest weights, one in 100,000, are clipped."""
    scale = numpy.quantile(numpy.abs(table), 1 - 1e-5, axis=0) / 127
    return numpy.clip(numpy.round(table / scale), -127, 127).astype(numpy.int8), scale
