// Single brain floats: the upper half of a float32. Vectors of them are in vectors.h.

#ifndef ATTN_BFLOAT16_H
#define ATTN_BFLOAT16_H

#include <stdint.h>
#include <string.h>

// A float32's bits to bfloat16, to nearest even. NaN stays NaN.
static inline __attribute__((always_inline)) uint16_t bf16_from_bits(uint32_t bits) {
    const uint32_t rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16, quiet = bits >> 16 | 0x40;
    return (uint16_t)((bits & 0x7fffffff) > 0x7f800000 ? quiet : rounded);
}

static inline __attribute__((always_inline)) uint16_t to_bf16(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bf16_from_bits(bits);
}

static inline __attribute__((always_inline)) float from_bf16(uint16_t x) {
    const uint32_t bits = (uint32_t)x << 16;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

#endif
