"""The tuned encoder in eight bits: how each product is rounded, and its ONNX file.

Weights are signed bytes with a step for each output. What a product reads is rounded to bytes too; its outliers are a few
channels and, after the activation function, a few tokens. So each channel is divided by how large it gets and its
weights are multiplied by as much (SmoothQuant), and there each row has a step of its own besides. All other steps are
fixed here: nothing depends on which rows share a run. Weights are rounded one input after the other, each taking on the
error of those before it (GPTQ). All else, attention and norms among it, stays in floats.
"""

import numpy
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch.nn import functional

from encoder import EPSILON, HEADS, LAYERS, WIDTH

READERS = [  # of a layer's products, those that read the same
    ("attention.self.query", "attention.self.key", "attention.self.value"),
    ("attention.output.dense",),
    ("intermediate.dense",),
    ("output.dense",),
]
STEP_BY_ROW = "output.dense"
WORDS = "embeddings.word_embeddings.weight"
STEPS = 127
SMOOTHING = 0.8   # share of a channel's size that its weights take over
DAMPING = 0.1     # of the mean square of what a product reads
BLOCK = 128
LEAST = 1e-5
OPSET = 17


class Reading:
    """How what some products read is rounded. `seen` holds rows of it; `weights` are theirs, side by side."""

    def __init__(self, seen, weights, by_row):
        largest, heaviest = seen.abs().amax(0).clamp(min=LEAST), weights.abs().amax(1).clamp(min=LEAST)
        channels = largest ** SMOOTHING / heaviest ** (1 - SMOOTHING)
        self.channels = channels / channels.log().mean().exp()
        self.by_row = by_row
        if by_row:
            self.step, self.zero = torch.tensor(1.0), 128
        else:
            low, high = (bound.clamp(*limits) for bound, limits in zip(
                (seen / self.channels).aminmax(), ((None, 0), (0, None))))
            self.step = (high - low) / 255
            self.zero = int((-low / self.step).round())

    def rounded(self, x):
        """Still divided by channel, as the smoothed weights want it."""
        x = x / self.channels
        row = (x.abs().amax(-1, keepdim=True) / STEPS).clamp(min=LEAST) if self.by_row else 1
        steps = (x / row / self.step).round() + self.zero
        return (steps.clamp(0, 255) - self.zero) * self.step * row


class Product:
    """A product of rounded numbers; called as the encoder calls the exact one."""

    def __init__(self, weights, bias, reading, seen):
        self.reading, self.bias = reading, bias
        self.weights, self.steps = _round(weights * reading.channels[:, None], reading.rounded(seen))

    def __call__(self, x):
        return self.reading.rounded(x) @ (self.weights.float() * self.steps) + self.bias


def _round(weights, rows):
    """Whole numbers and the step of each output, for weights inputs x outputs."""
    weights, rows = weights.double(), rows.double()
    steps = weights.abs().amax(0).clamp(min=LEAST) / STEPS
    squares = rows.T @ rows
    squares += DAMPING * squares.diagonal().mean() * torch.eye(len(squares))
    order = squares.diagonal().argsort(descending=True)
    weights = weights[order].clone()
    spread = torch.linalg.cholesky(torch.linalg.inv(squares[order][:, order])).T
    whole = torch.zeros_like(weights)
    for start in range(0, len(weights), BLOCK):
        end = min(start + BLOCK, len(weights))
        errors = torch.zeros(end - start, weights.shape[1], dtype=weights.dtype)
        for i in range(start, end):
            whole[i] = (weights[i] / steps).round().clamp(-STEPS, STEPS)
            errors[i - start] = (weights[i] - whole[i] * steps) / spread[i, i]
            weights[i + 1:end] -= spread[i, i + 1:end, None] * errors[i - start]
        weights[end:] -= spread[start:end, end:].T @ errors
    unordered = torch.zeros_like(whole)
    unordered[order] = whole
    return unordered.to(torch.int8), steps.float()


@torch.no_grad()
def quantise(encoder, batches):
    """Puts rounded products and word embeddings into the encoder; steps and channels come from batches of ids, mask."""
    seen = _seen(encoder, batches)
    for layer in range(LAYERS):
        for readers in READERS:
            names = [f"encoder.layer.{layer}.{reader}" for reader in readers]
            rows, weights = seen[names[0]], [encoder.weight(name + ".weight").T for name in names]
            reading = Reading(rows, torch.cat(weights, 1), STEP_BY_ROW in readers)
            for name, own in zip(names, weights):
                encoder.rounded[name] = Product(own, encoder.weight(name + ".bias"), reading, rows)
    words = encoder.weight(WORDS)
    whole, steps = _whole_words(words)
    words.copy_(whole * steps)


def _whole_words(words):
    """Whole numbers and the step of each word."""
    steps = words.abs().amax(1, keepdim=True).clamp(min=LEAST) / STEPS
    return (words / steps).round(), steps


def _seen(encoder, batches, most=160):
    """Rows that each product reads, at most so many of a batch, padding left out."""
    chance, seen, chosen = numpy.random.default_rng(5), {}, None

    def watch(name):
        def product(x):
            seen.setdefault(name, []).append(x.flatten(0, 1)[chosen])
            return encoder.exact(x, name)
        return product

    encoder.rounded = {f"encoder.layer.{i}.{r[0]}": watch(f"encoder.layer.{i}.{r[0]}") for i in range(LAYERS) for r in READERS}
    for ids, mask in batches:
        there = numpy.flatnonzero(mask.flatten().numpy())
        chosen = chance.choice(there, min(len(there), most), replace=False)
        encoder(ids, mask)
    encoder.rounded = {}
    return {name: torch.cat(rows) for name, rows in seen.items()}


