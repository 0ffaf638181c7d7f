#include "convert.h"

#include "bfloat16.h"
#include "clones.h"
#include "float16.h"

#include <stdint.h>
#include <string.h>

// Tensors in files need not be aligned; on the processors we run on, loads through these types cost the same.
typedef uint16_t attn_u16 __attribute__((aligned(1), may_alias));
typedef uint32_t attn_u32 __attribute__((aligned(1), may_alias));

ATTN_CLONES
void attn_f16_to_f32(const void *source, float *restrict destination, size_t n) {
    const attn_u16 *from = source;
    for (size_t i = 0; i < n; i++) destination[i] = float_of(f32_bits_from_f16(from[i]));
}

ATTN_CLONES
void attn_bf16_to_f32(const void *source, float *restrict destination, size_t n) {
    const attn_u16 *from = source;
    for (size_t i = 0; i < n; i++) destination[i] = float_of((uint32_t)from[i] << 16);
}

void attn_f32_to_f32(const void *source, float *restrict destination, size_t n) {
    if (n > 0) memcpy(destination, source, n * sizeof(float));
}

ATTN_CLONES
void attn_f32_to_f16(const void *source, void *restrict destination, size_t n) {
    const attn_u32 *from = source;
    attn_u16 *to = destination;
    for (size_t i = 0; i < n; i++) to[i] = f16_from_f32_bits(from[i]);
}

ATTN_CLONES
void attn_f32_to_bf16(const void *source, void *restrict destination, size_t n) {
    const attn_u32 *from = source;
    attn_u16 *to = destination;
    for (size_t i = 0; i < n; i++) to[i] = bf16_from_bits(from[i]);
}

ATTN_CLONES
void attn_f16_to_bf16(const void *source, void *restrict destination, size_t n) {
    const attn_u16 *from = source;
    attn_u16 *to = destination;
    for (size_t i = 0; i < n; i++) to[i] = bf16_from_bits(f32_bits_from_f16(from[i]));
}

void attn_bf16_to_bf16(const void *source, void *restrict destination, size_t n) {
    if (n > 0) memcpy(destination, source, n * sizeof(uint16_t));
}
