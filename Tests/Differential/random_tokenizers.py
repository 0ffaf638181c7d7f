#!/usr/bin/env python3
"""Writes random tokenizers, with what the `tokenizers` library makes of random texts, for TokenizerDifferentialTests.

Needs the Python package tokenizers. One case a line, as JSON: a tokenizer.json, and texts with their ids. Run:

    python Tests/Differential/random_tokenizers.py --count 20000 --seed 1 > /tmp/cases.jsonl
    ATTNRL_TOKENIZER_CASES=/tmp/cases.jsonl swift test -c release -Xswiftc -enable-testing \\
        --filter TokenizerDifferentialTests

What was produced is counted on the standard error. An answer that is null is not compared: the library failed, or gave
what is not followed (`writes_twice`, `is_ambiguous`, `changed_special_tokens`, and pieces that are special tokens, in
`case`).

Tests/Fixtures/tokenizing/random.jsonl is such a file (--count 200 --seed 7 --texts 3).
"""

import argparse
import base64
import collections
import json
import multiprocessing
import random
import struct
import sys

import tokenizers

# ----------------------------------------------------------------------------------------------------------------------
# Texts

LETTERS = list("abcdeABE")
OTHERS = list(" 019.,!'-_#\n\t▁éßñÅøⅧ½²日本カひйД한ก्ि؟«…“€👩🏽")
ODD = [
    "\u0301", "\u0308", "\u200d", "\u200b", "\u00a0", "\u3000", "\u2003", "\ufeff", "\ufffd", "\u0000", "\u007f", "\u0085",
    "ﬁ", "İ", "ẞ", "Σ", "ς", "が", "か\u3099", "각", "ᄀ", "ᅡ", "\u0345", "e\u0301", "a\u0323\u0307", "٣", "𝟛", "𝒜", "\r", "\r\n",
    "  ", "▁▁", "'s", "'LL", "ー", "、", "。", "\u2028", "\u0f73", "ſ", "K", "\u1160", "؀", "\u05d0", "\u064b", "ກ", "Ⴀ", "🇩🇪",
]  # fmt: skip


def text(rng, words):
    parts = []
    for _ in range(rng.choice([0, 1, 2, 3, 5, 8, 13, 30])):
        kind = rng.random()
        if kind < 0.35 and words:
            parts.append(rng.choice(words))
        elif kind < 0.65:
            parts.append(rng.choice(LETTERS) * rng.choice([1, 1, 1, 2, 5]))
        elif kind < 0.85:
            parts.append(rng.choice(OTHERS) * rng.choice([1, 1, 1, 2, 3]))
        else:
            parts.append(rng.choice(ODD))
    return "".join(parts)


# ----------------------------------------------------------------------------------------------------------------------
# Parts of a file

REGEXES = [
    r"\s+", r"\w+|[^\w\s]+", r"[a-c]", r"[^a]", r"\p{L}+", r"\p{N}{1,3}", r"\d", r"x*", r"a|", r"(?i)ab?", r"[\p{L}&&[^a-c]]+",
    r"[a-d&&[b-e]&&[^c]]", r"[^a&&b]", r"[[a-c][0-9]]+", r"\p{Han}+", r"[\p{Han}\p{Hiragana}]+|\p{Katakana}+", r"\b", r"\B",
    r"a{2}", r"a{,2}b", r"a{2}+b", r"a{2}?", r"\h+", r"[[:alpha:]]+", r"[[:punct:]]", r"[[:^space:]]+", r"[\W]+", r"^.", r".$",
    r"(?m).+", r"(?=b)", r"(?<=a)b?", r"\S+\s*", r"[^\S\n]+", r"\p{^L}", r"\P{L}+", r"\p{Lu}\p{Ll}*", r" ?[^\s\p{L}\p{N}]+[\r\n]*",
    r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+", r"[\p{M}\p{Sc}]", r"\X", r"\R", r"a++b|a", r"\p{Alpha}",
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+",
    r"[]a]", r"[a\]b-]", r"\O", r"{", r"a{x}", r"[&a]", r"[-a&&a-]", r"\p{Punct}", r"[\h\s]", r"[^[^a]]", r"\v", r"é", r"[日-本]",
]  # fmt: skip
STRINGS = [" ", "a", "ab", "▁", "", ".", "aa", "\n", "é", "  ", "日", "|", "Ġ"]
BEHAVIORS = ["Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"]


