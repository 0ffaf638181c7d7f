#include <immintrin.h>
#include <stdbool.h>

#include "include/ckernels.h"

#pragma clang attribute push(__attribute__((target("avx2,fma,f16c,bmi,bmi2,lzcnt,avx512f,avx512bw,avx512dq,avx512vl,avx512cd,avx512bf16"))), apply_to = function)

#define NAME(x) x##_avx512_bf16
#define WIDE 4

#include "vectors.h"

INLINE v16 dot2(v16 sum, v16i a, v16i b) {
    return (v16)_mm512_dpbf16_ps((__m512)sum, (__m512bh)a, (__m512bh)b);
}

typedef v16i weight_pair;
INLINE weight_pair pair_weights(v16 low, v16 high) { return (v16i)((v16w)low >> 16 | (v16w)high); }
INLINE v16 dot2_weights(v16 sum, uint32_t a, weight_pair w) { return dot2(sum, (int32_t)a - (v16i){}, w); }

#include "kernels.h"
#include "backward_kernels.h"
#include "adapter_kernels.h"

#pragma clang attribute pop
