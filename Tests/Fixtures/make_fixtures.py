"""Writes qwen2, qwen3 and llama: tiny random models in Hugging Face layout, with what transformers makes of them.

Needs the Python packages torch, transformers 5, tokenizers, safetensors and numpy. Run: python make_fixtures.py DIR
Weights come from fixed seeds, so the same versions write the same files; others may differ in last digits.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM, Qwen2Config, Qwen2ForCausalLM, Qwen3Config, Qwen3ForCausalLM

# ----------------------------------------------------------------------------------------------------------------------
# Tokenizer: byte-level, split as Qwen's, trained on sums with words around them

SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
WORDS = (
    "let us compute the sum of digits wait maybe we should check that step again so therefore answer is boxed first "
    "second next then multiply divide add subtract value equals"
).split()
CHAT_TEMPLATE = (
    "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + "
    "'\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
TOKENIZER_CONFIG = {
    "tokenizer_class": "Qwen2Tokenizer",
    "eos_token": "<|endoftext|>",
    "bos_token": None,
    "pad_token": "<|endoftext|>",
    "model_max_length": 512,
    "chat_template": CHAT_TEMPLATE,
}
# Texts on which tokenizers have been found to differ.
TOKENIZED = [
    "", " ", "  two  spaces ", "line\nbreak\r\n\r\nnext", "\n\n\n", "don't I'll WE'VE", "123456 7.89",
    "naïve café — “quoted” …", "日本語のテキスト", "emoji 👩‍👩‍👧 ok", "e\u0301 combining",
    "\\boxed{\\frac{1}{2}}", "<|im_start|>user\nhi<|im_end|>\n", "<think>\nhm</think>\n\nanswer",
    "tab\tand\u00a0nbsp", "x" * 70, "a\u200bzero", "ﬁ ligature", "\u0000nul",
]  # fmt: skip


def corpus():
    random = np.random.default_rng(3)
    for _ in range(4000):
        words = " ".join(random.choice(WORDS, random.integers(4, 20)))
        a, b = random.integers(0, 999, 2)
        yield f"{words.capitalize()}. {a} + {b} = {a + b}\n\nSo \\boxed{{{a * b}}}\n"


def make_tokenizer():
    tokenizer = Tokenizer(models.BPE(byte_fallback=False, fuse_unk=False, unk_token=None))
    bytes_only = dict(add_prefix_space=False, trim_offsets=False, use_regex=False)
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(SPLIT), behavior="isolated", invert=False),
            pre_tokenizers.ByteLevel(**bytes_only),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel(**bytes_only)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=505, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator(corpus(), trainer)
    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    tokenizer.add_special_tokens([AddedToken(text, special=True, normalized=False) for text in special])
    thinking = ["<think>", "</think>"]
    tokenizer.add_tokens([AddedToken(text, special=False, normalized=False) for text in thinking])
    return tokenizer


# ----------------------------------------------------------------------------------------------------------------------
# Models

QWEN = dict(
    vocab_size=512, hidden_size=64, num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=512,
    rope_theta=1000000.0, rms_norm_eps=1e-6, bos_token_id=None, eos_token_id=0,
)  # fmt: skip
LLAMA_ROPE = dict(
    rope_type="llama3", rope_theta=10000.0, factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
    original_max_position_embeddings=64,
)  # fmt: skip
# Between them: biases, norms of queries and keys, shared and own key/value heads, tied and untied embeddings, heads
# wider than hidden_size / heads, and scaled rotary frequencies.
MODELS = {
    "qwen2": lambda: (
        Qwen2ForCausalLM,
        Qwen2Config(intermediate_size=160, num_hidden_layers=3, tie_word_embeddings=True, **QWEN),
    ),
    "qwen3": lambda: (
        Qwen3ForCausalLM,
        Qwen3Config(intermediate_size=96, num_hidden_layers=2, head_dim=32, tie_word_embeddings=False, **QWEN),
    ),
    "llama": lambda: (
        LlamaForCausalLM,
        LlamaConfig(
            vocab_size=512, hidden_size=48, intermediate_size=128, num_hidden_layers=3, num_attention_heads=6,
            num_key_value_heads=6, max_position_embeddings=1024, tie_word_embeddings=False, rms_norm_eps=1e-5,
            rope_parameters=LLAMA_ROPE, bos_token_id=1, eos_token_id=2,
        ),
    ),
}  # fmt: skip
# config.json of checkpoints written before transformers 5, in its order.
OLD_KEYS = (
    "architectures model_type vocab_size hidden_size intermediate_size num_hidden_layers num_attention_heads "
    "num_key_value_heads head_dim max_position_embeddings rope_theta rope_scaling tie_word_embeddings rms_norm_eps "
    "bos_token_id eos_token_id hidden_act torch_dtype use_sliding_window sliding_window max_window_layers "
    "attention_bias mlp_bias initializer_range"
).split()


def old_config(config):
    values = config.to_dict()
    rope = values.pop("rope_parameters", None) or {}
    values["rope_theta"] = rope.pop("rope_theta", values.get("rope_theta"))
    values["rope_scaling"] = None if rope.get("rope_type", "default") == "default" else rope
    values["torch_dtype"] = "float32"
    return {key: values[key] for key in OLD_KEYS if key in values}


def fill(model):
    """Weights large enough that attention is uneven and every bias and norm matters."""
    generator = torch.Generator().manual_seed(11)

    def noise(parameter, scale):
        return scale * torch.randn(parameter.shape, generator=generator)

    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "norm" in name:
                parameter.copy_(1 + noise(parameter, 0.3))
            elif name.endswith("bias"):
                parameter.copy_(noise(parameter, 0.5))
            else:
                attends = "q_proj" in name or "k_proj" in name
                parameter.copy_(noise(parameter, 0.35 if attends else 0.12))


# ----------------------------------------------------------------------------------------------------------------------
# What is expected

TEXT = (
    "Let us compute 12 + 30.\n\nFirst add the digits: 2 + 0 = 2\n\nWait, maybe check again.\n\nNext 1 + 3 = 4\n\n"
    "So the sum is 42\n\nTherefore the answer is \\boxed{42}\n"
)
PROMPT_TOKENS = 9
GREEDY_TOKENS = 48
GAPS = (1, 2, 4)


def cut(tokenizer, ids):
    """The prompt, and the response after each token that holds a blank line."""
    texts = [tokenizer.decode([token], skip_special_tokens=False) for token in ids]
    ends = [i + 1 for i in range(PROMPT_TOKENS, len(ids)) if "\n\n" in texts[i]]
    bounds = sorted({0, PROMPT_TOKENS, *ends, len(ids)})
    return list(zip(bounds[:-1], bounds[1:], strict=True))


def between_steps(attention, steps):
    """[layer, head, query, key] to means over the tokens of two steps, [layer, head, later step, earlier step]."""
    weights = torch.zeros(len(steps), attention.shape[-1], dtype=attention.dtype)
    for index, (start, end) in enumerate(steps):
        weights[index, start:end] = 1 / (end - start)
    return torch.einsum("jq,lhqt,kt->lhjk", weights, attention, weights)


def influence(steps_attention, gap):
    """Per head, [layer, head, step]: what steps at least `gap` later pay to each; none for the prompt and step 1."""
    count = steps_attention.shape[-1]
    scores = torch.zeros(*steps_attention.shape[:2], count, dtype=steps_attention.dtype)
    for step in range(2, count):
        scores[:, :, step] = steps_attention[:, :, step + gap :, step].sum(-1)
    return scores


def response_logprobs(model, tokens):
    logprobs = torch.log_softmax(model(tokens).logits[0], -1)
    return logprobs[PROMPT_TOKENS - 1 : -1].gather(1, tokens[0, PROMPT_TOKENS:, None])[:, 0]


def losses(logprobs):
    """Cross entropy, and a clipped policy loss with a penalty for leaving a reference, of invented older numbers."""
    random = np.random.default_rng(5)
    known = logprobs.numpy()
    old = known + 0.25 * random.standard_normal(len(known))
    reference = known + 0.2 * random.standard_normal(len(known))
    advantages = random.standard_normal(len(known))
    old_t, reference_t, gain = map(torch.tensor, (old, reference, advantages))
    ratio = (logprobs - old_t).exp()
    clipped = torch.maximum(-gain * ratio, -gain * ratio.clamp(1 - 0.2, 1 + 0.28))
    policy = torch.where(gain < 0, torch.minimum(-gain * 3.0, clipped), clipped)
    penalty = (reference_t - logprobs).exp() - (reference_t - logprobs) - 1
    loss = policy.mean() + 0.001 * penalty.clamp(-10, 10).mean()
    return {
        "sft": {"loss": float(-logprobs.mean()), "over": "response tokens, mean"},
        "policy_loss": {
            "loss": float(loss), "clip_low": 0.2, "clip_high": 0.28, "dual_clip": 3.0, "kl_coef": 0.001,
            "kl": "k3, clamped to [-10, 10]", "aggregation": "token mean", "old_logprobs": old.tolist(),
            "ref_logprobs": reference.tolist(), "advantages": advantages.tolist(),
            "clip_fraction": float(((ratio < 0.8) | (ratio > 1.28)).double().mean()),
        },
    }  # fmt: skip


def greedy(model, tokens):
    for _ in range(GREEDY_TOKENS):
        best = model(tokens).logits[0, -1].argmax()[None, None]
        tokens = torch.cat([tokens, best], 1)
    return tokens[0, PROMPT_TOKENS:].tolist()


@torch.no_grad()
def expectations(model, tokenizer):
    """Numbers of a float64 model: tensors, stored as float32, and what goes into expected.json."""
    ids = tokenizer.encode(TEXT).ids
    tokens, steps = torch.tensor([ids]), cut(tokenizer, ids)
    output = model(tokens, output_attentions=True)
    attention = torch.stack([layer[0] for layer in output.attentions])
    logprobs = torch.log_softmax(output.logits[0], -1)
    tensors = {
        "input_ids": tokens[0].to(torch.int32),
        "logits": output.logits[0].float(),
        "attentions": attention.float(),
        "token_logprobs": logprobs[:-1].gather(1, tokens[0, 1:, None])[:, 0].float(),
        "entropies": -(logprobs.exp() * logprobs).sum(-1).float(),
    }
    meta = {
        "text": TEXT, "prompt_tokens": PROMPT_TOKENS, "step_ranges": steps,
        "note": "float64 reference, stored as float32; attentions [layer, head, query, key]", "fci": {},
    }  # fmt: skip
    means = between_steps(attention, steps)
    for gap in GAPS:
        per_head = influence(means, gap)
        tensors[f"fci_per_head.{gap}"] = per_head.float()
        meta["fci"][str(gap)] = per_head.amax((0, 1)).tolist()
    tensors["step_attention"] = means.float()
    meta["greedy"] = {"prompt_ids": ids[:PROMPT_TOKENS], "new_ids": greedy(model, tokens[:, :PROMPT_TOKENS])}
    meta |= losses(response_logprobs(model, tokens))
    meta["tokenizer"] = []
    for text in TOKENIZED:
        found = tokenizer.encode(text).ids
        decoded = tokenizer.decode(found, skip_special_tokens=False)
        meta["tokenizer"].append({"text": text, "ids": found, "decoded": decoded})
    return tensors, meta


# ----------------------------------------------------------------------------------------------------------------------


def write_json(path, value, **options):
    path.write_text(json.dumps(value, indent=1, **options))


def write(name, folder):
    folder.mkdir(parents=True, exist_ok=True)
    kind, config = MODELS[name]()
    config._attn_implementation = "eager"  # The only one that returns attention.
    model = kind(config).eval()
    fill(model)
    model.save_pretrained(folder, safe_serialization=True)
    if name != "qwen3":  # One keeps the keys of transformers 5.
        write_json(folder / "config.json", old_config(config))
    tokenizer = make_tokenizer()
    tokenizer.save(str(folder / "tokenizer.json"))
    write_json(folder / "tokenizer_config.json", TOKENIZER_CONFIG)
    tensors, meta = expectations(model.double(), tokenizer)
    save_file({key: value.contiguous() for key, value in tensors.items()}, folder / "expected.safetensors")
    write_json(folder / "expected.json", meta, ensure_ascii=False)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("dir", type=Path, help="where to write; Tests/Fixtures replaces what is there")
    folder = arguments.parse_args().dir
    torch.set_default_dtype(torch.float32)
    for name in MODELS:
        write(name, folder / name)


if __name__ == "__main__":
    main()