def pattern(rng):
    return {"Regex": rng.choice(REGEXES)} if rng.random() < 0.65 else {"String": rng.choice(STRINGS)}


def flag(rng):
    return rng.random() < 0.5


def charsmap(rng):
    """A small map of SentencePiece: a double-array trie of a few keys of up to three bytes, and what replaces them."""
    table = {key: value for key, value in
             [("a", "b"), ("ﬁ", "fi"), ("é", "e"), ("½", "1/2"), ("\u0301", ""), ("e\u0301", "é"), ("日", " 日 "), ("\n", " ")]
             if rng.random() < 0.6}  # fmt: skip
    blob, units, used = b"\0", [0] * 2048, {0}
    offsets = {}
    for key, value in table.items():
        offsets[key] = len(blob)
        blob += value.encode() + b"\0"

    def place(node, words):
        """Gives the children of a node, by the bytes that follow, a block of their own."""
        labels = sorted({key[0] if key else 0 for key, _ in words})
        base = 256
        while any((base ^ label) in used or (base ^ label) >= len(units) for label in labels):
            base += 256
            if base + 256 > len(units):
                units.extend([0] * 1024)
        used.update(base ^ label for label in labels)
        offset = base ^ node
        units[node] |= (offset >> 8) << 10 | 1 << 9 if offset >= 1 << 21 else offset << 10
        for label in labels:
            rest = [(key[1:], value) for key, value in words if (key[0] if key else 0) == label]
            child = base ^ label
            if label == 0:
                units[child] = rest[0][1] | 1 << 31
                units[node] |= 1 << 8
            else:
                units[child] |= label
                place(child, rest)

    words = [(key.encode(), offset) for key, offset in offsets.items()]
    if words:
        place(0, words)
    trie = struct.pack(f"<{len(units)}I", *units)
    return base64.b64encode(struct.pack("<I", len(trie)) + trie + blob).decode()


def normalizer(rng, depth=0):
    kind = rng.choice(
        """NFC NFD NFKC NFKD Lowercase Strip StripAccents Replace Prepend ByteLevel Nmt BertNormalizer Precompiled
        Sequence Sequence""".split()
    )
    if kind == "Precompiled":
        return dict(type=kind, precompiled_charsmap=charsmap(rng))
    if kind == "Strip":
        return dict(type=kind, strip_left=flag(rng), strip_right=flag(rng))
    if kind == "Replace":
        return dict(type=kind, pattern=pattern(rng), content=rng.choice(["", " ", "▁", "x", "ab", "é", "$1"]))
    if kind == "Prepend":
        return dict(type=kind, prepend=rng.choice(["▁", "▁", " ", "ab", ""]))
    if kind == "BertNormalizer":
        return dict(type=kind, clean_text=flag(rng), handle_chinese_chars=flag(rng),
                    strip_accents=rng.choice([None, True, False]), lowercase=flag(rng))  # fmt: skip
    if kind == "Sequence":
        if depth > 1:
            return dict(type="NFC")
        return dict(type=kind, normalizers=[normalizer(rng, depth + 1) for _ in range(rng.randrange(4))])
    return dict(type=kind)


def metaspace(rng):
    scheme = rng.choice(["always", "first", "never"])
    return dict(type="Metaspace", replacement=rng.choice(["▁", "▁", "_", "a"]), prepend_scheme=scheme, split=flag(rng))


def byte_level(rng):
    return dict(type="ByteLevel", add_prefix_space=flag(rng), trim_offsets=True, use_regex=flag(rng))


