"""The streaming expert: a causal dilated convolution that reads each token once and carries what it still needs.

Every convolution is one matrix product over its taps, and its last 2·dilation input rows are the carried state. That
way each token's logits come from the same sums in the same order however the text was cut into calls (the ONNX Conv
operator does not promise that, and measurably does not do it).
"""

import time

import numpy
import torch
from torch import nn
from torch.nn import functional

import data
import ngram
from progress import Log, Progress

EMBEDDING = 128
WIDTH = 192
BOTTLENECK = 64   # what a convolution reads and carries: a narrow one keeps the state of a stream at 16 KB
DILATIONS = (1, 2, 4, 8, 16)
TAPS = 3
ROLES = 2
STATE = ROLES + sum((TAPS - 1) * d * BOTTLENECK for d in DILATIONS)

HALF_LIFE = 6     # tokens, of the exponential mean that training pools over
LONGEST = 224     # tokens of a training row
BATCH = 32
POOL = 32         # batches drawn at once and sorted by length, so that padding stays small
MASK = 103
TEACHING = 0.5      # weight of the teacher's term
RATE, EMBEDDING_RATE = 2e-3, 4e-4


def rows_at(rows, positions):
    """rows[b, positions[b]] for each b: the state after `lengths` tokens, wherever the padding begins."""
    batch, length, width = rows.shape
    return functional.embedding(positions + length * torch.arange(batch)[:, None], rows.reshape(batch * length, width))


class Layer(nn.Module):
    def __init__(self, dilation):
        super().__init__()
        self.dilation = dilation
        self.narrow = nn.Linear(WIDTH, BOTTLENECK)
        self.mix = nn.Linear(TAPS * BOTTLENECK, 2 * WIDTH)
        with torch.no_grad():
            self.mix.weight.mul_(0.7)  # five residual layers without a norm: start them small

    def forward(self, x, before, lengths):
        new = x.shape[1]
        rows = torch.cat([before, self.narrow(x)], 1)
        taps = [rows[:, k * self.dilation:k * self.dilation + new] for k in range(TAPS)]
        value, gate = self.mix(torch.cat(taps, 2)).split(WIDTH, 2)
        return x + value * torch.sigmoid(gate), rows_at(rows, lengths[:, None] + torch.arange(before.shape[1]))


class Causal(nn.Module):
    def __init__(self, embeddings):
        super().__init__()
        self.embedding = nn.Embedding.from_pretrained(embeddings, freeze=False, sparse=True)
        self.widen = nn.Linear(EMBEDDING, WIDTH)
        self.role = nn.Linear(ROLES, WIDTH, bias=False)
        self.layers = nn.ModuleList(Layer(d) for d in DILATIONS)
        self.hidden = nn.Linear(WIDTH, WIDTH)
        self.out = nn.Linear(WIDTH, len(data.CATEGORIES))
        with torch.no_grad():
            self.out.bias.fill_(-2.0)

    def forward(self, ids, lengths, state):
        logits, _, after = self.read(self.embedding(ids), ids, lengths, state)
        return logits, after

    def read(self, embedded, ids, lengths, state):
        sizes = [ROLES] + [(TAPS - 1) * d * BOTTLENECK for d in DILATIONS]
        parts = state.split(sizes, 1)
        # The marker is the first token only; a running count of markers keeps it in sight for the rest of the stream.
        marker = torch.stack([(ids == data.REPLY), (ids == data.PROMPT)], 2).float()
        roles = torch.cat([parts[0][:, None], marker], 1).cumsum(1)
        after = [rows_at(roles, lengths[:, None]).flatten(1)]
        x = self.widen(embedded) + self.role(roles[:, 1:])
        for layer, part in zip(self.layers, parts[1:]):
            x, rows = layer(x, part.view(-1, (TAPS - 1) * layer.dilation, BOTTLENECK), lengths)
            after.append(rows.flatten(1))
        hidden = torch.relu(self.hidden(self.drop(x)))
        return self.out(hidden), hidden, torch.cat(after, 1)

    def drop(self, x):
        return functional.dropout(x, 0.2, self.training)


def smoothing(length):
    """Row t of this matrix is the exponential mean of what was seen up to t; its weights sum to one from the start."""
    age = torch.arange(length)[:, None] - torch.arange(length)[None, :]
    weights = torch.where(age >= 0, 0.5 ** (age.clamp(min=0) / HALF_LIFE), torch.zeros(()))
    return weights / weights.sum(1, keepdim=True)


def smooth(logits):
    return smoothing(logits.shape[1]) @ logits


