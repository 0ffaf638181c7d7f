"""Writes pipelines.json, cuts.json and templates.json: what the reference implementations make of small tokenizers and
templates.

Needs the Python packages tokenizers and jinja2. Run in this folder: python make_cases.py
"""
import copy
import json

import jinja2
from jinja2.ext import Extension, loopcontrols
from jinja2.sandbox import ImmutableSandboxedEnvironment
from tokenizers import Tokenizer

# ---------------------------------------------------------------------------------------------------------------------
# Tokenizers


def byte_alphabet():
    plain = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [b for b in range(256) if b not in plain]
    table = {b: chr(b) for b in plain}
    table.update({b: chr(256 + i) for i, b in enumerate(others)})
    return [table[b] for b in range(256)]


BYTES = byte_alphabet()


def added(i, content, **flags):
    base = dict(id=i, content=content, single_word=False, lstrip=False, rstrip=False, normalized=False, special=False)
    base.update(flags)
    return base


def model(vocab, merges, **flags):
    base = dict(type="BPE", dropout=None, unk_token=None, continuing_subword_prefix=None, end_of_word_suffix=None,
                fuse_unk=False, byte_fallback=False, ignore_merges=False)
    base.update(flags)
    base["vocab"] = {token: i for i, token in enumerate(vocab)}
    base["merges"] = merges
    return base


def tokenizer(model, added_tokens=(), normalizer=None, pre_tokenizer=None, post_processor=None, decoder=None):
    return dict(version="1.0", truncation=None, padding=None, added_tokens=list(added_tokens), normalizer=normalizer,
                pre_tokenizer=pre_tokenizer, post_processor=post_processor, decoder=decoder, model=model)


def byte_model(merges, **flags):
    """Merges are given as text: ("l", "l") joins two bytes."""
    def spell(text):
        return "".join(BYTES[b] for b in text.encode())
    pairs = [[spell(a), spell(b)] for a, b in merges]
    return model(BYTES + [a + b for a, b in pairs], pairs, **flags)


LATIN = "abcdefghijklmnopqrstuvwxyzABCDEFGH0123456789.,!?'-"
ENGLISH = [("h", "e"), ("l", "l"), ("he", "ll"), ("hell", "o"), (" ", "w"), (" w", "o"), ("o", "r"), (" ", " "),
           ("  ", "  "), ("i", "n"), ("\n", "\n"), ("1", "2"), ("a", "a"), ("aa", "aa")]
BYTE_LEVEL = dict(type="ByteLevel", add_prefix_space=False, trim_offsets=True, use_regex=False)
GPT2 = dict(BYTE_LEVEL, use_regex=True)
LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
          r"|\s+(?!\S)|\s+")


def split(pattern, behavior, invert=False):
    return dict(type="Split", pattern=pattern, behavior=behavior, invert=invert)


def sequence_then_bytes(*steps):
    return dict(type="Sequence", pretokenizers=[*steps, BYTE_LEVEL])


def characters(extra, merges, fallback=False, **flags):
    vocab = ["<unk>", "<s>", "</s>"]
    if fallback:
        vocab += [f"<0x{b:02X}>" for b in range(256)]
    vocab += ["▁", *LATIN, *extra, *[a + b for a, b in merges]]
    return model(vocab, [list(m) for m in merges], unk_token="<unk>", byte_fallback=fallback, **flags)


