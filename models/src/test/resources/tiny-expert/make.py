"""Writes the tiny expert: a streaming model small enough to check by hand.

State: one number, the sum of the weights of all tokens so far. Weights by id: [PAD] 0, [UNK] 0.25, "good" -1, "bad" 1,
"worse" 2, "##er" 0.5, "." 0. Logits: [sum, -sum]. Run with a Python that has onnx, in this folder.
"""

import hashlib
import json

import onnx
from onnx import TensorProto, helper

VOCABULARY = ["[PAD]", "[UNK]", "good", "bad", "worse", "##er", "."]
WEIGHTS = [0.0, 0.25, -1.0, 1.0, 2.0, 0.5, 0.0]

nodes = [
    helper.make_node("Gather", ["weights", "ids"], ["weighed"]),
    # Padding counts for nothing: 1 where a token's place is below the row's length.
    helper.make_node("Shape", ["ids"], ["shape"]),
    helper.make_node("Gather", ["shape", "one"], ["tokens"], axis=0),
    helper.make_node("Range", ["zero_place", "tokens", "one_place"], ["places"]),
    helper.make_node("Unsqueeze", ["lengths", "axis1"], ["ends"]),
    helper.make_node("Less", ["places", "ends"], ["there"]),
    helper.make_node("Cast", ["there"], ["real"], to=TensorProto.FLOAT),
    helper.make_node("Mul", ["weighed", "real"], ["steps"]),
    # The running sum starts from the carried one, so that no cut changes the order of additions.
    helper.make_node("Concat", ["state", "steps"], ["all"], axis=1),
    helper.make_node("CumSum", ["all", "axis"], ["sums"]),
    helper.make_node("Slice", ["sums", "start", "stop", "axis1"], ["after"]),
    helper.make_node("Slice", ["sums", "last", "stop", "axis1"], ["next_state"]),
    helper.make_node("Unsqueeze", ["after", "axis2"], ["risk"]),
    helper.make_node("Neg", ["risk"], ["relief"]),
    helper.make_node("Concat", ["risk", "relief"], ["logits"], axis=2),
]


def integers(name, values, shape):
    return helper.make_tensor(name, TensorProto.INT64, shape, values)


graph = helper.make_graph(
    nodes,
    "tiny",
    [
        helper.make_tensor_value_info("ids", TensorProto.INT64, ["rows", "tokens"]),
        helper.make_tensor_value_info("lengths", TensorProto.INT64, ["rows"]),
        helper.make_tensor_value_info("state", TensorProto.FLOAT, ["rows", 1]),
    ],
    [
        helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["rows", "tokens", 2]),
        helper.make_tensor_value_info("next_state", TensorProto.FLOAT, ["rows", 1]),
    ],
    [
        helper.make_tensor("weights", TensorProto.FLOAT, [len(WEIGHTS)], WEIGHTS),
        integers("one", [1], []),
        integers("zero_place", [0], []),
        integers("one_place", [1], []),
        integers("axis", [1], []),
        integers("axis1", [1], [1]),
        integers("axis2", [2], [1]),
        integers("start", [1], [1]),
        integers("last", [-1], [1]),
        integers("stop", [1 << 40], [1]),
    ],
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
model.ir_version = 7
onnx.checker.check_model(model)
onnx.save(model, "model.onnx")

with open("vocab.txt", "w", encoding="utf-8") as vocabulary:
    vocabulary.write("\n".join(VOCABULARY) + "\n")

with open("model.onnx", "rb") as written:
    digest = hashlib.sha256(written.read()).hexdigest()

manifest = {
    "name": "tiny",
    "version": "1",
    "kind": "streaming",
    "categories": ["harassment", "other"],
    "languages": ["en"],
    "model": "model.onnx",
    "sha256": digest,
    "tokenizer": {"type": "wordpiece", "vocabulary": "vocab.txt"},
    "tensors": {
        "ids": "ids", "lengths": "lengths", "state": "state", "logits": "logits", "nextState": "next_state",
    },
    "stateFloats": 1,
    "start": {"reply": 0, "prompt": 6},
    "maxBatch": 8,
    "maxTokens": 64,
    "calibration": {"harassment": {"scale": 1.0, "offset": 0.0}, "other": {"scale": 2.0, "offset": 1.0}},
    "licence": "Apache-2.0",
    "trainingData": [],
    "quality": {},
}
with open("expert.json", "w", encoding="utf-8") as out:
    json.dump(manifest, out, indent=2)
    out.write("\n")