def pre_tokenizer(rng, depth=0):
    kind = rng.choice(
        """ByteLevel ByteLevel Whitespace WhitespaceSplit Metaspace Metaspace Digits Punctuation Split Split Split
        CharDelimiterSplit UnicodeScripts FixedLength BertPreTokenizer Sequence Sequence Sequence Sequence""".split()
    )
    if kind == "ByteLevel":
        return byte_level(rng)
    if kind == "Metaspace":
        return metaspace(rng)
    if kind == "Digits":
        return dict(type=kind, individual_digits=flag(rng))
    if kind == "Punctuation":
        return dict(type=kind, behavior=rng.choice(BEHAVIORS))
    if kind == "Split":
        return dict(type=kind, pattern=pattern(rng), behavior=rng.choice(BEHAVIORS), invert=flag(rng))
    if kind == "CharDelimiterSplit":
        return dict(type=kind, delimiter=rng.choice(" a▁é日-"))
    if kind == "FixedLength":
        return dict(type=kind, length=rng.choice([1, 2, 3, 5, 100]))
    if kind == "Sequence":
        if depth > 1:
            return dict(type="WhitespaceSplit")
        return dict(type=kind, pretokenizers=[pre_tokenizer(rng, depth + 1) for _ in range(rng.randrange(4))])
    return dict(type=kind)


def decoder(rng, depth=0):
    kind = rng.choice(
        "ByteLevel ByteFallback Fuse Metaspace Replace Strip WordPiece BPEDecoder CTC Sequence Sequence Sequence".split()
    )
    if kind == "ByteLevel":
        return byte_level(rng)
    if kind == "Metaspace":
        return metaspace(rng)
    if kind == "Replace":
        return dict(type=kind, pattern=pattern(rng), content=rng.choice(["", " ", "▁", "x", "ab"]))
    if kind == "Strip":
        return dict(type=kind, content=rng.choice(" a▁"), start=rng.randrange(3), stop=rng.randrange(2))
    if kind == "WordPiece":
        return dict(type=kind, prefix=rng.choice(["##", "a", ""]), cleanup=flag(rng))
    if kind == "BPEDecoder":
        return dict(type=kind, suffix=rng.choice(["</w>", "a", ""]))
    if kind == "CTC":
        return dict(type=kind, pad_token=rng.choice(["a", "<pad>", ""]), word_delimiter_token=rng.choice(["b", "|", ""]),
                    cleanup=flag(rng))  # fmt: skip
    if kind == "Sequence":
        if depth > 1:
            return dict(type="Fuse")
        return dict(type=kind, decoders=[decoder(rng, depth + 1) for _ in range(rng.randrange(5))])
    return dict(type=kind)


def post_processor(rng, special, depth=0):
    kind = rng.choice("ByteLevel TemplateProcessing TemplateProcessing BertProcessing RobertaProcessing Sequence".split())
    if kind == "ByteLevel":
        return byte_level(rng)
    if kind in ("BertProcessing", "RobertaProcessing"):
        item = dict(type=kind, sep=list(rng.choice(special)), cls=list(rng.choice(special)))
        return item | (dict(trim_offsets=True, add_prefix_space=True) if kind[0] == "R" else {})
    if kind == "Sequence":
        if depth > 1:
            return byte_level(rng)
        return dict(type=kind, processors=[post_processor(rng, special, depth + 1) for _ in range(rng.randrange(4))])

    def piece(sequence):
        if sequence:
            return {"Sequence": {"id": sequence, "type_id": 0}}
        return {"SpecialToken": {"id": rng.choice(special)[0], "type_id": 0}}

    single = [piece("A") if rng.random() < 0.5 else piece(None) for _ in range(rng.randrange(1, 4))]
    if flag(rng):
        single = [piece(None), piece("A")]
    tokens = {name: dict(id=name, ids=[number], tokens=[name]) for name, number in special}
    return dict(type=kind, single=single, pair=[piece("A"), piece("B")], special_tokens=tokens)


# ----------------------------------------------------------------------------------------------------------------------
# Vocabularies


def byte_alphabet():
    plain = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [b for b in range(256) if b not in plain]
    return [chr(b) for b in plain] + [chr(256 + i) for i in range(len(others))]


