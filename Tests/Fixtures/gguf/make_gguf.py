"""Writes the files of this folder: random blocks of every quantisation with their values, and tiny models in GGUF.

Needs the Python packages gguf 0.19, numpy, safetensors, sentencepiece and tokenizers. Run: python make_gguf.py [DIR]
Everything follows from fixed seeds; other versions of the packages may write other last digits or other vocabularies.

blocks.safetensors   NAME.blocks, the bytes of random blocks; NAME.values, what gguf.quants.dequantize makes of them;
                     source and quantised, numbers and what gguf.quants.quantize makes of them in Q8_0
llama.gguf           architecture llama: K-quants, SentencePiece vocabulary, rope_freqs, output of its own
qwen2.gguf           architecture qwen2: the older quantisations, byte-level vocabulary, biases, YaRN, tied output
qwen3.gguf           architecture qwen3: F32, F16, BF16 and F64, norms of heads that are wider than the width asks for
NAME.safetensors     tokens and their logits in float64, by reference.py
NAME.json            texts and their tokens, by sentencepiece and by tokenizers
"""

import io
import json
import sys
from pathlib import Path

import gguf
import numpy as np
import reference
import sentencepiece
from gguf import GGMLQuantizationType as Type
from safetensors.numpy import save_file
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

random = np.random.default_rng(17)

# ----------------------------------------------------------------------------------------------------------------------
# Blocks

# Where the halves of a block's scales begin.
SCALES = {
    Type.Q4_0: [0], Type.Q4_1: [0, 2], Type.Q5_0: [0], Type.Q5_1: [0, 2], Type.Q8_0: [0], Type.Q2_K: [80, 82],
    Type.Q3_K: [108], Type.Q4_K: [0, 2], Type.Q5_K: [0, 2], Type.Q6_K: [208],
}  # fmt: skip


def blocks(kind, count, scale):
    """Random blocks, [count, bytes], whose scales are about `scale`."""
    _, size = gguf.GGML_QUANT_SIZES[kind]
    data = random.integers(0, 256, (count, size), dtype=np.uint8)
    for start in SCALES[kind]:
        halves = (random.standard_normal(count) * scale).astype(np.float16)
        data[:, start : start + 2] = halves.view(np.uint8).reshape(count, 2)
    return data


def write_blocks(folder):
    tensors = {}
    for kind in SCALES:
        data = np.concatenate([blocks(kind, 5, scale) for scale in (1e-7, 0.02, 1, 300)])
        tensors[f"{kind.name}.blocks"] = data.astype(np.int32)
        tensors[f"{kind.name}.values"] = gguf.quants.dequantize(data, kind).reshape(-1)
    values = np.concatenate([random.standard_normal((4, 32)) * scale for scale in (0, 1e-6, 0.05, 40)])
    values = values.astype(np.float32)
    tensors["source"] = values.reshape(-1)
    tensors["quantised"] = gguf.quants.quantize(values, Type.Q8_0).astype(np.int32)
    save_file(tensors, folder / "blocks.safetensors")


# ----------------------------------------------------------------------------------------------------------------------
# Vocabularies

TEXTS = [
    "", " ", "  two  spaces ", "line\nbreak\r\n\r\nnext", "\n\n\n", "don't I'll WE'VE", "123456 7.89",
    "naïve café — “quoted” …", "日本語のテキスト", "emoji 👩‍👩‍👧 ok", "e\u0301 combining", "\\boxed{\\frac{1}{2}}",
    "tab\tand\u00a0nbsp", "x" * 70, "a\u200bzero", "ﬁ ligature", "def f(x):\n    return x ** 2\n", "Привет, мир",
    "let us compute the sum of digits", " leading", "trailing ", "a  b   c    d",
]  # fmt: skip
WORDS = "let us compute the sum of digits wait maybe we should check that step again so therefore answer is".split()
TEMPLATE = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)


def corpus():
    words = np.random.default_rng(3)
    for _ in range(2000):
        a, b = words.integers(0, 999, 2)
        yield f"{' '.join(words.choice(WORDS, words.integers(4, 20))).capitalize()}. {a} + {b} = {a + b}"


