"""Trains the shipped experts from labelled texts. Run it by the script `train` beside it."""

import argparse
import pathlib
import pickle
import sys

import torch

import causal
import data
import encoder
import export
import golden
import minilm
import report
import streams
import windows

HERE = pathlib.Path(__file__).resolve().parent


def arguments():
    parser = argparse.ArgumentParser(prog="train", description="Trains the streaming and the windowed expert.")
    parser.add_argument("data", nargs="?", type=pathlib.Path, default=HERE / "../../../shared/data",
                        help="folder with the labelled texts, one .jsonl.gz a source (default: ../shared/data)")
    parser.add_argument("--only", choices=["causal", "minilm"], help="train one expert only")
    parser.add_argument("--minutes", type=float, default=14, help="time for the streaming expert's training (default: 14)")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=pathlib.Path, default=HERE / "../experts", help="where the expert folders go")
    parser.add_argument("--threads", type=int, default=1, help="processor threads (default: 1)")
    parser.add_argument("--fresh", action="store_true", help="forget checkpoints and features of an earlier run")
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
    golden.write(HERE / "golden-tokens.jsonl", tokenizer)
    texts = read(options, work, tokenizer)
    if options.only != "minilm":
        train_causal(options, work, tokenizer, texts)
    if options.only != "causal":
        train_minilm(options, work, tokenizer, texts)


def forget(work):
    for stale in [*work.glob("texts.pickle"), *work.glob("causal.*"), *work.glob("minilm.*"), *work.glob("hidden/*")]:
        stale.unlink()


def read(options, work, tokenizer):
    kept = work / "texts.pickle"
    if not kept.exists():
        print("reading and tokenising the texts (half a minute)", file=sys.stderr)
        kept.write_bytes(pickle.dumps(data.read(options.data, tokenizer, options.seed)))
    return pickle.loads(kept.read_bytes())


def train_causal(options, work, tokenizer, texts):
    words = encoder.word_embeddings(work, causal.EMBEDDING)
    network = causal.train(texts, words, work, options.minutes, options.seed)
    export.check_split_invariance(network)
    calibration = streams.calibration(network, texts)
    measured = {role + "s": streams.measure(network, texts, calibration, role) for role in ("response", "prompt", "post")}
    measured["categories"] = streams.children(network, texts, calibration)

    folder = options.out / "causal"
    folder.mkdir(parents=True, exist_ok=True)
    export.causal_model(network, folder / "model.onnx")
    ship(folder, "streaming", tokenizer, texts, calibration, measured)


def train_minilm(options, work, tokenizer, texts):
    head, computed = minilm.train(texts, work, options.seed)
    calibration = windows.calibration(head, texts, computed)
    measured = {"responses": windows.measure(head, texts, computed, calibration)}

    folder = options.out / "minilm"
    folder.mkdir(parents=True, exist_ok=True)
    export.minilm_head(head, folder / "head.onnx")
    ship(folder, "windowed", tokenizer, texts, calibration, measured)


def sources_and_licences(texts):
    licence = dict(zip(texts.source.tolist(), texts.licence.tolist()))
    return "\n".join(f"- {source}: {licence[source]}" for source in sorted(licence))


def ship(folder, kind, tokenizer, texts, calibration, measured):
    export.vocabulary(folder, tokenizer)
    export.manifest(folder, kind, calibration, sorted(set(texts.source.tolist())), measured)
    tables = []
    for role in ("responses", "prompts", "posts"):
        if role in measured:
            tables += [f"### Dev {role}", "", report.as_markdown(measured[role]), ""]
    if "categories" in measured:
        named = ", ".join(f"{name} {auroc:.2f}" for name, auroc in measured["categories"].items())
        tables += ["### Categories", "", f"AUROC among harmful dev texts, does it name the right harm: {named}.", ""]
    numbers = "\n".join(tables)
    export.card(folder, HERE / "cards" / f"{folder.name}.md", measured=numbers, data=sources_and_licences(texts))
    print(numbers)


if __name__ == "__main__":
    main()
