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
DISPATCH(void, attn_rms_norm_add,
         (const float *restrict x, const float *restrict weight, size_t n, float epsilon, const float *residual,
          float *out),
         (x, weight, n, epsilon, residual, out))
DISPATCH(void, attn_rms_norm_head, (float *x, const float *restrict weight, size_t n, float epsilon),
         (x, weight, n, epsilon))
DISPATCH(void, attn_rotate_head,
         (float *x, const float *restrict cosines, const float *restrict sines, size_t d, float scale),
         (x, cosines, sines, d, scale))
DISPATCH(void, attn_softmax, (float *x, size_t n), (x, n))
DISPATCH(void, attn_scale, (float *x, size_t n, float scale), (x, n, scale))
DISPATCH(size_t, attn_attention_scratch, (size_t length, size_t d, size_t group), (length, d, group))
DISPATCH(void, attn_attention,
         (const attn_attention_call *call, size_t head_begin, size_t head_end, void *scratch),
         (call, head_begin, head_end, scratch))
DISPATCH(void, attn_pack_transposed,
         (attn_format format, const float *w, size_t rows, size_t k, size_t at, size_t inner, void *panels,
          size_t panel_begin, size_t panel_end),
         (format, w, rows, k, at, inner, panels, panel_begin, panel_end))
DISPATCH(void, attn_reduce, (const attn_reduce_call *call, size_t row_begin, size_t row_end),
         (call, row_begin, row_end))
DISPATCH(void, attn_expand,
         (const attn_expand_call *call, size_t panel_begin, size_t panel_end, size_t row_begin, size_t row_end),
         (call, panel_begin, panel_end, row_begin, row_end))
DISPATCH(size_t, attn_weight_gradient_scratch, (void), ())
DISPATCH(void, attn_weight_gradient,
         (const attn_weight_gradient_call *call, size_t output_begin, size_t output_end, void *scratch),
         (call, output_begin, output_end, scratch))
DISPATCH(size_t, attn_gradient_block_floats, (size_t d), (d))
DISPATCH(size_t, attn_block_gradient_floats, (size_t d), (d))
DISPATCH(size_t, attn_attention_gradient_scratch, (size_t length, size_t d, size_t group), (length, d, group))
DISPATCH(void, attn_attention_gradient,
         (const attn_attention_gradient_call *call, size_t head_begin, size_t head_end, void *scratch),
         (call, head_begin, head_end, scratch))
DISPATCH(void, attn_rms_norm_gradient,
         (const float *dy, const float *x, const float *w, size_t n, float epsilon, float *dx, float *dw),
         (dy, x, w, n, epsilon, dx, dw))
DISPATCH(void, attn_rms_norm_head_gradient,
         (float *dy, const float *x, const float *w, size_t n, float epsilon, float *dw), (dy, x, w, n, epsilon, dw))
DISPATCH(void, attn_column_sums,
         (attn_format format, const void *x, size_t stride, size_t rows, size_t begin, size_t end, float *sums),
         (format, x, stride, rows, begin, end, sums))
DISPATCH(void, attn_rotate_head_gradient,
         (float *dx, const float *cosines, const float *sines, size_t d, float scale), (dx, cosines, sines, d, scale))
DISPATCH(void, attn_swiglu_gradient,
         (const float *dhidden, const void *gate, const void *up, size_t n, attn_format format, void *dgate,
          void *dup, void *hidden),
         (dhidden, gate, up, n, format, dgate, dup, hidden))
DISPATCH(void, attn_geglu_gradient,
         (const float *dhidden, const void *gate, const void *up, size_t n, attn_format format, void *dgate,
          void *dup, void *hidden),
         (dhidden, gate, up, n, format, dgate, dup, hidden))
DISPATCH(void, attn_logit_gradient,
         (float *x, size_t n, float log_sum, float scale, float entropy_scale, float entropy),
         (x, n, log_sum, scale, entropy_scale, entropy))
DISPATCH(void, attn_add, (float *target, const float *source, size_t n), (target, source, n))
DISPATCH(void, attn_add_scaled, (float *target, const float *source, size_t n, float factor),
         (target, source, n, factor))
DISPATCH(float, attn_dot, (const float *x, const void *y, attn_format format, size_t n), (x, y, format, n))
DISPATCH(double, attn_sum_of_squares, (const float *x, size_t n), (x, n))
DISPATCH(void, attn_adamw,
         (const attn_adamw_settings *settings, float *w, float *m, float *v, const float *gradient, size_t n),
         (settings, w, m, v, gradient, n))
