#!/usr/bin/env bash
# Measures this program and its peers beside each other, in one run on one machine. Output: JSON lines.
#   Benchmarks/peers/run.sh [WORK_FOLDER]
# Installs torch, transformers and llama-cpp-python into WORK_FOLDER/python (several gigabytes; the last is compiled).
set -euo pipefail
cd "$(dirname "$0")/../.."
work=${1:-.build/peers}
mkdir -p "$work"
python=${PYTHON:-$work/python/bin/python}
if [ ! -x "$python" ]; then
    python3 -m venv "$work/python"
    "$python" -m pip install -q torch transformers safetensors numpy gguf llama-cpp-python
fi
[ -f "$work/half/config.json" ] || "$python" Benchmarks/peers/peers.py make "$work"
[ -f "$work/half-bf16.gguf" ] || "$python" Benchmarks/peers/make_gguf.py "$work/half" "$work/half-bf16.gguf"
[ -f "$work/half-q8_0.gguf" ] || "$python" Benchmarks/peers/make_gguf.py "$work/half" "$work/half-q8_0.gguf" q8_0
for model in mini half; do
    # A tokenizer is needed to load a model, not to time it.
    cp -n Tests/Fixtures/qwen2/tokenizer*.json "$work/$model/"
done

.build/release/attnrl bench --model "$work/half" --precision bfloat16 --only decode --only prefill --only first-token --only capture -o jsonl
.build/release/attnrl bench --model "$work/half" --weights q8_0 --only decode --only prefill -o jsonl
"$python" Benchmarks/peers/peers.py llama "$work"
for precision in float32 bfloat16; do
    .build/release/attnrl bench --model "$work/mini" --precision $precision --only rollouts -o jsonl
done
"$python" Benchmarks/peers/peers.py transformers "$work"
for precision in float32 bfloat16; do
    .build/release/attnrl bench --model "$work/mini" --precision $precision --only training -o jsonl
done
"$python" Benchmarks/peers/peers.py training "$work"
