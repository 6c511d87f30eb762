"""Writes an expert's folder: the ONNX file, the vocabulary, the manifest and the model card."""

import hashlib
import json
from string import Template

import onnx
import torch

import causal
import data
import minilm

OPSET = 13
LICENCE = "Apache-2.0"


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


def manifest(folder, kind, calibration, sources, quality):
    common = {
        "name": "causal" if kind == "streaming" else "minilm", "version": "1", "kind": kind,
        "categories": data.CATEGORIES,
    }
    tokenizer = {"type": "wordpiece", "vocabulary": "vocab.txt"}
    if kind == "streaming":
        own = {
            "model": "model.onnx", "sha256": _digest(folder / "model.onnx"), "tokenizer": tokenizer,
            "tensors": {
                "ids": "ids", "lengths": "lengths", "state": "state", "logits": "logits", "nextState": "next_state",
            },
            "stateFloats": causal.STATE, "start": {"reply": data.REPLY, "prompt": data.PROMPT},
            "maxBatch": 64, "maxTokens": 64,
        }
    else:
        own = {
            "model": "classpath:all-minilm-l6-v2.onnx", "head": "head.onnx", "sha256": _digest(folder / "head.onnx"),
            "tokenizer": tokenizer,
            "tensors": {
                "ids": "input_ids", "mask": "attention_mask", "types": "token_type_ids",
                "hidden": "last_hidden_state", "headHidden": "hidden", "headMask": "mask", "logits": "logits",
            },
            "windowTokens": minilm.WINDOW, "strideTokens": 16, "start": {"reply": minilm.CLS, "end": minilm.SEP},
            "maxBatch": 8,
        }
    rest = {"calibration": calibration, "licence": LICENCE, "trainingData": sources, "quality": quality}
    text = json.dumps({**common, **own, **rest}, indent=2, ensure_ascii=False)
    (folder / "expert.json").write_text(text + "\n", encoding="utf-8")


def vocabulary(folder, tokenizer):
    (folder / "vocab.txt").write_text("\n".join(tokenizer.vocabulary) + "\n", encoding="utf-8")


def card(folder, template, **numbers):
    text = Template(template.read_text(encoding="utf-8")).substitute(numbers)
    (folder / "MODEL_CARD.md").write_text(text, encoding="utf-8")


def _digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()