def model(rng, is_byte_level):
    options = dict(dropout=None, unk_token=None, continuing_subword_prefix=None, end_of_word_suffix=None)
    options |= dict(fuse_unk=flag(rng), byte_fallback=rng.random() < 0.3, ignore_merges=rng.random() < 0.3)
    prefix = options["continuing_subword_prefix"] = rng.choice([None] * 6 + ["##", "", "é"])
    suffix = options["end_of_word_suffix"] = rng.choice([None] * 6 + ["</w>", "", "é"])
    symbols = [c for c in LETTERS + OTHERS + ["Ġ", "Ċ"] if rng.random() < 0.7]
    if is_byte_level:
        symbols += [c for c in byte_alphabet() if rng.random() < 0.9]
    tokens = list(dict.fromkeys(symbols))
    if prefix:
        tokens += [prefix + c for c in symbols if rng.random() < 0.7]
    if suffix:
        tokens += [t + suffix for t in list(tokens) if rng.random() < 0.5]
    if options["byte_fallback"]:
        tokens += [f"<0x{b:02X}>" for b in range(256) if b < 128 or rng.random() < 0.95]
    if rng.random() < 0.6:
        options["unk_token"] = "<unk>"
        if rng.random() < 0.9:
            tokens.insert(rng.randrange(len(tokens) + 1), "<unk>")
    if rng.random() < 0.05:
        tokens.append("")
    tokens = list(dict.fromkeys(tokens))
    merges = []
    for _ in range(rng.randrange(40)):
        left, right = rng.choice(tokens), rng.choice(tokens)
        if prefix and not right.startswith(prefix):
            continue
        joined = left + right[len(prefix or "") :]
        if not left or not right or len(joined) > 12 or " " in left + right:
            continue
        merges.append([left, right])
        if joined not in tokens:
            tokens.append(joined)
    tokens += [t for t in ["<s>", "the", "ab", "日本", "▁▁"] if rng.random() < 0.2 and t not in tokens]
    numbers = list(range(len(tokens)))
    if rng.random() < 0.1:
        rng.shuffle(numbers)
    if rng.random() < 0.1:
        numbers = [n * 2 if n > 5 else n for n in numbers]
    if merges and rng.random() < 0.2:
        merges = [" ".join(pair) for pair in merges]
    return dict(type="BPE", **options, vocab=dict(zip(tokens, numbers, strict=True)), merges=merges)


def added_tokens(rng, vocab):
    contents = ["<s>", "</s>", "<pad>", "[X]", "ab", "the", "a", " ", "é", "e\u0301", "<s>x", "日", "A b", "  ", "ﬁ", ""]
    result, number = [], max(vocab.values()) + 1
    for _ in range(rng.choice([0, 0, 1, 2, 4, 7])):
        content = rng.choice(contents)
        token = dict(id=vocab.get(content, number), content=content, single_word=rng.random() < 0.2)
        token |= dict(lstrip=rng.random() < 0.2, rstrip=rng.random() < 0.2, normalized=rng.random() < 0.4)
        token["special"] = flag(rng)
        if rng.random() < 0.2:
            token["id"] = rng.randrange(2 * number)
        number += 1
        result.append(token)
    return result


def thinned(rng, node):
    """Leaves out a key now and then, for which there may be a default."""
    if isinstance(node, list):
        return [thinned(rng, child) for child in node]
    if not isinstance(node, dict):
        return node
    left_out = rng.choice(list(node)) if "type" in node and rng.random() < 0.05 else "type"
    return {key: thinned(rng, value) for key, value in node.items() if key == "type" or key != left_out}


def config(rng):
    some = lambda make, share: make(rng) if rng.random() < share else None  # noqa: E731
    cut = some(pre_tokenizer, 0.85)
    clean = some(normalizer, 0.6)
    uses_bytes = "ByteLevel" in json.dumps([cut, clean])
    bpe = model(rng, uses_bytes)
    added = added_tokens(rng, bpe["vocab"])
    special = [(t, n) for t, n in list(bpe["vocab"].items())[:4]]
    processor = post_processor(rng, special) if rng.random() < 0.4 else None
    clean, cut, processor, back = (thinned(rng, part) for part in (clean, cut, processor, some(decoder, 0.8)))
    if rng.random() < 0.1:
        del bpe[rng.choice([key for key in bpe if key not in ("vocab", "merges")])]
    return dict(
        version="1.0", truncation=None, padding=None, added_tokens=added, normalizer=clean, pre_tokenizer=cut,
        post_processor=processor, decoder=back, model=bpe,
    )  # fmt: skip


