"""Writes adapters for the reference models beside this folder, as PEFT saves them, with what PEFT makes of them.

Needs the Python packages peft, torch, transformers 5 and safetensors.

    python make_adapters.py DIR           writes every adapter's folder below DIR
    python make_adapters.py --load DIR    loads folders below DIR with PEFT, and says how far their logits are from those
                                          expected here; `ATTNRL_WRITTEN_ADAPTERS=DIR swift test ... --filter
                                          AdapterDirectoryTests` leaves what the exporter wrote in such a folder

Weights come from fixed seeds, so the same versions write the same files; others may differ in last digits.
"""

import argparse
import json
from pathlib import Path

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM

HERE = Path(__file__).resolve().parent
# Between them: all targets and a few, odd ranks, both scales, some layers only.
ADAPTERS = {
    "llama-all": ("llama", dict(r=4, lora_alpha=8, target_modules="all-linear")),
    "qwen3-qv": ("qwen3", dict(r=3, lora_alpha=5, target_modules=["q_proj", "v_proj"], use_rslora=True)),
    "qwen2-some": (
        "qwen2",
        dict(r=18, lora_alpha=9, target_modules=["k_proj", "o_proj", "up_proj", "down_proj"], layers_to_transform=[0, 2]),
    ),
}


def base_model(name):
    return AutoModelForCausalLM.from_pretrained(HERE.parent / name).eval().double()


def fill(model):
    """Weights large enough that every matrix matters, and small enough for smooth losses, in float32 as they are saved."""
    generator = torch.Generator().manual_seed(17)
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            if "lora_" in name:
                values = 0.1 * torch.randn(parameter.shape, generator=generator)
                parameter.copy_(values.to(torch.float32))


def stored_name(name):
    return name.replace(".default", "")


def expectations(model, name):
    """Logits of the reference text, and the gradients of its mean cross-entropy over the response."""
    tokens = torch.tensor([load_file(HERE.parent / name / "expected.safetensors")["input_ids"].tolist()])
    prompt = json.loads((HERE.parent / name / "expected.json").read_text())["prompt_tokens"]
    logits = model(tokens).logits[0]
    logprobs = torch.log_softmax(logits, -1)[prompt - 1 : -1].gather(1, tokens[0, prompt:, None])
    (-logprobs.mean()).backward()
    tensors = {"logits": logits.detach().float()}
    for parameter_name, parameter in model.named_parameters():
        if parameter.requires_grad:
            tensors["gradient." + stored_name(parameter_name)] = parameter.grad.float()
    return tensors


def write(folder, name):
    base, settings = ADAPTERS[name]
    model = get_peft_model(base_model(base), LoraConfig(task_type="CAUSAL_LM", **settings)).double()
    fill(model)
    tensors = expectations(model, base)
    model.float().save_pretrained(folder / name)
    (folder / name / "README.md").unlink()
    # A path of this machine says nothing elsewhere.
    path = folder / name / "adapter_config.json"
    config = json.loads(path.read_text()) | {"base_model_name_or_path": base}
    for list_name in ["target_modules"]:
        if isinstance(config[list_name], list):
            config[list_name].sort()
    path.write_text(json.dumps(config, indent=2, sort_keys=True))
    save_file({key: value.contiguous() for key, value in tensors.items()}, folder / name / "expected.safetensors")


def load(folder):
    for name, (base, _) in ADAPTERS.items():
        if not (folder / name).exists():
            continue
        expected = load_file(HERE / name / "expected.safetensors")["logits"]
        model = PeftModel.from_pretrained(base_model(base), folder / name).double()
        tokens = torch.tensor([load_file(HERE.parent / base / "expected.safetensors")["input_ids"].tolist()])
        with torch.no_grad():
            logits = model(tokens).logits[0]
        print(f"{name}: logits differ by up to {(logits - expected).abs().max():.2g}")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("dir", type=Path)
    arguments.add_argument("--load", action="store_true")
    given = arguments.parse_args()
    if given.load:
        load(given.dir)
        return
    for name in ADAPTERS:
        write(given.dir, name)


if __name__ == "__main__":
    main()
