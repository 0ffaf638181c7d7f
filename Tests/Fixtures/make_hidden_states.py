"""Writes hidden_states.safetensors beside the tiny reference models: what transformers gives for their texts.

Needs the Python packages torch, transformers 5, safetensors and numpy. Run: python make_hidden_states.py
Of each model in float64: the means of every layer's hidden states over the tokens of each step, and over the response's.
"""

import json
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM

FOLDER = Path(__file__).resolve().parent
MODELS = (
    "qwen2 qwen3 llama mistral qwen3_window smollm3 olmo2 phi3 phi3_window gemma3_text qwen3_moe"
).split()


@torch.no_grad()
def write(folder):
    meta = json.loads((folder / "expected.json").read_text())
    tokens = load_file(folder / "expected.safetensors")["input_ids"].long()[None]
    model = AutoModelForCausalLM.from_pretrained(folder, attn_implementation="eager", experts_implementation="eager", dtype=torch.float64).eval()
    # [layer, token, width]: the embedding, and what each layer ends with; the last one's after the final norm.
    states = torch.stack([state[0] for state in model(tokens, output_hidden_states=True).hidden_states])
    assert states.dtype == torch.float64
    logits = load_file(folder / "expected.safetensors")["logits"]
    assert (model.lm_head(states[-1]).float() - logits).abs().max() < 1e-4, folder.name
    steps = [states[:, start:end].mean(1) for start, end in meta["step_ranges"]]
    tensors = {
        "steps": torch.stack(steps, 1).float().contiguous(),
        "response": states[:, meta["prompt_tokens"] :].mean(1).float().contiguous(),
    }
    save_file(tensors, folder / "hidden_states.safetensors")
    print(folder.name, tuple(tensors["steps"].shape))


if __name__ == "__main__":
    for name in MODELS:
        write(FOLDER / name)
