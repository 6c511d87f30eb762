"""Writes golden-tokens.jsonl: texts of our own in many scripts with their ids and word hashes.

They pin the runtime's tokenizer to this one. And golden-windows.jsonl, windows of our own phrases with their logits, which
pin its encoder to the rounding here.
"""

import json

import minilm
import phrases

WORDS = [
    "Hello, world!", "You are a fool, and everyone knows it.", "naïve café déjà vu Ångström", "ÇĞİÖŞÜ çğıöşü",
    "Straße und Übermut", "ﬁne ﬂow ①②③ Ⅷ ½", "ΟΔΥΣΣΕΥΣ ΜΕΓΑΣ σοφός", "Привет, мир! Ёлка й", "Добро Їжак ў",
    "你好,世界。今天天氣很好", "日本語のテキスト カタカナ ガギグ", "안녕하세요 세계", "สวัสดีชาวโลก ไม่เป็นไร",
    "नमस्ते दुनिया क्षत्रिय", "مرحبا بالعالم كَتَبَ", "שלום עולם שָׁלוֹם", "Tiếng Việt rất đẹp, đường phố", "ქართული ენა",
    "Հայերեն լեզու", "বাংলা ভাষা", "தமிழ் மொழி", "ភាសាខ្មែរ", "አማርኛ ቋንቋ", "ᏣᎳᎩ ᎦᏬᏂᎯᏍᏗ",
    "emoji 😀😃 👩‍👩‍👧‍👦 👍🏽 🇩🇪 ❤️", "zero\u200bwidth j\u200doined n\u200con \ufeffmark", "soft\u00adhyphen word\u2060joiner",
    "tabs\tand\nnew\r\nlines\u00a0and\u2003blanks\u3000wide\u2028line\u2029paragraph", "control\u0000bell\u0007escape\u001b[31m",
    "replacement \ufffd character", "e\u0301 o\u0308 a\u030a decomposed", "Z̴a̵l̶g̷o̸ t͎e͓x͙t͜", "[CLS] [SEP] [MASK] [UNK] [PAD] ##ing",
    "[unused0] [unused1]", "$5 + 3^2 = 14 < 15 > 13 | ~a `b`", "€100 £20 ¥3 ₿1 ±2 ×3 ÷4 °C", "“quoted” ‘single’ «guillemets» – — … •",
    "http://example.org/a_b?c=d&e=f#g", "someone@example.org", "snake_case camelCase kebab-case", "C++ C# .NET node.js",
    "1,234,567.89 and 1e-9 and 0xDEADBEEF", "don't can't I'm you're", "unaffable antidisestablishmentarianism",
    "supercalifragilisticexpialidocious", "ｆｕｌｌ ｗｉｄｔｈ！", "𝓼𝓬𝓻𝓲𝓹𝓽 𝕕𝕠𝕦𝕓𝕝𝕖", "𠀀𠀁 rare 丽 ideographs", "аdmin pаypаl", "l33t h4x0r",
    "a", "", " ", "\n\n", "!!!", "?!?!", "...", "ı İ ſ K Å", "ᾳ ῼ ǆ ǅ", "ﷺ ﷽", "\u0301", "x\u0301\u0302\u0303", "😀", "\u200b",
]
LONG = [
    "a" * 99, "a" * 100, "a" * 101, "a" * 250, "ab" * 130, "x" * 100 + "y", "é" * 101, "字" * 120, "z" * 100 + " tail",
    "!" * 130, "1" * 205, "ж" * 101, "😀" * 101, "a\u200b" * 101, "word " * 40, "ガ" * 60, "각" * 40, "\u0301" * 120 + "a",
    "Na" * 16 + " batman", "hyper" * 25,
]


def texts():
    """The texts alone, in pairs (words meeting across a seam), shouted and spread letter by letter."""
    yield from WORDS
    yield from LONG
    for i, first in enumerate(WORDS[:40]):
        yield first + WORDS[(i * 7 + 3) % 40]
    for text in WORDS[:40]:
        yield text.upper()
    for text in WORDS[:20]:
        yield "-".join(text)


def write(path, tokenizer):
    with open(path, "w", encoding="utf-8") as lines:
        for text in dict.fromkeys(texts()):
            ids, words = tokenizer.encode_words(text)
            lines.write(json.dumps({"text": text, "ids": ids, "words": words}) + "\n")


def write_windows(path, network, texts, most=8):
    rows = texts.where(source=phrases.SOURCE)[:most]
    windows = [minilm.row((), texts.ids[i][-minilm.TOKENS:]) for i in rows]
    with path.open("w", encoding="utf-8") as lines:
        for window, logits in zip(windows, minilm.logits_of(network, windows)):
            ids = [minilm.CLS, *window.tolist(), minilm.SEP]
            lines.write(json.dumps({"ids": ids, "logits": [round(float(z), 3) for z in logits]}) + "\n")
