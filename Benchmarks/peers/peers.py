"""Times other programs on the work that `attnrl bench` measures, on the same machine. One JSON line a figure.

    python peers.py make DIR             writes two models with random weights: DIR/mini (4.6M), DIR/half (0.5B)
    python peers.py transformers DIR     decode, prefill, rollouts with transformers on torch
    python peers.py training DIR         training steps with the same
    python peers.py llama DIR            decode, prefill with llama.cpp, from DIR/half-bf16.gguf and DIR/half-q8_0.gguf

Needs torch, transformers and, for the last, llama-cpp-python and gguf (see run.sh).
"""

import json
import statistics
import sys
import time

SHAPES = {
    "mini": dict(
        hidden_size=256, num_hidden_layers=6, num_attention_heads=8, num_key_value_heads=4, intermediate_size=704,
        vocab_size=512,
    ),
    "half": dict(
        hidden_size=896, num_hidden_layers=24, num_attention_heads=14, num_key_value_heads=2, intermediate_size=4864,
        vocab_size=151936,
    ),
}
THREADS = 2


def say(**fields):
    print(json.dumps(fields), flush=True)


def median_seconds(work, runs=3):
    """The median of several runs after one that does not count."""
    work()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def make(folder):
    import torch
    from transformers import Qwen2Config, Qwen2ForCausalLM

    for name, shape in SHAPES.items():
        torch.manual_seed(1)
        config = Qwen2Config(
            max_position_embeddings=32768, rope_theta=1e6, tie_word_embeddings=True, bos_token_id=None,
            eos_token_id=0, **shape,
        )
        Qwen2ForCausalLM(config).to(torch.bfloat16).save_pretrained(f"{folder}/{name}")


def transformers_figures(folder):
    import torch
    from transformers import AutoModelForCausalLM

    torch.set_num_threads(THREADS)

    def load(name, dtype):
        return AutoModelForCausalLM.from_pretrained(f"{folder}/{name}", dtype=getattr(torch, dtype)).eval()

    def generate(model, rows, prompt, new):
        ids = torch.randint(5, 500, (rows, prompt))
        with torch.inference_mode():
            model.generate(
                ids, attention_mask=torch.ones_like(ids), max_new_tokens=new, min_new_tokens=new, do_sample=True,
                top_k=0, top_p=1.0, pad_token_id=0,
            )

    model = load("half", "bfloat16")
    short, long = (median_seconds(lambda n=n: generate(model, 1, 64, n), 2) for n in (2, 34))
    say(peer="transformers", figure="decode", model="half", dtype="bfloat16", tokens_per_second=32 / (long - short))
    ids = torch.randint(5, 500, (1, 1024))
    with torch.inference_mode():
        seconds = median_seconds(lambda: model(ids, use_cache=True, logits_to_keep=1), 2)
    say(peer="transformers", figure="prefill", model="half", dtype="bfloat16", tokens_per_second=1024 / seconds)
    del model
    for dtype in ("float32", "bfloat16"):
        model = load("mini", dtype)
        seconds = median_seconds(lambda model=model: generate(model, 384, 32, 128), 2)
        say(
            peer="transformers", figure="rollouts", model="mini", dtype=dtype,
            tokens_per_second=384 * 128 / seconds,
        )


def training_figures(folder):
    """A step of AdamW on 32 sequences of 256 tokens: float32, and float32 weights under bfloat16 autocast."""
    import torch
    from transformers import AutoModelForCausalLM

    torch.set_num_threads(THREADS)
    ids = torch.randint(5, 500, (32, 256))
    for dtype in ("float32", "bfloat16"):
        model = AutoModelForCausalLM.from_pretrained(f"{folder}/mini", dtype=torch.float32).train()
        optimizer = torch.optim.AdamW(model.parameters(), lr=1e-6)

        def step(model=model, optimizer=optimizer, autocast=dtype == "bfloat16"):
            optimizer.zero_grad()
            with torch.autocast("cpu", torch.bfloat16, enabled=autocast):
                loss = model(ids, labels=ids).loss
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()

        say(
            peer="transformers", figure="training step", model="mini", dtype=dtype,
            tokens_per_second=ids.numel() / median_seconds(step, 3),
        )


def llama_figures(folder):
    for name, dtype in (("half-bf16", "bfloat16"), ("half-q8_0", "q8_0")):
        time_llama(f"{folder}/{name}.gguf", dtype)


def time_llama(file, dtype):
    from llama_cpp import Llama

    model = Llama(
        file, n_ctx=2048, n_threads=THREADS, n_threads_batch=THREADS, n_batch=2048, n_ubatch=512,
        verbose=False,
    )

    def decode():
        model.reset()
        model.eval(list(range(100, 164)))
        start = time.perf_counter()
        for i in range(64):
            model.eval([200 + i])
        return time.perf_counter() - start

    decode()
    say(
        peer="llama.cpp", figure="decode", model="half", dtype=dtype,
        tokens_per_second=64 / statistics.median(decode() for _ in range(3)),
    )

    def prefill():
        model.reset()
        model.eval([100 + i % 300 for i in range(1024)])

    say(peer="llama.cpp", figure="prefill", model="half", dtype=dtype, tokens_per_second=1024 / median_seconds(prefill))


if __name__ == "__main__":
    figures = {"transformers": transformers_figures, "training": training_figures, "llama": llama_figures}
    {"make": make, **figures}[sys.argv[1]](sys.argv[2])
