#include "convert.h"

#include "bfloat16.h"

#include <stdint.h>
#include <string.h>

#if defined(__x86_64__)
#define ATTN_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define ATTN_CLONES
#endif

// Tensors in files need not be aligned; on the processors we run on, loads through these types cost the same.
typedef uint16_t attn_u16 __attribute__((aligned(1), may_alias));
typedef uint32_t attn_u32 __attribute__((aligned(1), may_alias));

static inline float float_of(uint32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline uint32_t bits_of(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

// Half: 1 sign, 5 exponent (bias 15) and 10 fraction bits; float: 8 (bias 127) and 23.
static inline uint32_t f32_bits_from_f16(uint32_t half) {
    uint32_t magnitude = half & 0x7fff;
    uint32_t normal = (magnitude << 13) + ((127 - 15) << 23);
    uint32_t infinite = (magnitude << 13) | 0x7f800000;
    uint32_t subnormal = bits_of((float)(int32_t)magnitude * 0x1p-24f);
    uint32_t bits = magnitude < 0x0400 ? subnormal : magnitude < 0x7c00 ? normal : infinite;
    return bits | (half & 0x8000) << 16;
}

static inline uint16_t f16_from_f32_bits(uint32_t bits) {
    uint32_t magnitude = bits & 0x7fffffff;
    // Adding half an ulp less one, plus the lowest kept bit, rounds ties to even; a carry may reach infinity.
    uint32_t normal = (magnitude + 0xfff + ((magnitude >> 13) & 1) - ((127 - 15) << 23)) >> 13;
    // One ulp of 0.5 is the smallest half, so this sum rounds to a multiple of it.
    uint32_t subnormal = bits_of(float_of(magnitude) + 0.5f) - 0x3f000000;
    uint32_t half = magnitude < 0x38800000 ? subnormal : normal;
    half = magnitude >= 0x47800000 ? 0x7c00 : half;
    half = magnitude > 0x7f800000 ? 0x7e00 : half;
    return (uint16_t)(half | ((bits >> 16) & 0x8000));
}

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
