"""The forward pass of Llama's and Qwen's families in float64, for comparing with: plain, slow, and independent of ours."""

import numpy as np


def frequencies(config):
    """How fast each pair of a head turns, and the factor of cosines and sines."""
    width, theta, scaling = config["head_dim"], config["rope_theta"], config.get("rope_scaling") or {}
    plain = theta ** (-np.arange(0, width, 2) / width)
    kind = scaling.get("rope_type")
    if kind == "linear":
        return plain / scaling["factor"], 1.0
    if kind == "llama3":
        low, high = scaling["low_freq_factor"], scaling["high_freq_factor"]
        turns = scaling["original_max_position_embeddings"] * plain / (2 * np.pi)
        kept = np.clip((turns - low) / (high - low), 0, 1)
        return plain * kept + plain / scaling["factor"] * (1 - kept), 1.0
    if kind == "yarn":
        factor, original = scaling["factor"], scaling["original_max_position_embeddings"]
        pair = [width * np.log(original / (turns * 2 * np.pi)) / (2 * np.log(theta)) for turns in (32, 1)]
        first, last = max(np.floor(pair[0]), 0), min(np.ceil(pair[1]), width - 1)
        ramp = np.clip((np.arange(width // 2) - first) / max(last - first, 0.001), 0, 1)
        return plain / factor * ramp + plain * (1 - ramp), 0.1 * np.log(factor) + 1
    return plain, 1.0


def norm(x, gain, epsilon):
    return x / np.sqrt((x * x).mean(-1, keepdims=True) + epsilon) * gain


def rotate(x, cosines, sines):
    """[T, heads, D]; the halves of a head are the two coordinates."""
    a, b = np.split(x, 2, axis=-1)
    return np.concatenate([a * cosines - b * sines, b * cosines + a * sines], axis=-1)


def logits(config, weights, tokens):
    """[T, V] of tokens [T]; weights by Hugging Face's names, of any float type."""
    heads, groups, width = config["num_attention_heads"], config["num_key_value_heads"], config["head_dim"]
    epsilon = config["rms_norm_eps"]
    count = len(tokens)
    turning, factor = frequencies(config)
    angles = np.arange(count)[:, None, None] * turning
    cosines, sines = np.cos(angles) * factor, np.sin(angles) * factor

    def get(name):
        return weights[name].astype(np.float64)

    def linear(x, name):
        y = x @ get(name + ".weight").T
        return y + get(name + ".bias") if name + ".bias" in weights else y

    x = get("model.embed_tokens.weight")[tokens]
    mask = np.triu(np.full((count, count), -np.inf), 1)
    for layer in range(config["num_hidden_layers"]):
        at = f"model.layers.{layer}."
        h = norm(x, get(at + "input_layernorm.weight"), epsilon)
        q = linear(h, at + "self_attn.q_proj").reshape(count, heads, width)
        k = linear(h, at + "self_attn.k_proj").reshape(count, groups, width)
        v = linear(h, at + "self_attn.v_proj").reshape(count, groups, width)
        if at + "self_attn.q_norm.weight" in weights:
            q = norm(q, get(at + "self_attn.q_norm.weight"), epsilon)
            k = norm(k, get(at + "self_attn.k_norm.weight"), epsilon)
        q, k = rotate(q, cosines, sines), rotate(k, cosines, sines)
        k, v = (np.repeat(y, heads // groups, axis=1) for y in (k, v))
        scores = np.einsum("thd,shd->hts", q, k) / np.sqrt(width) + mask
        scores = np.exp(scores - scores.max(-1, keepdims=True))
        scores /= scores.sum(-1, keepdims=True)
        mixed = np.einsum("hts,shd->thd", scores, v).reshape(count, heads * width)
        x = x + linear(mixed, at + "self_attn.o_proj")
        h = norm(x, get(at + "post_attention_layernorm.weight"), epsilon)
        gate = linear(h, at + "mlp.gate_proj")
        x = x + linear(gate / (1 + np.exp(-gate)) * linear(h, at + "mlp.up_proj"), at + "mlp.down_proj")
    x = norm(x, get("model.norm.weight"), epsilon)
    head = "lm_head.weight" if "lm_head.weight" in weights else "model.embed_tokens.weight"
    return x @ get(head).T