WORDS = [("▁", "h"), ("▁h", "e"), ("l", "l"), ("▁he", "ll"), ("▁hell", "o"), ("▁", "w"), ("▁", "▁"), ("▁▁", "▁▁"), ("i", "n")]
TEMPLATE = dict(
    type="TemplateProcessing",
    single=[{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
            {"SpecialToken": {"id": "</s>", "type_id": 0}}],
    pair=[{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
    special_tokens={"<s>": {"id": "<s>", "ids": [1], "tokens": ["<s>"]},
                    "</s>": {"id": "</s>", "ids": [2], "tokens": ["</s>"]}})
SPECIALS = [added(0, "<unk>", special=True), added(1, "<s>", special=True), added(2, "</s>", special=True)]
LLAMA2_NORMALIZER = dict(type="Sequence", normalizers=[
    dict(type="Prepend", prepend="▁"), dict(type="Replace", pattern={"String": " "}, content="▁")])
LLAMA2_DECODER = dict(type="Sequence", decoders=[
    dict(type="Replace", pattern={"String": "▁"}, content=" "), dict(type="ByteFallback"), dict(type="Fuse"),
    dict(type="Strip", content=" ", start=1, stop=0)])
METASPACE = dict(type="Metaspace", replacement="▁", prepend_scheme="always", split=True)
B = len(BYTES) + len(ENGLISH)
MARKS = [added(B, "<|end|>", special=True), added(B + 1, "<think>"), added(B + 2, "wo", single_word=True),
         added(B + 3, "<l>", lstrip=True), added(B + 4, "<r>", rstrip=True), added(B + 5, "<b>", lstrip=True, rstrip=True),
         added(B + 6, "<|end|>x"), added(B + 7, "é!", normalized=True), added(B + 8, "world", normalized=True),
         added(B + 9, "naïve ", normalized=True)]

PIPELINES = {
    "byte level with the split of GPT-2": tokenizer(byte_model(ENGLISH), pre_tokenizer=GPT2, decoder=GPT2),
    "byte level with a space in front": tokenizer(
        byte_model(ENGLISH), pre_tokenizer=dict(GPT2, add_prefix_space=True), decoder=GPT2),
    "byte level without a split": tokenizer(byte_model(ENGLISH), pre_tokenizer=BYTE_LEVEL, decoder=GPT2),
    "byte level with the split of Llama 3 and whole pieces": tokenizer(
        byte_model(ENGLISH, ignore_merges=True), pre_tokenizer=sequence_then_bytes(split({"Regex": LLAMA3}, "Isolated")),
        decoder=GPT2),
    "byte level with marks": tokenizer(
        byte_model(ENGLISH), MARKS, dict(type="NFC"), sequence_then_bytes(split({"Regex": LLAMA3}, "Isolated")),
        decoder=GPT2),
    # Normalized marks that change under normalization are left out: how they decode differs between releases.
    "lowercase without accents": tokenizer(
        byte_model(ENGLISH), MARKS[:7],
        dict(type="Sequence", normalizers=[dict(type="NFD"), dict(type="StripAccents"), dict(type="Lowercase"),
                                           dict(type="Strip", strip_left=True, strip_right=True)]),
        GPT2, decoder=GPT2),
    "compatibility forms": tokenizer(
        byte_model(ENGLISH), normalizer=dict(type="NFKC"), pre_tokenizer=GPT2, decoder=GPT2),
    "decomposed compatibility forms": tokenizer(
        byte_model(ENGLISH), normalizer=dict(type="NFKD"), pre_tokenizer=GPT2, decoder=GPT2),
    "replaced by expression": tokenizer(
        byte_model(ENGLISH), normalizer=dict(type="Replace", pattern={"Regex": r"\s+"}, content=" "),
        pre_tokenizer=GPT2, decoder=GPT2),
    "single digits": tokenizer(
        byte_model(ENGLISH), pre_tokenizer=sequence_then_bytes(dict(type="Digits", individual_digits=True)), decoder=GPT2),
    "digits together": tokenizer(
        byte_model(ENGLISH), pre_tokenizer=sequence_then_bytes(dict(type="Digits", individual_digits=False)),
        decoder=GPT2),
    "punctuation": tokenizer(
        byte_model(ENGLISH), pre_tokenizer=sequence_then_bytes(dict(type="Punctuation", behavior="Isolated")),
        decoder=GPT2),
    "words": tokenizer(byte_model(ENGLISH), pre_tokenizer=sequence_then_bytes(dict(type="Whitespace")), decoder=GPT2),
    "white space": tokenizer(
        byte_model(ENGLISH), pre_tokenizer=sequence_then_bytes(dict(type="WhitespaceSplit")), decoder=GPT2),
    "merges as strings": tokenizer(
        byte_model(ENGLISH), pre_tokenizer=GPT2, decoder=GPT2),
    "no decoder": tokenizer(byte_model(ENGLISH), pre_tokenizer=GPT2),
    "Llama 2": tokenizer(
        characters("éß", WORDS, fallback=True, fuse_unk=True), SPECIALS, LLAMA2_NORMALIZER, None, TEMPLATE, LLAMA2_DECODER),
    "unknown characters fused": tokenizer(
        characters("é", WORDS, fuse_unk=True), SPECIALS, LLAMA2_NORMALIZER, None, None, LLAMA2_DECODER),
    "unknown characters one by one": tokenizer(
        characters("é", WORDS), SPECIALS, LLAMA2_NORMALIZER, None, None, LLAMA2_DECODER),
    "metaspace": tokenizer(characters("é", WORDS), SPECIALS, None, METASPACE, TEMPLATE, METASPACE),
    "metaspace at the beginning only": tokenizer(
        characters("é", WORDS), SPECIALS, None, dict(METASPACE, prepend_scheme="first"), TEMPLATE,
        dict(METASPACE, prepend_scheme="first")),
    "metaspace without cuts": tokenizer(
        characters("é", WORDS, fallback=True), SPECIALS, None, dict(METASPACE, prepend_scheme="never", split=False),
        TEMPLATE, dict(METASPACE, prepend_scheme="never", split=False)),
}
for behavior in ["Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"]:
    for invert in [False, True]:
        PIPELINES[f"split {behavior}{' inverted' if invert else ''}"] = tokenizer(
            byte_model(ENGLISH), pre_tokenizer=sequence_then_bytes(split({"Regex": r"[lo]|\d"}, behavior, invert)),
            decoder=GPT2)
    PIPELINES[f"split at a string, {behavior}"] = tokenizer(
        byte_model(ENGLISH), pre_tokenizer=sequence_then_bytes(split({"String": "l"}, behavior)), decoder=GPT2)

TEXTS = [
    "", " ", "  ", "hello", " hello", "hello world", "  hello  world  ", "hello\n\nworld\n\n\n", "Hello HELLO wo two wo",
    "wo", "wo.", "awo woa", "aaaaaaaaaaaaaaaaaaaaa", "a" * 100, "<|end|>", "x<|end|>y", "<|end|>x", "<think>hm</think>",
    "a <l> b", "a <r> b", "a <b> b", "a  <l><r>  <b>  c", " <l>", "<r> ", "<s>hello</s>", "<s> hello </s> in", "<s>",
    "naïve café éé", "cafe\u0301 e\u0301!", "nai\u0308ve x", "Ünïcödé ÉÉ", "12 123 1234 x1y22", "l1o2ll33", "llll", "1234",
    "don't I'll WE'VE they'RE", "a.b,c!d?e-f", "tab\tnew\r\nline", "\u00a0nbsp\u2003em\u3000wide", "日本語", "ß日é", "👩‍👩‍👧",
    "ﬁ ½ Ⅷ ²", "\u1e9b\u0323", "q" * 60, "zzz日日zz", "\u0000", "▁hello▁", "in in  in   in", " \n ", "İSTANBUL ΣΑΣ",
]


def pipelines():
    result = []
    for name, file in PIPELINES.items():
        reference = Tokenizer.from_str(json.dumps(file))
        if name == "merges as strings":
            file = copy.deepcopy(file)
            file["model"]["merges"] = [" ".join(pair) for pair in file["model"]["merges"]]
        cases = []
        for text in TEXTS:
            ids = reference.encode(text).ids
            cases.append(dict(text=text, ids=ids, decoded=reference.decode(ids, skip_special_tokens=False),
                              skipped=reference.decode(ids)))
        result.append(dict(name=name, tokenizer=file, cases=cases))
    return result


# Pre-tokenizers in the manner of published files. Each piece's last byte is another token than the same byte inside, so that
# ids show where pieces end.
CUTS = {
    "digits behind byte level": dict(type="Sequence", pretokenizers=[
        dict(type="Punctuation", behavior="Contiguous"), GPT2, dict(type="Digits", individual_digits=False),
        split({"Regex": "[0-9][0-9][0-9]"}, "Isolated")]),
    "letters that are not Chinese": sequence_then_bytes(split(
        {"Regex": r"[\p{Han}]+|[^\r\n\p{L}\p{N}]?[\p{L}&&[^\p{Han}]]+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s+"},
        "Isolated")),
}
CUT_TEXTS = TEXTS + [
    "1", "123", "1234567", "a1234b 12,345.67", "x=1000000;", "(3.14159)", "１２３４", "²³", "Ⅷ12", " 007 ", "3!!4", "a--b", "日本語",
    "日本語abc", "abc日本語", "the 東京 tower", "東京タワー", "한국어漢字", "Ünïcödé漢", ".日本", " 日本", "«привет»", "x\r\n\r\ny", "日1本2",
]


def cuts():
    result = []
    for name, steps in CUTS.items():
        bytes_and_ends = model(BYTES + [b + "</w>" for b in BYTES], [], end_of_word_suffix="</w>")
        file = tokenizer(bytes_and_ends, pre_tokenizer=steps, decoder=GPT2)
        reference = Tokenizer.from_str(json.dumps(file))
        result.append(dict(name=name, tokenizer=file, cases=[
            dict(text=text, ids=reference.encode(text).ids) for text in CUT_TEXTS]))
    return result


# ---------------------------------------------------------------------------------------------------------------------
# Templates


class Generation(Extension):
    """The block with which templates mark what the model writes; it prints its content."""
    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return jinja2.nodes.CallBlock(self.call_method("_content"), [], [], body).set_lineno(line)

    def _content(self, caller):
        return caller()


def raise_exception(message):
    raise jinja2.exceptions.TemplateError(message)


def tojson(value, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


def environment():
    env = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[Generation, loopcontrols])
    env.filters["tojson"] = tojson
    env.globals["raise_exception"] = raise_exception
    return env


MESSAGES = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": " What's 1 < 2 & \"é\"?\n"},
    {"role": "assistant", "content": "<think>\nhm\n</think>\n\nYes.",
     "tool_calls": [{"type": "function", "function": {"name": "f", "arguments": {"x": 1, "y": [True, None, 1.5]}}}]},
    {"role": "tool", "content": "42"},
]
TOOLS = [{"type": "function", "function": {"name": "look_up", "description": "Find \"things\".",
                                           "parameters": {"type": "object", "properties": {"q": {"type": "string"}}}}}]


def templates():
    with open("template_sources.json", encoding="utf-8") as file:
        sources = json.load(file)
    env, result = environment(), []
    for source in sources:
        case = dict(template=source)
        try:
            case["rendered"] = env.from_string(source).render(
                messages=MESSAGES, tools=TOOLS, documents=None, add_generation_prompt=True, bos_token="<s>",
                eos_token="</s>")
        except Exception:
            case["fails"] = True
        result.append(case)
    return dict(messages=MESSAGES, tools=TOOLS, cases=result)


for name, content in [("pipelines.json", pipelines()), ("cuts.json", cuts()), ("templates.json", templates())]:
    with open(name, "w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, separators=(",", ":"))