def byte_level(writer, expression, normalizer, pre):
    """Trains a byte-level vocabulary, writes it, and returns its size with the texts' tokens."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizer
    steps = [pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=expression is None)]
    if expression:
        steps.insert(0, pre_tokenizers.Split(Regex(expression), "isolated"))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(steps)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=380, initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    tokenizer.train_from_iterator(corpus(), trainer)
    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    tokenizer.add_special_tokens([AddedToken(token, normalized=False, special=True) for token in special])
    tokenizer.add_tokens([AddedToken("<think>", normalized=False)])
    model = json.loads(tokenizer.to_str())["model"]
    size = tokenizer.get_vocab_size()
    names = [tokenizer.id_to_token(id) for id in range(size)]
    kinds = {"<think>": gguf.TokenType.USER_DEFINED} | {token: gguf.TokenType.CONTROL for token in special}
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(pre)
    writer.add_token_list(names)
    writer.add_token_types([kinds.get(name, gguf.TokenType.NORMAL) for name in names])
    writer.add_token_merges([" ".join(pair) for pair in model["merges"]])
    writer.add_eos_token_id(tokenizer.token_to_id("<|endoftext|>"))
    writer.add_eot_token_id(tokenizer.token_to_id("<|im_end|>"))
    writer.add_add_bos_token(False)
    writer.add_chat_template(TEMPLATE)
    texts = [*TEXTS, "<|im_start|>user\nhi<|im_end|>\n", "<think>\nhm"]
    return size, [{"text": text, "tokens": tokenizer.encode(text).ids} for text in texts]


def sentence_pieces(writer):
    """Trains a SentencePiece vocabulary, writes it, and returns its size with the texts' tokens."""
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=corpus(), model_writer=model, vocab_size=360, model_type="bpe", byte_fallback=True,
        character_coverage=1.0, normalization_rule_name="identity", remove_extra_whitespaces=False,
        minloglevel=2,
    )  # fmt: skip
    pieces = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
    size = pieces.get_piece_size()
    kinds = [
        gguf.TokenType.UNKNOWN if pieces.is_unknown(id) else gguf.TokenType.CONTROL if pieces.is_control(id)
        else gguf.TokenType.BYTE if pieces.is_byte(id) else gguf.TokenType.NORMAL for id in range(size)
    ]  # fmt: skip
    writer.add_tokenizer_model("llama")
    writer.add_tokenizer_pre("default")
    writer.add_token_list([pieces.id_to_piece(id) for id in range(size)])
    writer.add_token_scores([pieces.get_score(id) for id in range(size)])
    writer.add_token_types(kinds)
    writer.add_bos_token_id(pieces.bos_id())
    writer.add_eos_token_id(pieces.eos_id())
    writer.add_unk_token_id(pieces.unk_id())
    writer.add_add_bos_token(True)
    # SentencePiece makes nothing of no text, where the reader's dialect puts the space before it all the same.
    return size, [{"text": text, "tokens": [pieces.bos_id(), *pieces.encode(text)]} for text in TEXTS if text]


# ----------------------------------------------------------------------------------------------------------------------
# Models


