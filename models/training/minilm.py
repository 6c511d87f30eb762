"""The windowed expert: the pretrained encoder with its upper half tuned, and a head, on the last 62 tokens.

It reads a reply twice: by itself, and, in as many tokens, its last 37 after the last 24 of what it answers, because a
short "yes" is harmful or not by its question alone. The higher of the two counts, so a prompt may raise the risk of a
reply and never lower it. In training a stranger's prompt stands in now and then, before harmful and harmless replies
alike: or the network would learn from the prompt alone which replies were harmful in this data.

The lower half stays as its authors made it: it costs a third of the training time to leave alone, and the expert then
ships as the difference to a file that a Maven artifact carries. Training windows are taken where the n-gram expert
finds a text worst as often as anywhere: in a harmful text the harm is most likely there (multiple instances), in a
harmless one that is what would be a false stop (hard negatives).
"""

import time

import numpy
import torch
from torch import nn
from torch.nn import functional

import data
import ngram
from encoder import LAYERS, WIDTH, Encoder
from progress import Log, Progress

WINDOW = 64
TOKENS = WINDOW - 2   # [CLS] and [SEP] take the other two
CLS, SEP, MASK = 101, 102, 103
STRIDE = 16
TUNED_FROM = LAYERS // 2
BATCH, POOL = 32, 16
RATE, HEAD_RATE = 1.5e-4, 6e-4
HARDEST = 0.5
ANSWERING = WINDOW - 3 - data.CONTEXT   # tokens of the reply where it is read after its prompt
IN_CONTEXT, STRANGERS = 0.5, 0.3
NEEDS_CONTEXT = {"diasafety"}           # its harmful replies need not be harmful as an answer to anything else
SHARES = {  # the expert reads replies only; posts and prompts are there for the words
    ("response", 0): 0.38, ("response", 1): 0.36,
    ("post", 0): 0.06, ("post", 1): 0.09, ("prompt", 0): 0.05, ("prompt", 1): 0.06,
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
        read = functional.dropout(read, 0.1, self.training)
        inner = functional.dropout(torch.relu(self.inner(read)), 0.2, self.training)
        return self.out(inner)


class Network(nn.Module):
    def __init__(self, work):
        super().__init__()
        self.encoder = Encoder(work, TUNED_FROM)
        self.head = Head()

    def forward(self, ids, mask):
        return self.head(self.encoder(ids, mask), mask)


class Windows:
    """Training windows: a drawn text up to a drawn place."""

    def __init__(self, texts, teacher, seed, without=()):
        self.texts, self.chance = texts, numpy.random.default_rng(seed)
        self.draw = data.Draw(texts, "train", SHARES, without=without)
        self.teacher, self.worst = ngram.parent(teacher), {}
        answers = texts.where(split="train", role="response")
        self.prompts = texts.where(split="train", role="prompt")
        self.answers = answers[[len(texts.context[i]) > 0 for i in answers]]

    def batches(self):
        rows = sorted((self._row(i) for i in self.draw.rows(BATCH * POOL, self.chance)), key=lambda r: len(r[0]))
        for b in self.chance.permutation(POOL):
            yield pad(rows[b * BATCH:(b + 1) * BATCH])

    def _worst(self, i):
        if i not in self.worst:
            words = self.texts.words[i]
            logits = ngram.running(*self.teacher, words)[:, 0]
            ends = numpy.flatnonzero(words)
            least = min(ngram.LEAST, len(ends)) - 1
            self.worst[i] = int(ends[least + numpy.argmax(logits[least:])]) + 1 if len(ends) else len(words)
        return self.worst[i]

    def _row(self, i):
        texts, chance = self.texts, self.chance
        ids, marks, label, trust = texts.ids[i], texts.marks[i], texts.label[i], texts.trust[i]
        length = len(ids)
        if length <= 16:
            end = length
        elif chance.random() < HARDEST:
            end = min(length, self._worst(i) + int(chance.integers(0, 16)))  # windows stand at every 16th token
        elif label:
            end = int(chance.integers(min(length, 24), length + 1))
        else:
            end = int(numpy.exp(chance.uniform(numpy.log(8), numpy.log(length + 1))))
        before = self._prompt(i)
        start = max(0, end - (ANSWERING if len(before) else TOKENS))
        if label:
            if marks is None:
                # A window of a harmful text need not hold the harm: surest for a whole one and where a text is worst.
                seen = (end - start) / length
                trust = trust * min(1, 0.4 + seen + 0.3 * (end >= self._worst(i) > start))
            else:
                label = int(marks[start:end].any())
        window = row(before, ids[start:end])
        window[chance.random(len(window)) < chance.choice([0, 0.05, 0.15])] = MASK
        targets = texts.targets[i] if label else numpy.zeros(len(data.CATEGORIES), numpy.float32)
        return window, targets, texts.known[i] * trust

    def _prompt(self, i):
        """What this row is read after; often nothing."""
        texts, chance = self.texts, self.chance
        if texts.role[i] != "response" or chance.random() >= IN_CONTEXT:
            return ()
        own = texts.context[i]
        if len(own) and (chance.random() >= STRANGERS or (texts.label[i] and texts.source[i] in NEEDS_CONTEXT)):
            return own
        if chance.random() < 0.5:
            return texts.ids[chance.choice(self.prompts)][-data.CONTEXT:]
        return texts.context[chance.choice(self.answers)]


def row(prompt, window):
    """What the network reads, without the [CLS] and [SEP] around it."""
    return numpy.concatenate([prompt, [SEP], window] if len(prompt) else [window]).astype(numpy.int64)


def pad(rows):
    length = max(len(row[0]) for row in rows) + 2
    ids, mask = torch.zeros(len(rows), length, dtype=torch.int64), torch.zeros(len(rows), length)
    for r, (window, *_) in enumerate(rows):
        ids[r, :len(window) + 2] = torch.tensor([CLS, *window, SEP])
        mask[r, :len(window) + 2] = 1
    if len(rows[0]) == 1:
        return ids, mask
    targets = torch.from_numpy(numpy.stack([t for _, t, _ in rows]))
    known = torch.from_numpy(numpy.stack([k for *_, k in rows]).astype(numpy.float32))
    return ids, mask, targets, known


def train(texts, teacher, work, minutes, seed, without=(), name="minilm"):
    torch.manual_seed(seed)
    network = Network(work)
    tuned = list(network.encoder.tuned().values())
    optimiser = torch.optim.AdamW(
        [{"params": tuned, "rate": RATE}, {"params": network.head.parameters(), "rate": HEAD_RATE}],
        RATE, weight_decay=0.01,
    )
    spent, step = 0.0, 0
    checkpoint = work / f"{name}.checkpoint"
    if checkpoint.exists():
        saved = torch.load(checkpoint)
        network.load_state_dict(saved["model"], strict=False)
        optimiser.load_state_dict(saved["optimiser"])
        spent, step = saved["spent"], saved["step"]
    windows = Windows(texts, teacher, seed + step, without)
    log, progress = Log(work / f"{name}.log.jsonl"), Progress(name, 60 * minutes, spent)
    mean = None
    network.train()
    while spent < 60 * minutes:
        for ids, mask, targets, known in windows.batches():
            began = time.process_time()
            share = min(1, spent / (60 * minutes))
            for group in optimiser.param_groups:
                group["lr"] = group["rate"] * min(1, (step + 1) / 100) * (0.02 + 0.98 * (1 - share))
            losses = functional.binary_cross_entropy_with_logits(network(ids, mask), targets, reduction="none") * known
            loss = (losses[:, 0] + 0.2 * losses[:, 1:].sum(1)).mean()
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_([p for g in optimiser.param_groups for p in g["params"]], 1.0)
            optimiser.step()
            step += 1
            spent += (time.process_time() - began) / torch.get_num_threads()
            parent = float(losses[:, 0].mean())
            mean = parent if mean is None else 0.98 * mean + 0.02 * parent
            if step % 50 == 0:
                log.write(step=step, seconds=round(spent, 1), loss=round(mean, 4))
                progress.show(spent, f"step {step} loss {mean:.3f}")
            if step % 250 == 0 or spent >= 60 * minutes:
                trained = {n: p for n, p in network.state_dict().items()
                           if n.startswith("head.") or n.removeprefix("encoder.").replace("/", ".") in network.encoder.tuned()}
                torch.save({"model": trained, "optimiser": optimiser.state_dict(), "spent": spent, "step": step}, checkpoint)
            if spent >= 60 * minutes:
                break
    return network.eval()


@torch.no_grad()
def logits_of(network, windows):
    """Logits (windows x categories) of lists of at most 62 token ids each."""
    results = numpy.zeros((len(windows), len(data.CATEGORIES)), numpy.float32)
    ordered = sorted(range(len(windows)), key=lambda w: len(windows[w]))
    for at in range(0, len(ordered), 64):
        batch = ordered[at:at + 64]
        results[batch] = network(*pad([(windows[w],) for w in batch])).numpy()
    return results


def positions(length):
    """After which tokens the engine asks the expert: twice within the first stride, then less often."""
    early = [p for p in (STRIDE // 2, 3 * STRIDE // 4, STRIDE, 3 * STRIDE // 2) if p <= length]
    return early + list(range(2 * STRIDE, length + 1, STRIDE))


def stream_logits(network, texts, rows, longest):
    """Logits at every token of these texts: those of the last window asked about, NaN before the first."""
    asked = [(i, p) for i in rows for p in positions(min(len(texts.ids[i]), longest))]
    alone = logits_of(network, [row((), texts.ids[i][max(0, p - TOKENS):p]) for i, p in asked])
    answering = [w for w, (i, _) in enumerate(asked) if len(texts.context[i])]
    windows = [(texts.context[i], texts.ids[i][max(0, p - ANSWERING):p]) for i, p in (asked[w] for w in answering)]
    alone[answering] = numpy.maximum(alone[answering], logits_of(network, [row(*w) for w in windows]))
    votes = iter(alone)
    result = []
    for i in rows:
        length = min(len(texts.ids[i]), longest)
        logits = numpy.full((length, len(data.CATEGORIES)), numpy.nan)
        for p in positions(length):
            logits[p - 1:] = next(votes)
        result.append(logits)
    return result
