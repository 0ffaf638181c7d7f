#!/usr/bin/env bash
# Builds and runs compare.c: the project's matrix product beside oneDNN's (2.x), one thread each. JSON lines.
set -euo pipefail
cd "$(dirname "$0")/../.."
scripts/setup.sh bench
mkdir -p .build/matmul
clang -O3 -fno-math-errno -ISources/CKernels/include -o .build/matmul/compare Benchmarks/matmul/compare.c \
    Sources/CKernels/{kernels_avx2,kernels_avx512,kernels_avx512_bf16,dispatch,layout}.c -ldnnl -lm
OMP_NUM_THREADS=1 .build/matmul/compare