class Rows:
    """Training rows: a drawn text, cut to a random length that does not depend on its label."""

    def __init__(self, texts, teacher, seed, without):
        self.texts, self.teacher = texts, ngram.parent(teacher)
        self.draw = data.Draw(texts, "train", without=without)
        self.chance = numpy.random.default_rng(seed)
        self.innocent = texts.where(split="train", role="response", label=0)

    def batches(self):
        rows = sorted((self._row(i) for i in self.draw.rows(BATCH * POOL, self.chance)), key=lambda r: len(r[0]))
        for b in self.chance.permutation(POOL):
            yield self._pad(rows[b * BATCH:(b + 1) * BATCH])

    def _row(self, i):
        texts, chance = self.texts, self.chance
        ids, marks = texts.ids[i], texts.marks[i]
        taught = ngram.logits_of(self.teacher, texts, [i], len(ids))[0][:, 0] if texts.role[i] != "prompt" else None
        label, role = texts.label[i], texts.role[i]
        trust = texts.trust[i]
        room = int(numpy.exp(chance.uniform(numpy.log(10), numpy.log(LONGEST))))
        if role == "response" and len(ids) > 2 * room and chance.random() < 0.3:
            start = int(chance.integers(len(ids) - room))  # streams are not always seen from a polite opening
            ids, taught, seen = ids[start:start + room], None, 0.5
        else:
            seen = min(1, room / len(ids))
            ids, marks = ids[:room], None if marks is None else marks[:room]
            taught = None if taught is None else taught[:room]
        if marks is None:
            marks = numpy.full(len(ids), data.UNMARKED if label else 0, numpy.uint8)
            if label:
                # The shorter the prefix of a harmful text, the less sure it is that the harm has begun.
                trust = trust * min(1, max(2 * seen, min(1, room / 80)))
        elif label and not marks.any():
            label = 0  # the cut fell before the first harmful span
        if role != "prompt" and chance.random() < 0.2:
            # Harm often comes after a harmless opening; harmless texts are spliced as well, so that a seam means nothing.
            opening = texts.ids[chance.choice(self.innocent)][:int(chance.integers(4, 48))]
            ids = numpy.concatenate([opening, ids])
            marks = numpy.concatenate([numpy.zeros(len(opening), numpy.uint8), marks])
            taught = None
        ids = ids.astype(numpy.int64)
        ids[chance.random(len(ids)) < chance.choice([0, 0.05, 0.15])] = MASK
        marker = data.PROMPT if role == "prompt" else data.REPLY
        ids, marks = numpy.append(marker, ids)[:LONGEST], numpy.append(0, marks)[:LONGEST]
        targets = texts.targets[i] if label else numpy.zeros(len(data.CATEGORIES), numpy.float32)
        if taught is None:
            taught = numpy.full(len(ids) - 1, numpy.nan)
        taught = numpy.append(numpy.nan, taught)[:LONGEST].astype(numpy.float32)
        return ids, marks, taught, targets, texts.known[i] * trust

    @staticmethod
    def _pad(rows):
        length = max(len(ids) for ids, *_ in rows)
        ids = torch.zeros(len(rows), length, dtype=torch.int64)
        marks = torch.full((len(rows), length), data.UNMARKED)
        taught = torch.full((len(rows), length), float("nan"))
        for r, (row, row_marks, row_taught, *_) in enumerate(rows):
            ids[r, :len(row)] = torch.from_numpy(row)
            marks[r, :len(row)] = torch.from_numpy(row_marks.astype(numpy.int64))
            taught[r, :len(row)] = torch.from_numpy(row_taught)
        lengths = torch.tensor([len(row) for row, *_ in rows])
        targets = torch.from_numpy(numpy.stack([t for *_, t, _ in rows]))
        known = torch.from_numpy(numpy.stack([k for *_, k in rows]))
        return ids, lengths, marks, taught, targets, known