# ----------------------------------------------------------------------------------------------------------------------
# Cases


def attempt(call):
    """A result, or None where the library raises or panics."""
    try:
        return call()
    except KeyboardInterrupt:
        raise
    except BaseException:
        return None


def parts(node):
    """All nodes of a normalizer, pre-tokenizer, post-processor or decoder that do something, in their order."""
    if node is None:
        return []
    inner = [node[key] for key in ("normalizers", "pretokenizers", "processors", "decoders") if key in node]
    return [part for child in inner[0] for part in parts(child)] if inner else [node]


def writes_before(part):
    """Whether a normalizer can write something in front of the first character without replacing it."""
    if part["type"] == "Prepend":
        return part["prepend"] == ""
    if part["type"] != "Replace" or not part["content"]:
        return False
    pattern = part["pattern"]
    pattern = tokenizers.Regex(pattern["Regex"]) if "Regex" in pattern else pattern["String"]
    replace = tokenizers.normalizers.Replace(pattern, "\ue000")
    return any(replace.normalize_str(text).startswith("\ue000" + text[0]) for text in [*LETTERS, *OTHERS])


REWRITING = "NFC NFD NFKC NFKD Lowercase Strip StripAccents ByteLevel Nmt BertNormalizer Precompiled".split()


def writes_twice(file):
    """Whether the library may write the beginning of a text twice.

    What a normalizer writes in front of the first character stands nowhere in the original text as the library remembers
    it, and the next part that rewrites the text leaves it and writes it once more. An empty Prepend does this to the first
    character, which Metaspace's `first` then also takes for the beginning, whatever it is. That is not followed.
    """
    stages = parts(file["normalizer"])
    cuts = [p for p in parts(file["pre_tokenizer"]) if p["type"] == "ByteLevel" or p.get("prepend_scheme") == "first"]
    return any(
        writes_before(part) and (cuts or any(later["type"] in REWRITING for later in stages[index + 1 :]))
        for index, part in enumerate(stages)
    )


def changed_special_tokens(file, reference):
    """The special tokens that the library decodes as their normalized form, and does not leave out, since that is no special
    token's content. Here they are what they are called."""
    if not reference.normalizer:
        return set()
    tokens = [(reference.token_to_id(t["content"]), t) for t in file["added_tokens"] if t["content"]]
    special = {number for number, token in tokens if token["special"]}
    normalize = reference.normalizer.normalize_str
    return {n for n, t in tokens if n in special and t["normalized"] and normalize(t["content"]) != t["content"]}


def is_ambiguous(file, reference):
    """Whether several added tokens are the same in normalized text, or one is nothing.

    Which of several the library finds is chance; here it is the one of the lowest id. By one that is nothing it cuts the text
    around every character; here it is never found.
    """
    if not reference.normalizer:
        return False
    last = {reference.token_to_id(t["content"]): t for t in file["added_tokens"] if t["content"]}
    forms = [reference.normalizer.normalize_str(t["content"]) for t in last.values() if t["normalized"]]
    return len(set(forms)) < len(forms) or "" in forms


COUNTS = collections.Counter()


def count(file, cases):
    """Counts what a file is made of, and which answers are compared."""
    for place in ("normalizer", "pre_tokenizer", "post_processor", "decoder"):
        for part in parts(file[place]) or [dict(type="none")]:
            COUNTS[f"{place} {part['type']}"] += 1
            for key, value in part.items():
                if isinstance(value, bool) or key in ("behavior", "prepend_scheme"):
                    COUNTS[f"{place} {part['type']} {key}={value}"] += 1
    for token in file["added_tokens"]:
        COUNTS["added token"] += 1
        for key, value in token.items():
            if value is True:
                COUNTS[f"added token {key}"] += 1
    for key, value in file["model"].items():
        if value and key not in ("type", "vocab"):
            COUNTS[f"model {key}"] += 1
    for item in cases:
        for key in ("ids", "bare", "plain", "decoded", "skipped"):
            COUNTS[f"answer {key} {'not compared' if item[key] is None else 'compared'}"] += 1


