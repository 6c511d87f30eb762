"""Trains the shipped experts from labelled texts. Run it by the script `train` beside it."""

import argparse
import itertools
import json
import pathlib
import pickle
import sys

import numpy
import torch

import causal
import curves
import data
import encoder
import export
import golden
import minilm
import ngram
import quantise
import report
import streams

HERE = pathlib.Path(__file__).resolve().parent
EXPERTS = ["ngram", "prompts", "minilm", "causal"]  # in this order: each may learn from those before it
MIXED = {"ngram": 4, "minilm": 7, "causal": 1}  # the engine's weights, for a mixture of experts without a source
MEASURED_ROWS = 130    # dev texts of a source that the dear windowed expert is measured on
COMPARED_ROWS = 30     # and that a source left out is ranked among
ROUNDED_ROWS = 6       # and that its rounded network is compared on
ROUNDING_BATCHES = 24  # windows drawn as in training that say how large the numbers get which are rounded


def arguments():
    parser = argparse.ArgumentParser(prog="train", description="Trains the learned experts, one after the other.")
    parser.add_argument("data", nargs="?", type=pathlib.Path, default=HERE / "../../../shared/data",
                        help="folder with the labelled texts, one .jsonl.gz a source (default: ../shared/data)")
    parser.add_argument("--only", choices=EXPERTS, help="train one expert only")
    parser.add_argument("--minutes", type=float, default=40,
                        help="processor time for the training of each network (default: 40)")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=pathlib.Path, default=HERE / "../experts", help="where the expert folders go")
    parser.add_argument("--threads", type=int, default=1, help="processor threads (default: 1)")
    parser.add_argument("--without", metavar="SOURCE", action="append", default=[],
                        help="leave this source out and measure on it, shipping nothing: how an unseen one will fare")
    parser.add_argument("--fresh", action="store_true", help="forget checkpoints of an earlier run")
    return parser.parse_args()


def main():
    options = arguments()
    if not any(options.data.glob("*.jsonl.gz")):
        sys.exit(f"train: no .jsonl.gz in {options.data}; name the folder with the labelled texts as first argument")
    torch.set_num_threads(options.threads)
    work = HERE / "work"
    work.mkdir(exist_ok=True)
    if options.fresh:
        forget(work)
    encoder.fetch(work)
    tokenizer = encoder.tokenizer(work)
    texts = read(options, work, tokenizer)
    unknown = set(options.without) - set(texts.source)
    if unknown:
        sys.exit(f"train: --without {', '.join(unknown)} (expected: a source of the data)")
    golden.write(HERE / "golden-tokens.jsonl", tokenizer)
    if options.without:
        return leave_out(options, work, texts)
    for name in [options.only] if options.only else EXPERTS:
        Trained(name, options, work, texts).ship(tokenizer)


def leave_out(options, work, texts):
    """Ranks the rows of the sources left out: against every harmless dev reply of the others, and their own."""
    chosen = sampled(texts, texts.where(split="dev", role="response"), COMPARED_ROWS)
    own = [texts.where(split=split, role="response", source=source)
           for source in options.without for split in ("dev", "calibrate")]
    rows = numpy.unique(numpy.concatenate([chosen, *own]))
    votes = {}
    for name in [options.only] if options.only else MIXED:
        logits = Trained(name, options, work, texts).logits_of(rows)
        platt = json.loads((options.out / name / "expert.json").read_text())["calibration"]["other"]
        votes[name] = [platt["scale"] * z[:, :1] + platt["offset"] for z in logits]
    if len(votes) > 1:
        votes["mixture"] = streams.mixed([votes[name] for name in MIXED], list(MIXED.values()))
    for name, found in votes.items():
        for source in options.without:
            print(name, report.left_out(texts, rows, streams.maxima(found)[:, 0], source))


def sampled(texts, rows, most):
    """Some rows of each source, the same each time."""
    chance = numpy.random.default_rng(1)
    sources = texts.source[rows]
    return numpy.concatenate([chance.permutation(rows[sources == s])[:most] for s in sorted(set(sources))])


def forget(work):
    for stale in [*work.glob("texts.pickle"), *work.glob("*.checkpoint"), *work.glob("*.log.jsonl")]:
        stale.unlink()


