"""Writes tiny random models of the other families, with what transformers makes of them in float64.

In the layout of qwen2, qwen3 and llama, whose script (make_fixtures.py) this one builds on; needs the same packages.
Run: python make_families.py DIR [NAME...]. Gradients are of the mean cross-entropy of expected.json. The reference is
float64 throughout: transformers' casts to float32 in norms, softmax and rotation are made casts to float64.
"""

import argparse
import contextlib
from pathlib import Path

import make_fixtures as base
import torch
import transformers
from safetensors.torch import load_file, save_file

# Some values are chosen so that what is computed differs visibly: windows that are much shorter than the text, bases so
# small that angles differ between layers, an original context shorter than any prompt.
COMMON = dict(vocab_size=512, num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=512)
TOKENS = dict(bos_token_id=None, eos_token_id=0, pad_token_id=None)


def plain(config):
    config._attn_implementation = "eager"  # The only one that returns attention.
    config._experts_implementation = "eager"  # The only one that takes float64.
    return config


MODELS = {
    # Every layer with a window.
    "mistral": lambda: (
        transformers.MistralForCausalLM,
        transformers.MistralConfig(
            hidden_size=32, intermediate_size=64, num_hidden_layers=2, sliding_window=20, **COMMON, **TOKENS
        ),
    ),
    # A window from the second layer on.
    "qwen3_window": lambda: (
        transformers.Qwen3ForCausalLM,
        transformers.Qwen3Config(
            hidden_size=32, intermediate_size=48, num_hidden_layers=3, head_dim=16, use_sliding_window=True,
            sliding_window=33, max_window_layers=1, tie_word_embeddings=True, **COMMON, **TOKENS,
        ),
    ),
    "smollm3": lambda: (
        transformers.SmolLM3ForCausalLM,
        transformers.SmolLM3Config(
            hidden_size=32, intermediate_size=64, num_hidden_layers=3, no_rope_layer_interval=2,
            rope_parameters=dict(rope_type="default", rope_theta=10000.0), **COMMON, **TOKENS,
        ),
    ),
    "olmo2": lambda: (
        transformers.Olmo2ForCausalLM,
        transformers.Olmo2Config(hidden_size=32, intermediate_size=48, num_hidden_layers=2, **COMMON, **TOKENS),
    ),
    # As Phi-4-mini: part of each head rotated, frequencies divided one by one.
    "phi3": lambda: (
        transformers.Phi3ForCausalLM,
        transformers.Phi3Config(
            hidden_size=32, intermediate_size=48, num_hidden_layers=2, original_max_position_embeddings=8,
            rope_parameters=dict(
                rope_type="longrope", rope_theta=10000.0, partial_rotary_factor=0.75, short_factor=[1.0, 1.5, 2.0],
                long_factor=[1.0, 2.5, 6.0],
            ), **COMMON, **TOKENS,
        ),
    ),
    # As Phi-3-mini with 4,096 tokens: a window, all of each head rotated, as many heads for keys.
    "phi3_window": lambda: (
        transformers.Phi3ForCausalLM,
        transformers.Phi3Config(
            hidden_size=32, intermediate_size=48, num_hidden_layers=2, sliding_window=40,
            tie_word_embeddings=True, **(COMMON | dict(num_key_value_heads=4)), **TOKENS,
        ),
    ),
    "gemma3_text": lambda: (
        transformers.Gemma3ForCausalLM,
        transformers.Gemma3TextConfig(
            hidden_size=32, intermediate_size=48, num_hidden_layers=3, head_dim=16, sliding_window=24,
            layer_types=["sliding_attention", "full_attention", "sliding_attention"], query_pre_attn_scalar=10,
            rope_parameters={
                "full_attention": dict(rope_type="linear", factor=4.0, rope_theta=5000.0),
                "sliding_attention": dict(rope_type="default", rope_theta=500.0),
            }, **COMMON, **TOKENS,
        ),
    ),
    # The first layer without experts.
    "qwen3_moe": lambda: (
        transformers.Qwen3MoeForCausalLM,
        transformers.Qwen3MoeConfig(
            hidden_size=32, intermediate_size=48, moe_intermediate_size=24, num_hidden_layers=3, head_dim=16,
            num_experts=6, num_experts_per_tok=2, norm_topk_prob=True, mlp_only_layers=[0], **COMMON, **TOKENS,
        ),
    ),
}  # fmt: skip
# Those whose config.json keeps the keys of transformers 5; the others have the keys of checkpoints before it.
NEW_KEYS = {"qwen3_window", "phi3", "smollm3"}
OLD_KEYS = base.OLD_KEYS + (
    "pad_token_id original_max_position_embeddings partial_rotary_factor hidden_activation query_pre_attn_scalar layer_types "
    "rope_local_base_freq no_rope_layers no_rope_layer_interval num_experts num_experts_per_tok moe_intermediate_size "
    "norm_topk_prob decoder_sparse_step mlp_only_layers"
).split()