def matrix(kind, rows, columns):
    """Random weights of a stored type: what is written, and their values."""
    if kind in SCALES and kind.name.endswith("K"):
        # These have no quantiser in Python. The values of a block spread over some tens of scales.
        size, _ = gguf.GGML_QUANT_SIZES[kind]
        data = blocks(kind, rows * columns // size, 0.0004).reshape(rows, -1)
        return data, gguf.quants.dequantize(data, kind)
    values = (random.standard_normal((rows, columns)) * 0.05).astype(np.float32)
    if kind == Type.F64:
        return values.astype(np.float64), values
    data = gguf.quants.quantize(values, kind)
    return data, gguf.quants.dequantize(data, kind)


def permuted(values, heads):
    """Rows of a projection in the order that files of the architecture llama have."""
    return values.reshape(heads, 2, -1, *values.shape[1:]).swapaxes(1, 2).reshape(values.shape)


NAMES = {
    "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj", "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}  # fmt: skip


class Model:
    def __init__(self, folder, name, config):
        self.folder, self.name, self.config, self.weights = folder, name, config, {}
        self.writer = gguf.GGUFWriter(folder / f"{name}.gguf", name)
        self.writer.add_name(f"tiny {name}")
        self.writer.add_context_length(config["context"])
        self.writer.add_embedding_length(config["hidden_size"])
        self.writer.add_block_count(config["num_hidden_layers"])
        self.writer.add_feed_forward_length(config["intermediate_size"])
        self.writer.add_head_count(config["num_attention_heads"])
        self.writer.add_head_count_kv(config["num_key_value_heads"])
        self.writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
        self.writer.add_rope_freq_base(config["rope_theta"])
        self.writer.add_rope_dimension_count(config["head_dim"])

    def add(self, kind, name, known, rows, columns, heads=None):
        data, values = matrix(kind, rows, columns)
        if heads:  # The file has the rows of `data`; Hugging Face's order is the one that leads there.
            order = np.argsort(permuted(np.arange(rows), heads))
            values = values[order]
        self.weights[known] = values
        self.writer.add_tensor(name, data, raw_dtype=kind)

    def vector(self, name, known, size, center=1.0):
        values = (center + random.standard_normal(size) * 0.1).astype(np.float32)
        self.weights[known] = values
        self.writer.add_tensor(name, values)

    def layers(self, kinds, interleaves=False, biases=False, head_norms=False):
        c = self.config
        width, forward, head = c["hidden_size"], c["intermediate_size"], c["head_dim"]
        query, keys = c["num_attention_heads"] * head, c["num_key_value_heads"] * head
        shapes = {
            "attn_q": (query, width), "attn_k": (keys, width), "attn_v": (keys, width), "attn_output": (width, query),
            "ffn_gate": (forward, width), "ffn_up": (forward, width), "ffn_down": (width, forward),
        }  # fmt: skip
        for layer in range(c["num_hidden_layers"]):
            at, known = f"blk.{layer}.", f"model.layers.{layer}."
            self.vector(at + "attn_norm.weight", known + "input_layernorm.weight", width)
            self.vector(at + "ffn_norm.weight", known + "post_attention_layernorm.weight", width)
            for name, (rows, columns) in shapes.items():
                heads = {"attn_q": c["num_attention_heads"], "attn_k": c["num_key_value_heads"]}.get(name)
                place = known + NAMES[name]
                self.add(
                    kinds[name], f"{at}{name}.weight", place + ".weight", rows, columns, heads if interleaves else None
                )
                if biases and heads or biases and name == "attn_v":
                    self.vector(f"{at}{name}.bias", place + ".bias", rows, 0)
            if head_norms:
                self.vector(at + "attn_q_norm.weight", known + "self_attn.q_norm.weight", head)
                self.vector(at + "attn_k_norm.weight", known + "self_attn.k_norm.weight", head)
        self.vector("output_norm.weight", "model.norm.weight", width)

    def finish(self, size, texts):
        self.writer.write_header_to_file()
        self.writer.write_kv_data_to_file()
        self.writer.write_tensors_to_file()
        self.writer.close()
        tokens = np.random.default_rng(5).integers(0, size, 40)
        logits = reference.logits(self.config, self.weights, tokens)
        expected = {"tokens": tokens.astype(np.int32), "logits": logits.astype(np.float32)}
        save_file(expected, self.folder / f"{self.name}.safetensors")
        text = json.dumps(texts, ensure_ascii=False, indent=0)
        (self.folder / f"{self.name}.json").write_text(text + "\n", encoding="utf-8")


def llama(folder):
    config = dict(
        hidden_size=256, num_hidden_layers=2, num_attention_heads=8, num_key_value_heads=4, head_dim=32,
        intermediate_size=256, rms_norm_eps=1e-5, rope_theta=500_000.0, context=4096,
        rope_scaling=dict(
            rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
            original_max_position_embeddings=8192),
    )  # fmt: skip
    model = Model(folder, "llama", config)
    size, texts = sentence_pieces(model.writer)
    model.writer.add_vocab_size(size)
    model.add(Type.Q4_K, "token_embd.weight", "model.embed_tokens.weight", size, 256)
    plain = reference.frequencies(config | {"rope_scaling": None})[0]
    model.writer.add_tensor("rope_freqs.weight", (plain / reference.frequencies(config)[0]).astype(np.float32))
    kinds = {
        "attn_q": Type.Q4_K, "attn_k": Type.Q5_K, "attn_v": Type.Q6_K, "attn_output": Type.Q3_K,
        "ffn_gate": Type.Q2_K, "ffn_up": Type.Q5_K, "ffn_down": Type.Q6_K,
    }  # fmt: skip
    model.layers(kinds, interleaves=True)
    model.add(Type.Q6_K, "output.weight", "lm_head.weight", size, 256)
    model.finish(size, texts)


QWEN2 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def qwen2(folder):
    config = dict(
        hidden_size=64, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, head_dim=16,
        intermediate_size=96, rms_norm_eps=1e-6, rope_theta=10_000.0, context=1024,
        rope_scaling=dict(rope_type="yarn", factor=4.0, original_max_position_embeddings=256),
    )  # fmt: skip
    model = Model(folder, "qwen2", config)
    size, texts = byte_level(model.writer, QWEN2, normalizers.NFC(), "qwen2")
    model.writer.add_rope_scaling_type(gguf.RopeScalingType.YARN)
    model.writer.add_rope_scaling_factor(4.0)
    model.writer.add_rope_scaling_orig_ctx_len(256)
    model.add(Type.Q8_0, "token_embd.weight", "model.embed_tokens.weight", size, 64)
    kinds = {
        "attn_q": Type.Q4_0, "attn_k": Type.Q4_1, "attn_v": Type.Q5_0, "attn_output": Type.Q5_1,
        "ffn_gate": Type.Q8_0, "ffn_up": Type.F16, "ffn_down": Type.BF16,
    }  # fmt: skip
    model.layers(kinds, biases=True)
    model.finish(size, texts)


def qwen3(folder):
    config = dict(
        hidden_size=48, num_hidden_layers=2, num_attention_heads=2, num_key_value_heads=1, head_dim=32,
        intermediate_size=80, rms_norm_eps=1e-6, rope_theta=1_000_000.0, context=512, rope_scaling=None,
    )  # fmt: skip
    model = Model(folder, "qwen3", config)
    size, texts = byte_level(model.writer, None, None, "gpt-2")
    model.writer.add_key_length(32)
    model.writer.add_value_length(32)
    model.add(Type.F16, "token_embd.weight", "model.embed_tokens.weight", size, 48)
    kinds = {name: Type.F32 for name in NAMES} | {"attn_q": Type.F64, "ffn_up": Type.BF16, "attn_output": Type.F16}
    model.layers(kinds, head_norms=True)
    model.add(Type.F32, "output.weight", "lm_head.weight", size, 48)
    model.finish(size, texts)


if __name__ == "__main__":
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent)
    write_blocks(folder)
    llama(folder)
    qwen2(folder)
    qwen3(folder)