def read(options, work, tokenizer):
    kept = work / "texts.pickle"
    if not kept.exists():
        print("reading and tokenising the texts (a minute)", file=sys.stderr)
        kept.write_bytes(pickle.dumps(data.read(options.data, tokenizer, options.seed)))
    return pickle.loads(kept.read_bytes())


class Trained:
    """One expert: its training, what it says about texts, and its folder."""

    def __init__(self, name, options, work, texts):
        self.name, self.options, self.work, self.texts = name, options, work, texts
        self.suffix = "".join("-without-" + source for source in options.without)
        self.model = getattr(self, "_train_" + name)()
        curves.draw(work, name + self.suffix)

    def _linear(self, name, shares):
        return ngram.train(self.texts, self.work, self.options.seed, name + self.suffix, shares, self.options.without)

    def _train_ngram(self):
        return self._linear("ngram", ngram.SHARES)

    def _train_prompts(self):
        return self._linear("prompts", ngram.PROMPT_SHARES)

    def _train_minilm(self):
        options = self.options
        return minilm.train(self.texts, self._linear("ngram", ngram.SHARES), self.work, options.minutes, options.seed,
                            options.without, "minilm" + self.suffix)

    def _train_causal(self):
        options = self.options
        words = encoder.word_embeddings(self.work, causal.EMBEDDING)
        network = causal.train(self.texts, words, self._linear("ngram", ngram.SHARES), self.work, options.minutes,
                               options.seed, options.without, "causal" + self.suffix)
        export.check_split_invariance(network)
        return network

    def logits_of(self, rows):
        read = {"minilm": minilm.stream_logits, "causal": causal.logits_of}.get(self.name, ngram.logits_of)
        return read(self.model, self.texts, rows, report.LONGEST)

    def _roles(self):
        return {"ngram": ["response", "post"], "prompts": ["prompt"], "minilm": ["response"]}.get(
            self.name, ["response", "prompt", "post"])

    def _dev_rows(self, role):
        rows = self.texts.where(split="dev", role=role)
        return sampled(self.texts, rows, MEASURED_ROWS) if self.name == "minilm" else rows

    def _round(self):
        """Rounds the encoder and says how far that moved the votes on dev replies."""
        rows = sampled(self.texts, self.texts.where(split="dev", role="response"), ROUNDED_ROWS)
        exact = self.logits_of(rows)
        windows = minilm.Windows(self.texts, self._linear("ngram", ngram.SHARES), self.options.seed)
        seen = itertools.islice(windows.batches(), ROUNDING_BATCHES)
        quantise.quantise(self.model.encoder, [(ids, mask) for ids, mask, *_ in seen])
        golden.write_windows(HERE / "golden-windows.jsonl", self.model, self.texts)
        return streams.moved(exact, self.logits_of(rows))

    def ship(self, tokenizer):
        rows = streams.calibration_rows(self.texts, self._roles(), 1000 if self.name == "minilm" else 2500)
        highest = streams.maxima(self.logits_of(rows))
        calibration = report.calibrate(self.texts, rows, highest)
        quality = {"calibrators": report.calibrators(self.texts, rows, highest)}
        for role in self._roles():
            quality[role + "s"] = streams.measure(self.logits_of, self.texts, self._dev_rows(role), calibration)
        if self.name != "minilm":
            quality["categories"] = streams.children(self.logits_of, self.texts, self._roles())
        else:
            quality["rounding"] = self._round()

        folder = self.options.out / self.name
        folder.mkdir(parents=True, exist_ok=True)
        own = getattr(export, self.name + "_folder")(folder, self.model, tokenizer)
        sources = sorted(set(self.texts.source.tolist()))
        export.manifest(folder, own, calibration, sources, quality)
        numbers = report.as_markdown(quality)
        export.card(folder, HERE / "cards" / f"{self.name}.md", measured=numbers, data=sources_and_licences(self.texts))
        print(numbers)


def sources_and_licences(texts):
    licence = dict(zip(texts.source.tolist(), texts.licence.tolist()))
    return "\n".join(f"- {source}: {licence[source]}" for source in sorted(licence))


if __name__ == "__main__":
    main()