def old_config(config):
    """config.json as transformers 4 wrote it."""
    values = config.to_dict()
    rope = values.pop("rope_parameters", None) or {}
    if "full_attention" in rope:
        values["rope_local_base_freq"] = rope["sliding_attention"]["rope_theta"]
        rope = rope["full_attention"]
    values["rope_theta"] = rope.pop("rope_theta")
    values["partial_rotary_factor"] = rope.pop("partial_rotary_factor", 1.0)
    values["rope_scaling"] = None if rope.get("rope_type", "default") == "default" else rope
    values["torch_dtype"] = "float32"
    values["num_experts"] = values.get("num_local_experts")
    if values["num_experts"] is None:
        del values["num_experts"]
    return {key: values[key] for key in OLD_KEYS if key in values}


@contextlib.contextmanager
def all_in_float64():
    """What asks for float32 gets float64."""
    names = ("float32", "float")
    kept = {name: getattr(torch, name) for name in names}
    method, default = torch.Tensor.float, torch.get_default_dtype()
    try:
        for name in names:
            setattr(torch, name, torch.float64)
        torch.Tensor.float = torch.Tensor.double
        torch.set_default_dtype(torch.float64)
        yield
    finally:
        for name, value in kept.items():
            setattr(torch, name, value)
        torch.Tensor.float = method
        torch.set_default_dtype(default)


def fill(model):
    """As `base.fill`, but gains that have 1 added to them lie around 0."""
    base.fill(model)
    if model.config.model_type == "gemma3_text":
        with torch.no_grad():
            for name, parameter in model.named_parameters():
                if "norm" in name:
                    parameter.sub_(1)
            # Embeddings are multiplied by the root of their width.
            model.model.embed_tokens.weight.mul_(0.5)


def stored_name_parts(name, gradient):
    """The names and gradients of the tensors in files that a parameter holds."""
    if name.endswith("mlp.experts.gate_up_proj"):
        stem = name.removesuffix("gate_up_proj")
        for index, both in enumerate(gradient):
            gate, up = both.chunk(2)
            yield f"{stem}{index}.gate_proj.weight", gate
            yield f"{stem}{index}.up_proj.weight", up
    elif name.endswith("mlp.experts.down_proj"):
        stem = name.removesuffix("down_proj")
        for index, down in enumerate(gradient):
            yield f"{stem}{index}.down_proj.weight", down
    else:
        yield name, gradient


def gradients(model, loss):
    model.zero_grad()
    loss.backward()
    tensors = {}
    for name, parameter in model.named_parameters():
        for stored, gradient in stored_name_parts(name, parameter.grad):
            tensors[stored] = gradient
    return tensors


def stored_as_float32(tensors):
    return {
        key: (value if value.dtype == torch.int32 else value.to(torch.float32)).contiguous().clone()
        for key, value in tensors.items()
    }


def write(name, folder):
    folder.mkdir(parents=True, exist_ok=True)
    kind, config = MODELS[name]()
    model = kind(plain(config)).eval()
    fill(model)
    state = model.state_dict()
    model.save_pretrained(folder, safe_serialization=True)
    if name not in NEW_KEYS:
        base.write_json(folder / "config.json", old_config(config))
    tokenizer = base.make_tokenizer()
    tokenizer.save(str(folder / "tokenizer.json"))
    base.write_json(folder / "tokenizer_config.json", base.TOKENIZER_CONFIG)
    read = transformers.AutoConfig.from_pretrained(folder)
    with all_in_float64():
        reference = kind(plain(read)).eval()
        reference.load_state_dict(state)
        tensors, meta = base.expectations(reference, tokenizer)
        tokens = torch.tensor([tokenizer.encode(base.TEXT).ids])
        found = gradients(reference, -base.response_logprobs(reference, tokens).mean())
    save_file(stored_as_float32(tensors), folder / "expected.safetensors")
    base.write_json(folder / "expected.json", meta, ensure_ascii=False)
    stored = set(load_file(folder / "model.safetensors"))
    assert set(found) == stored, set(found) ^ stored
    save_file(stored_as_float32(found), folder / "expected_grads_sft.safetensors")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("dir", type=Path, help="where to write; Tests/Fixtures replaces what is there")
    arguments.add_argument("names", nargs="*", default=list(MODELS), help="which models; all of them if none is named")
    given = arguments.parse_args()
    torch.set_default_dtype(torch.float32)
    for name in given.names:
        write(name, given.dir / name)


if __name__ == "__main__":
    main()
