"""BERT uncased WordPiece, as Hugging Face's BertNormalizer + BertPreTokenizer + WordPiece do it.

Two differences, both so that a stream can be tokenised while it arrives: a word of more than 100 code points is cut
into pieces of 100 counted from its start (theirs becomes one [UNK], which needs the end of the word), and special
tokens spelled out in the text ("[SEP]") stay plain text, for the text is not to be trusted.
"""

import json
import re
import sys
import unicodedata

LONGEST_WORD = 100

_CJK = (
    (0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2A6DF), (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F), (0x2B920, 0x2CEAF), (0xF900, 0xFAFF), (0x2F800, 0x2FA1F),
)  # 0x2B920 rather than Unicode's 0x2B820: the reference has it so
_CHINESE = re.compile("([" + "".join(f"{chr(a)}-{chr(b)}" for a, b in _CJK) + "])")


def _is_punctuation(code):
    ascii_symbol = 33 <= code <= 47 or 58 <= code <= 64 or 91 <= code <= 96 or 123 <= code <= 126
    return ascii_symbol or unicodedata.category(chr(code)).startswith("P")


def _cleaning():
    """What to do with each code point that is not kept: controls vanish, every white space becomes a blank."""
    table = {0xFFFD: None}
    for code in range(sys.maxunicode + 1):
        category = unicodedata.category(chr(code))
        if category in ("Cc", "Cf", "Co", "Cs"):
            table[code] = None
        elif category.startswith("Z"):
            table[code] = " "
    table.update({ord(c): " " for c in "\t\n\r"})
    return table


_CLEAN = _cleaning()
_MARKS = {c: None for c in range(sys.maxunicode + 1) if unicodedata.category(chr(c)) == "Mn"}
_PUNCTUATION = "".join(re.escape(chr(c)) for c in range(sys.maxunicode + 1) if _is_punctuation(c))
_WORDS = re.compile(f"[{_PUNCTUATION}]|[^ {_PUNCTUATION}]+")


def normalise(text):
    text = text.translate(_CLEAN)
    if text.isascii():
        return text.lower()
    text = _CHINESE.sub(r" \1 ", text)
    text = unicodedata.normalize("NFD", text).translate(_MARKS)
    # One character at a time: a whole-string lower() turns a final capital sigma into another letter.
    return "".join(c.lower() for c in text) if "Σ" in text else text.lower()


def _digest(word):
    """FNV-1a, 64 bits, of the word's UTF-8; never 0, which says "no word"."""
    digest = 0xCBF29CE484222325
    for byte in word.encode("utf-8", "surrogatepass"):
        digest = (digest ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return digest or 1


class WordPiece:
    def __init__(self, vocabulary):
        self.vocabulary = vocabulary
        self.ids = {piece: i for i, piece in enumerate(vocabulary)}
        self.unknown = self.ids["[UNK]"]
        self._words = {}

    @staticmethod
    def from_tokenizer_json(path):
        ids = json.loads(path.read_text(encoding="utf-8"))["model"]["vocab"]
        return WordPiece(sorted(ids, key=ids.get))

    def encode(self, text):
        return self.encode_words(text)[0]

    def encode_words(self, text):
        """Token ids, and beside the last piece of each word the word's hash; 0 beside the pieces before it."""
        ids, hashes = [], []
        for word in _WORDS.findall(normalise(text)):
            for start in range(0, len(word), LONGEST_WORD):
                pieces, digest = self._word(word[start:start + LONGEST_WORD])
                ids.extend(pieces)
                hashes.extend([0] * (len(pieces) - 1))
                hashes.append(digest)
        return ids, hashes

    def _word(self, word):
        known = self._words.get(word)
        if known is None:
            known = self._words[word] = self._longest_matches(word), _digest(word)
        return known

    def _longest_matches(self, word):
        pieces, start = [], 0
        while start < len(word):
            for end in range(len(word), start, -1):
                piece = self.ids.get(("##" if start else "") + word[start:end])
                if piece is not None:
                    break
            else:
                return [self.unknown]
            pieces.append(piece)
            start = end
        return pieces
