#include <immintrin.h>
#include <stdbool.h>

#include "include/ckernels.h"

#pragma clang attribute push(__attribute__((target("avx2,fma,f16c,bmi,bmi2,lzcnt,avx512f,avx512bw,avx512dq,avx512vl,avx512cd"))), apply_to = function)

#define NAME(x) x##_avx512
#define WIDE 4

#include "vectors.h"

// No instruction multiplies bfloat16 here: widen the halves and use two fused steps.
INLINE v16 dot2(v16 sum, v16i a, v16i b) {
    const v16i high = (int32_t)0xffff0000 - (v16i){};
    sum = (v16)(a << 16) * (v16)(b << 16) + sum;
    return (v16)(a & high) * (v16)(b & high) + sum;
}

// Weights that were floats stay so.
typedef struct { v16 low, high; } weight_pair;
INLINE weight_pair pair_weights(v16 low, v16 high) { return (weight_pair){ low, high }; }
INLINE v16 dot2_weights(v16 sum, uint32_t a, weight_pair w) {
    sum = splat(from_bf16((uint16_t)a)) * w.low + sum;
    return splat(from_bf16((uint16_t)(a >> 16))) * w.high + sum;
}

#include "kernels.h"
#include "backward_kernels.h"
#include "adapter_kernels.h"

#pragma clang attribute pop
