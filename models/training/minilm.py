"""The windowed expert: a head on the pretrained encoder's hidden states of the last 62 tokens.

The encoder stays as its authors made it, so its hidden states are computed once and the head trains in minutes.
"""

import numpy
import torch
from torch import nn
from torch.nn import functional

import data
from encoder import WIDTH, Encoder
from progress import Log, Progress

WINDOW = 64
TOKENS = WINDOW - 2   # [CLS] and [SEP] take the other two
CLS, SEP = 101, 102
SHARD = 400           # windows: a stopped extraction goes on from the last whole shard
TRAIN, CALIBRATE, PER_SOURCE = 10_000, 1_600, 130
EPOCHS, BATCH, RATE = 14, 64, 6e-4
SHARES = {  # the expert reads replies only; posts and prompts are there for the words
    ("response", 0): 0.33, ("response", 1): 0.33,
    ("post", 0): 0.10, ("post", 1): 0.12, ("prompt", 0): 0.05, ("prompt", 1): 0.07,
}


class Head(nn.Module):
    """Reads the window's mean and what an attention picks out, because one bad sentence drowns in a mean of 62."""

    def __init__(self):
        super().__init__()
        self.attention = nn.Linear(WIDTH, 4)
        self.inner = nn.Linear(5 * WIDTH, 128)
        self.out = nn.Linear(128, len(data.CATEGORIES))

    def forward(self, hidden, mask):
        kept = mask.to(hidden.dtype)[:, :, None]
        mean = (hidden * kept).sum(1) / kept.sum(1).clamp(min=1)
        weights = (self.attention(hidden) - 1e4 * (1 - kept)).softmax(1)
        picked = weights.transpose(1, 2) @ hidden
        read = torch.cat([mean, picked.flatten(1)], 1)
        read = functional.dropout(read, 0.3, self.training)
        inner = functional.dropout(torch.relu(self.inner(read)), 0.4, self.training)
        return self.out(inner)


def windows(texts, seed):
    """(row, end) of every window to compute: training ones in random order first, then calibration, then dev."""
    chance = numpy.random.default_rng(seed)

    def end(i):
        length = len(texts.ids[i])
        if length <= 12:
            return length
        if texts.label[i]:  # the harm of a harmful text is more likely to have begun in its second half
            return int(chance.integers(max(length // 2, 12), length + 1))
        return int(numpy.exp(chance.uniform(numpy.log(8), numpy.log(length + 1))))

    chosen = [(i, end(i)) for i in data.Draw(texts, "train", SHARES).rows(TRAIN, chance)]
    chosen += [(i, end(i)) for i in data.Draw(texts, "calibrate", SHARES).rows(CALIBRATE, chance)]
    for source in sorted(set(texts.source)):
        rows = texts.where(split="dev", source=source, role="response")
        for i in chance.permutation(rows)[:PER_SOURCE]:
            length = len(texts.ids[i])
            ends = sorted({max(min(length, 8), length * quarter // 4) for quarter in (1, 2, 4)})
            chosen += [(i, e) for e in ends]
    return chosen


def features(texts, work, seed):
    """Hidden states of all windows, half precision, on disk shard by shard. Yields what is there, shard by shard."""
    folder = work / "hidden"
    folder.mkdir(exist_ok=True)
    chosen = windows(texts, seed)
    shards = [chosen[at:at + SHARD] for at in range(0, len(chosen), SHARD)]
    encoder, progress = None, Progress("minilm features", len(shards))
    for number, shard in enumerate(shards):
        path = folder / f"{number:03}.npy"
        if not path.exists():
            encoder = encoder or Encoder(work)
            hidden = _hidden(encoder, texts, shard)
            part = path.with_suffix(".part")
            with open(part, "wb") as file:
                numpy.save(file, hidden)
            part.rename(path)
            progress.show(number + 1)


def _hidden(encoder, texts, shard):
    rows = [texts.ids[i][max(0, end - TOKENS):end].astype(numpy.int64) for i, end in shard]
    hidden = numpy.zeros((len(rows), WINDOW, WIDTH), numpy.float16)
    ordered = numpy.argsort([len(r) for r in rows], kind="stable")
    for at in range(0, len(ordered), 20):
        batch = ordered[at:at + 20]
        length = max(len(rows[r]) for r in batch) + 2
        ids, mask = torch.zeros(len(batch), length, dtype=torch.int64), torch.zeros(len(batch), length)
        for b, r in enumerate(batch):
            ids[b, :len(rows[r]) + 2] = torch.tensor([CLS, *rows[r], SEP])
            mask[b, :len(rows[r]) + 2] = 1
        states = (encoder(ids, mask) * mask[:, :, None]).half().numpy()
        hidden[batch, :length] = states
    return hidden


class Windows:
    """The computed windows in memory. A padding row of the hidden states is all zeros, which no real token's is."""

    def __init__(self, texts, work, seed):
        paths = sorted((work / "hidden").glob("*.npy"))
        self.hidden = numpy.concatenate([numpy.load(p) for p in paths])
        self.chosen = windows(texts, seed)[:len(self.hidden)]
        self.row = numpy.array([i for i, _ in self.chosen])
        self.end = numpy.array([e for _, e in self.chosen])
        self.split = texts.split[self.row]
        self.mask = torch.from_numpy((self.hidden != 0).any(2).astype(numpy.int64))

    def batch(self, which):
        return torch.from_numpy(self.hidden[which]).float(), self.mask[which]


def train(texts, work, seed):
    torch.manual_seed(seed)
    features(texts, work, seed)
    computed = Windows(texts, work, seed)
    head = Head()
    optimiser = torch.optim.AdamW(head.parameters(), RATE, weight_decay=0.05)
    rows = numpy.flatnonzero(computed.split == "train")
    chance = numpy.random.default_rng(seed)
    log, progress = Log(work / "minilm.log.jsonl"), Progress("minilm head", EPOCHS)
    seen = numpy.minimum(1, computed.end / [len(texts.ids[i]) for i in computed.row])
    label = texts.label[computed.row]
    # A window of a harmful text need not hold the harm: less sure for a long text, surest for a whole one.
    trust = texts.trust[computed.row] * numpy.where(label == 1, 0.5 + 0.5 * (computed.end <= 2 * TOKENS) * seen, 1)
    for epoch in range(EPOCHS):
        head.train()
        total = 0.0
        optimiser.param_groups[0]["lr"] = RATE * (1 - epoch / EPOCHS)
        for which in numpy.array_split(chance.permutation(rows), max(1, len(rows) // BATCH)):
            logits = head(*computed.batch(which))
            targets = torch.from_numpy(texts.targets[computed.row[which]])
            known = torch.from_numpy((texts.known[computed.row[which]] * trust[which, None]).astype(numpy.float32))
            # Softened targets: the label of a text is only mostly the label of its window.
            losses = functional.binary_cross_entropy_with_logits(
                logits, targets * 0.94 + 0.03 * targets[:, :1], reduction="none"
            ) * known
            loss = (losses[:, 0] + 0.3 * losses[:, 1:].sum(1)).mean()
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            optimiser.step()
            total += loss.item() * len(which)
        log.write(epoch=epoch, loss=round(total / len(rows), 4))
        progress.show(epoch + 1, f"loss {total / len(rows):.3f}")
    return head.eval(), computed


@torch.no_grad()
def logits_of(head, computed, which):
    return numpy.concatenate([head(*computed.batch(part)).numpy() for part in numpy.array_split(which, len(which) // 256 + 1)])
