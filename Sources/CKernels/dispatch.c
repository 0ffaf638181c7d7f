#include "include/ckernels.h"

// Which build of each kernel runs: chosen once, from what the processor has.

static attn_isa best_isa(void) {
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return ATTN_ISA_NONE;
    if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512bw") ||
        !__builtin_cpu_supports("avx512dq") || !__builtin_cpu_supports("avx512vl")) return ATTN_ISA_AVX2;
    return __builtin_cpu_supports("avx512bf16") ? ATTN_ISA_AVX512_BF16 : ATTN_ISA_AVX512;
}

static attn_isa chosen = ATTN_ISA_NONE;

__attribute__((constructor)) static void choose(void) { chosen = best_isa(); }

attn_isa attn_current_isa(void) { return chosen; }

void attn_limit_isa(attn_isa limit) {
    const attn_isa best = best_isa();
    chosen = limit < best ? limit : best;
}

#define DISPATCH(result, name, parameters, arguments)                      \
    result name##_avx2 parameters;                                         \
    result name##_avx512 parameters;                                       \
    result name##_avx512_bf16 parameters;                                  \
    result name parameters {                                               \
        switch (chosen) {                                                  \
        case ATTN_ISA_AVX512_BF16: return name##_avx512_bf16 arguments;    \
        case ATTN_ISA_AVX512: return name##_avx512 arguments;              \
        default: return name##_avx2 arguments;                             \
        }                                                                  \
    }

DISPATCH(void, attn_matmul,
         (const attn_matmul_call *call, size_t panel_begin, size_t panel_end, size_t row_begin, size_t row_end),
         (call, panel_begin, panel_end, row_begin, row_end))
DISPATCH(void, attn_rms_norm,
         (const float *restrict x, const float *restrict weight, size_t n, float epsilon, attn_format format,
          void *restrict out),
         (x, weight, n, epsilon, format, out))
DISPATCH(void, attn_rms_norm_head, (float *x, const float *restrict weight, size_t n, float epsilon),
         (x, weight, n, epsilon))
DISPATCH(void, attn_rotate_head,
         (float *x, const float *restrict cosines, const float *restrict sines, size_t d, float scale),
         (x, cosines, sines, d, scale))
DISPATCH(size_t, attn_attention_scratch, (size_t length, size_t d, size_t group), (length, d, group))
DISPATCH(void, attn_attention,
         (const attn_attention_call *call, size_t head_begin, size_t head_end, void *scratch),
         (call, head_begin, head_end, scratch))