def case(rng, texts):
    file = config(rng)
    reference = attempt(lambda: tokenizers.Tokenizer.from_str(json.dumps(file)))
    if reference is None:
        return None
    words = list(file["model"]["vocab"])[-40:] + 3 * [t["content"] for t in file["added_tokens"]]
    words = [w for w in words if w.isprintable()]
    known = list(file["model"]["vocab"].values()) + [max(file["model"]["vocab"].values()) + i for i in range(1, 6)]
    special = {reference.token_to_id(t["content"]) for t in file["added_tokens"] if t["special"]}
    twice, ambiguous = writes_twice(file), is_ambiguous(file, reference)
    changed = changed_special_tokens(file, reference)
    cases = []
    for _ in range(texts):
        item = dict(text=text(rng, words))
        for key, adds in [("ids", True), ("bare", False)]:
            item[key] = attempt(lambda: reference.encode(item["text"], add_special_tokens=adds).ids)
        reference.encode_special_tokens = True
        item["plain"] = attempt(lambda: reference.encode(item["text"], add_special_tokens=False).ids)
        reference.encode_special_tokens = False
        if file["model"].get("ignore_merges") and item["plain"] and special & set(item["plain"]):
            # The library takes a piece that is all of a special token for it, although special tokens are to be text. Here
            # it is text, so that no message writes a control token.
            item["plain"] = None
            COUNTS["answer plain not followed: a whole piece is a special token"] += 1
        if ambiguous:
            item |= dict(ids=None, bare=None, plain=None)
            COUNTS["answer to a text not followed: two added tokens are the same, or one is nothing"] += 1
        if twice:
            item |= dict(ids=None, bare=None, plain=None)
            COUNTS["answer to a text not followed: its beginning is written twice"] += 1
        tokens = item["tokens"] = item["ids"] if flag(rng) and item["ids"] else rng.choices(known, k=rng.randrange(9))
        for key, skips in [("decoded", False), ("skipped", True)]:
            item[key] = attempt(lambda: reference.decode(tokens, skip_special_tokens=skips))
        if changed & set(tokens):
            item |= dict(decoded=None, skipped=None)
            COUNTS["answer to tokens not followed: a special token's text is changed"] += 1
        if twice and any(t["normalized"] for t in file["added_tokens"]):
            item |= dict(decoded=None, skipped=None)
        cases.append(item)
    count(file, cases)
    return dict(tokenizer=file, cases=cases)


def work(pipe, seed, start, texts):
    """Sends cases from a number on, each with its counts."""
    for number in range(start, sys.maxsize):
        COUNTS.clear()
        pipe.send((case(random.Random(f"{seed}-{number}"), texts), COUNTS))


def all_cases(seed, texts, limit=20):
    """Cases without end. Some files make the library allocate for ever; they are given up after some seconds."""
    number = 0
    while True:
        pipe, other = multiprocessing.Pipe(duplex=False)
        worker = multiprocessing.Process(target=work, args=(other, seed, number, texts), daemon=True)
        worker.start()
        while pipe.poll(limit):
            number += 1
            yield pipe.recv()
        worker.kill()
        worker.join()
        number += 1
        yield None, {"files for which the library takes for ever": 1}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=150, help="how many tokenizers")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--texts", type=int, default=5, help="texts for each")
    arguments = parser.parse_args()
    written, counts = 0, collections.Counter()
    for found, parts_of_it in all_cases(arguments.seed, arguments.texts):
        counts.update(parts_of_it)
        if found:
            sys.stdout.write(json.dumps(found, ensure_ascii=False, separators=(",", ":")) + "\n")
            written += 1
        if written == arguments.count:
            break
    for what, number in sorted(counts.items()):
        print(f"{number:8} {what}", file=sys.stderr)


if __name__ == "__main__":
    main()