class Training(nn.Module):
    """The network with what only training needs: a head that judges the whole text."""

    def __init__(self, embeddings):
        super().__init__()
        self.network = Causal(embeddings)
        self.whole = nn.Linear(WIDTH, 1)

    def loss(self, ids, lengths, marks, taught, targets, known):
        embedded = functional.dropout(self.network.embedding(ids), 0.1, self.training)
        logits, hidden, _ = self.network.read(embedded, ids, lengths, torch.zeros(len(ids), STATE))
        # The role marker is no text: it has no vote, and it must not carry the harm of the text after it.
        logits, hidden, marks, taught = logits[:, 1:], hidden[:, 1:], marks[:, 1:], taught[:, 1:]
        valid = (torch.arange(1, ids.shape[1]) < lengths[:, None]).float()

        # Multiple instances: a harmful text has harm somewhere, a harmless one nowhere. The pool is a soft maximum over
        # the smoothed logits, which is what the stop rule will look at. Its weights are constants to the gradient, or
        # tokens below the pool would be pushed further down to raise it.
        smoothed = smooth(logits)
        weights = (smoothed.detach() - 1e4 * (1 - valid[:, :, None])).softmax(1)
        pooled = (weights * smoothed).sum(1)
        of_text = functional.binary_cross_entropy_with_logits(pooled, targets, reduction="none") * known

        # Tokens with a mark of their own: every token of a harmless text, and texts with annotated spans.
        marked = valid * (marks != data.UNMARKED).float()
        harmful = (marks == 1).float() * marked
        of_token = functional.binary_cross_entropy_with_logits(logits[:, :, 0], harmful, reduction="none") * marked
        # A harmless token beside a marked span is only weakly harmless.
        near = (targets[:, 0:1] * (marks == 0).float() * 0.7)
        of_token = ((of_token * (1 - near)).sum(1) / valid.sum(1)) * known[:, 0]
        harmless = 1 - targets[:, 0]
        child = functional.softplus(logits[:, :, 1:]).mean(2)
        of_child_token = (child * valid).sum(1) / valid.sum(1) * harmless

        # Consistency: if the text as a whole is harmful, some token must say so (product logic, as in SCM).
        mean = (hidden * valid[:, :, None]).sum(1) / valid.sum(1, keepdim=True)
        whole = self.whole(mean)[:, 0]
        of_whole = functional.binary_cross_entropy_with_logits(whole, targets[:, 0], reduction="none") * known[:, 0]
        text_harm, token_harm = torch.sigmoid(whole), torch.sigmoid((smoothed[:, :, 0] - 1e4 * (1 - valid)).amax(1))
        logic = -torch.log((1 - text_harm + text_harm * token_harm).clamp(min=1e-6))

        # A teacher read the same prefixes: where it sees harm begin, and how sure it may be.
        told = (~taught.isnan()).float()
        of_teacher = functional.binary_cross_entropy_with_logits(
            smoothed[:, :, 0], torch.sigmoid(taught.nan_to_num()), reduction="none") * told
        of_teacher = of_teacher.sum(1) / told.sum(1).clamp(min=1)

        terms = of_text[:, 0] + 0.15 * of_text[:, 1:].sum(1) + of_token + of_child_token
        return (terms + TEACHING * of_teacher + 0.3 * of_whole + 0.2 * logic).mean()


def train(texts, embeddings, teacher, work, minutes, seed, without=(), name="causal"):
    torch.manual_seed(seed)
    model = Training(embeddings)
    dense = [p for n, p in model.named_parameters() if "embedding" not in n]
    optimisers = [
        torch.optim.AdamW(dense, RATE, weight_decay=0.02),
        torch.optim.SparseAdam([model.network.embedding.weight], EMBEDDING_RATE),
    ]
    rates = [RATE, EMBEDDING_RATE]
    spent, step = 0.0, 0
    checkpoint = work / f"{name}.checkpoint"
    if checkpoint.exists():
        saved = torch.load(checkpoint)
        model.load_state_dict(saved["model"])
        for optimiser, state in zip(optimisers, saved["optimisers"]):
            optimiser.load_state_dict(state)
        spent, step = saved["spent"], saved["step"]
    rows = Rows(texts, teacher, seed + step, without)
    log, progress = Log(work / f"{name}.log.jsonl"), Progress(name, 60 * minutes, spent)
    mean = None
    while spent < 60 * minutes:
        for batch in rows.batches():
            began = time.process_time()
            share = min(1, spent / (60 * minutes))
            for optimiser, rate in zip(optimisers, rates):
                optimiser.param_groups[0]["lr"] = rate * min(1, (step + 1) / 200) * (0.02 + 0.98 * (1 - share))
                optimiser.zero_grad(set_to_none=True)
            loss = model.loss(*batch)
            loss.backward()
            nn.utils.clip_grad_norm_(dense, 1.0)
            for optimiser in optimisers:
                optimiser.step()
            step += 1
            spent += (time.process_time() - began) / torch.get_num_threads()
            mean = loss.item() if mean is None else 0.99 * mean + 0.01 * loss.item()
            if step % 100 == 0:
                log.write(step=step, seconds=round(spent, 1), loss=round(mean, 4))
                progress.show(spent, f"step {step} loss {mean:.3f}")
            if step % 1000 == 0 or spent >= 60 * minutes:
                torch.save({
                    "model": model.state_dict(), "optimisers": [o.state_dict() for o in optimisers],
                    "spent": spent, "step": step,
                }, checkpoint)
            if spent >= 60 * minutes:
                break
    return model.network.eval()


@torch.no_grad()
def logits_of(network, texts, rows, longest):
    """Logits of every token of these texts (tokens x categories each, role marker left out), read from the start."""
    results = {}
    ordered = sorted(rows, key=lambda i: len(texts.ids[i]))
    while ordered:
        room = max(1, 8192 // (min(len(texts.ids[ordered[-1]]), longest) + 1))
        batch, ordered = ordered[-room:], ordered[:-room]
        lengths = torch.tensor([min(len(texts.ids[i]), longest) + 1 for i in batch])
        ids = torch.zeros(len(batch), int(lengths.max()), dtype=torch.int64)
        for r, i in enumerate(batch):
            ids[r, 0] = data.PROMPT if texts.role[i] == "prompt" else data.REPLY
            ids[r, 1:lengths[r]] = torch.from_numpy(texts.ids[i][:longest].astype(numpy.int64))
        logits, _ = network(ids, lengths, torch.zeros(len(batch), STATE))
        for r, i in enumerate(batch):
            results[i] = logits[r, 1:lengths[r]].numpy().copy()
    return [results[i] for i in rows]
