// Conversions between stored number formats. What a `void *` points at may lie at any address, as tensors in files do;
// the float buffers are aligned. `n` is a count of elements. Rounding is to nearest, ties to
// even. A NaN stays a NaN; infinities, zeros and their signs are kept.
#ifndef ATTN_CONVERT_H
#define ATTN_CONVERT_H

#include <stddef.h>

// Exact: every value of the narrow formats is a float.
void attn_f16_to_f32(const void *source, float *restrict destination, size_t n);
void attn_bf16_to_f32(const void *source, float *restrict destination, size_t n);
void attn_f32_to_f32(const void *source, float *restrict destination, size_t n);

// Values beyond the narrow format's range become infinite.
void attn_f32_to_f16(const void *source, void *restrict destination, size_t n);
void attn_f32_to_bf16(const void *source, void *restrict destination, size_t n);
void attn_f16_to_bf16(const void *source, void *restrict destination, size_t n);
void attn_bf16_to_bf16(const void *source, void *restrict destination, size_t n);

#endif