class _Graph:
    def __init__(self):
        self.nodes, self.weights = [], {}

    def weight(self, name, values, kind=numpy.float32):
        if torch.is_tensor(values):
            values = values.detach().numpy()
        self.weights[name] = numpy_helper.from_array(numpy.ascontiguousarray(values, kind), name)
        return name

    def __call__(self, operator, *inputs, out=None, **attributes):
        out = out or f"{operator}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [out], name=out, **attributes))
        return out


def write(encoder, path):
    """The quantised encoder with the names of its original: standard operators, which the runtime fuses."""
    graph = _Graph()
    ids, mask, types = "input_ids", "attention_mask", "token_type_ids"
    graph.weight("axes", [1, 2], numpy.int64)
    graph.weight("by_head", [0, 0, HEADS, WIDTH // HEADS], numpy.int64)
    graph.weight("joined", [0, 0, WIDTH], numpy.int64)
    for name, value in (("one", 1), ("half", 0.5), ("root_of_2", 2 ** 0.5), ("ignored", -1e9), ("steps", STEPS),
                        ("least", LEAST), ("root_of_width", (WIDTH // HEADS) ** 0.5)):
        graph.weight(name, value)
    x = _embedded(graph, encoder, ids)
    absent = graph("Mul", graph("Sub", "one", graph("Cast", mask, to=TensorProto.FLOAT)), "ignored")
    absent = graph("Unsqueeze", absent, "axes")
    for i in range(LAYERS):
        x = _layer(graph, encoder, x, absent, f"encoder.layer.{i}.", "last_hidden_state" if i == LAYERS - 1 else None)
    # The types are there because encoders have them: all windows are of type 0, which is in the positions.
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, ["B", "T"]) for name in (ids, mask, types)]
    outputs = [helper.make_tensor_value_info(x, TensorProto.FLOAT, ["B", "T", WIDTH])]
    made = helper.make_graph(graph.nodes, "encoder", inputs, outputs, list(graph.weights.values()))
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="weir")
    model.ir_version = 8
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def _embedded(graph, encoder, ids):
    whole, steps = _whole_words(encoder.weight(WORDS))
    graph.weight("words", whole, numpy.int8)
    graph.weight("word_steps", steps)
    x = graph("Mul", graph("Cast", graph("Gather", "words", ids), to=TensorProto.FLOAT), graph("Gather", "word_steps", ids))
    positions = encoder.weight("embeddings.position_embeddings.weight")
    graph.weight("positions", positions + encoder.weight("embeddings.token_type_embeddings.weight")[0])
    graph.weight("first", [0], numpy.int64)
    graph.weight("of_length", [1], numpy.int64)
    length = graph("Gather", graph("Shape", ids), "of_length")
    x = graph("Add", x, graph("Slice", "positions", "first", length))
    return _norm(graph, encoder, x, "embeddings.LayerNorm")


def _norm(graph, encoder, x, name, out=None):
    scale, shift = (graph.weight(name + part, encoder.weight(name + part)) for part in (".weight", ".bias"))
    return graph("LayerNormalization", x, scale, shift, out=out, epsilon=EPSILON, axis=-1)


def _layer(graph, encoder, x, absent, layer, out):
    attention = layer + "attention."

    def heads(product, order):
        return graph("Transpose", graph("Reshape", product, "by_head"), perm=order)

    query, key, value = _products(graph, encoder, x, [attention + "self." + n for n in ("query", "key", "value")])
    query = heads(graph("Div", query, "root_of_width"), [0, 2, 1, 3])
    scores = graph("Add", graph("MatMul", query, heads(key, [0, 2, 3, 1])), absent)
    read = graph("MatMul", graph("Softmax", scores, axis=-1), heads(value, [0, 2, 1, 3]))
    read = graph("Reshape", graph("Transpose", read, perm=[0, 2, 1, 3]), "joined")
    read, = _products(graph, encoder, read, [attention + "output.dense"])
    x = _norm(graph, encoder, graph("Add", read, x), attention + "output.LayerNorm")
    inner, = _products(graph, encoder, x, [layer + "intermediate.dense"])
    bent = graph("Add", graph("Erf", graph("Div", inner, "root_of_2")), "one")
    inner = graph("Mul", graph("Mul", inner, bent), "half")
    inner, = _products(graph, encoder, inner, [layer + "output.dense"])
    return _norm(graph, encoder, graph("Add", inner, x), layer + "output.LayerNorm", out)


def _products(graph, encoder, x, names):
    """What these products make of the same input."""
    reading, row = encoder.rounded[names[0]].reading, None
    x = graph("Mul", x, graph.weight(names[0] + ".channels", 1 / reading.channels))
    if reading.by_row:
        row = graph("ReduceMax", graph("Abs", x), axes=[-1], keepdims=1)
        row = graph("Max", graph("Div", row, "steps"), "least")
        x = graph("Div", x, row)
    how = (graph.weight(names[0] + ".step", reading.step),
           graph.weight(names[0] + ".zero", reading.zero, numpy.uint8))
    x = graph("DequantizeLinear", graph("QuantizeLinear", x, *how), *how)
    results = []
    for name in names:
        product = encoder.rounded[name]
        # The zeros are what the operator assumes; where the runtime rewrites it, it wants to see them.
        weights = graph("DequantizeLinear", graph.weight(name + ".weight", product.weights, numpy.int8),
                        graph.weight(name + ".steps", product.steps),
                        graph.weight(name + ".zeros", torch.zeros_like(product.steps), numpy.int8), axis=1)
        result = graph("MatMul", x, weights)
        if row:
            result = graph("Mul", result, row)
        results.append(graph("Add", result, graph.weight(name + ".bias", product.bias)))
    return results
