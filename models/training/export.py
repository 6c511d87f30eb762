"""Writes an expert's folder: the ONNX file, the vocabulary, the manifest and the model card."""

import hashlib
import json
from string import Template

import numpy
import onnx
import torch

import causal
import data
import minilm
import ngram
import quantise

OPSET = 13
LICENCE = "Apache-2.0"
VERSIONS = {"ngram": "2", "prompts": "2", "causal": "2", "minilm": "3"}
# What the sources are in, BCP 47. Text in any other is marked as unscored: a few rows of a language train nobody.
LANGUAGES = ["en", "zh", "vi"]
TOKENIZER = {"type": "wordpiece", "vocabulary": "vocab.txt"}


class _WithHalfEmbedding(torch.nn.Module):
    """The same network with its word embeddings stored in half precision, which halves the file."""

    def __init__(self, network):
        super().__init__()
        self.network = network
        self.words = torch.nn.Parameter(network.embedding.weight.detach().half(), requires_grad=False)

    def forward(self, ids, lengths, state):
        logits, _, after = self.network.read(self.words[ids].float(), ids, lengths, state)
        return logits, after


def causal_model(network, path):
    example = (torch.tensor([[1, 2057, 2024], [1, 2057, 0]]), torch.tensor([3, 2]), torch.zeros(2, causal.STATE))
    torch.onnx.export(
        _WithHalfEmbedding(network).eval(), example, str(path), opset_version=OPSET,
        input_names=["ids", "lengths", "state"], output_names=["logits", "next_state"],
        dynamic_axes={
            "ids": {0: "B", 1: "T"}, "lengths": {0: "B"}, "state": {0: "B"},
            "logits": {0: "B", 1: "T"}, "next_state": {0: "B"},
        },
    )
    _check(path, {"next_state": causal.STATE})


def ngram_weights(table, path):
    """Signed bytes, bucket by bucket. Returns what a step of each category is worth."""
    steps, scale = ngram.quantised(table)
    path.write_bytes(steps.tobytes())
    return scale


def minilm_head(head, path):
    example = (torch.randn(2, 6, 384), torch.tensor([[1] * 6, [1] * 4 + [0] * 2]))
    torch.onnx.export(
        head, example, str(path), opset_version=OPSET,
        input_names=["hidden", "mask"], output_names=["logits"],
        dynamic_axes={"hidden": {0: "B", 1: "T"}, "mask": {0: "B", 1: "T"}, "logits": {0: "B"}},
    )
    _check(path)


def _check(path, widths=None):
    """The checker's word, and ours: no Conv. `widths` states output widths that the exporter failed to infer."""
    model = onnx.load(str(path))
    for output in model.graph.output:
        if output.name in (widths or {}):
            output.type.tensor_type.shape.dim[-1].dim_value = widths[output.name]
    model.ir_version = min(model.ir_version, 8)
    onnx.save(model, str(path))
    onnx.checker.check_model(str(path))
    if any(node.op_type == "Conv" for node in model.graph.node):
        raise AssertionError("the Conv operator sums in an order that depends on the shape of the call")


def check_split_invariance(network):
    """A text fed whole, in pieces and beside a longer neighbour must leave the same state and the same logits.

    In torch up to rounding: which kernel it picks depends on the shape. The runtime's own test demands equal bits.
    """
    torch.manual_seed(1)
    ids = torch.randint(1000, 30000, (1, 90))
    ids[0, 0] = data.REPLY
    with torch.no_grad():
        whole, end = network(ids, torch.tensor([90]), torch.zeros(1, causal.STATE))
        state, parts, at = torch.zeros(1, causal.STATE), [], 0
        for size in (1, 7, 2, 30, 1, 49):
            padded = torch.zeros(2, 64, dtype=torch.int64)
            padded[0, :size] = ids[0, at:at + size]
            padded[1] = torch.randint(1000, 30000, (64,))
            logits, after = network(padded, torch.tensor([size, 64]), torch.cat([state, torch.rand(1, causal.STATE)]))
            parts.append(logits[:1, :size])
            state, at = after[:1], at + size
    for name, a, b in (("logits", whole, torch.cat(parts, 1)), ("state", end, state)):
        difference = float((a - b).abs().max())
        if difference > 1e-3:
            raise AssertionError(f"{name} depend on the split: they differ by {difference}")


def manifest(folder, own, calibration, sources, quality):
    """`own` is what this kind of expert says beside what all say."""
    common = {"name": folder.name, "version": VERSIONS[folder.name], "categories": data.CATEGORIES, "languages": LANGUAGES}
    rest = {"calibration": calibration, "licence": LICENCE, "trainingData": sources, "quality": quality}
    text = json.dumps({**common, **own, **rest}, indent=2, ensure_ascii=False)
    (folder / "expert.json").write_text(text + "\n", encoding="utf-8")


def ngram_folder(folder, model, tokenizer):
    return _linear_folder(folder, model, ["reply"])


def prompts_folder(folder, model, tokenizer):
    return _linear_folder(folder, model, ["prompt"])


def _linear_folder(folder, model, reads):
    table, bias = model
    scale = ngram_weights(table, folder / "weights.bin")
    return {
        "kind": "ngram", "reads": reads, "model": "weights.bin", "sha256": _digest(folder / "weights.bin"),
        "tokenizer": {"type": "wordpiece", "vocabulary": "../causal/vocab.txt"},
        "buckets": ngram.BUCKETS, "halfLifeWords": ngram.HALF_LIFE, "damping": ngram.DAMPING,
        "weightScale": [round(float(s), 6) for s in scale], "bias": [round(float(b), 4) for b in bias],
    }


def causal_folder(folder, network, tokenizer):
    causal_model(network, folder / "model.onnx")
    (folder / "vocab.txt").write_text("\n".join(tokenizer.vocabulary) + "\n", encoding="utf-8")
    return {
        "kind": "streaming", "model": "model.onnx", "sha256": _digest(folder / "model.onnx"), "tokenizer": TOKENIZER,
        "tensors": {"ids": "ids", "lengths": "lengths", "state": "state", "logits": "logits", "nextState": "next_state"},
        "stateFloats": causal.STATE, "start": {"reply": data.REPLY, "prompt": data.PROMPT},
        "maxBatch": 64, "maxTokens": 64,
        "kernel": {"type": "gated-causal-convolution", "dilations": list(causal.DILATIONS)},
    }


def minilm_folder(folder, network, tokenizer):
    minilm_head(network.head, folder / "head.onnx")
    quantise.write(network.encoder, folder / "encoder.onnx")
    return {
        "kind": "windowed", "model": "encoder.onnx", "sha256": _digest(folder / "encoder.onnx"),
        "head": "head.onnx", "headSha256": _digest(folder / "head.onnx"),
        "tokenizer": {"type": "wordpiece", "vocabulary": "../causal/vocab.txt"},
        "tensors": {
            "ids": "input_ids", "mask": "attention_mask", "types": "token_type_ids",
            "hidden": "last_hidden_state", "headHidden": "hidden", "headMask": "mask", "logits": "logits",
        },
        "windowTokens": minilm.WINDOW, "strideTokens": minilm.STRIDE,
        "promptTokens": data.CONTEXT, "start": {"reply": minilm.CLS, "end": minilm.SEP},
        "maxBatch": 64,
    }


def card(folder, template, **numbers):
    text = Template(template.read_text(encoding="utf-8")).substitute(numbers)
    (folder / "MODEL_CARD.md").write_text(text, encoding="utf-8")


def _digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()
