// Single values of IEEE 754's 16-bit format.
#ifndef ATTN_FLOAT16_H
#define ATTN_FLOAT16_H

#include <stdint.h>
#include <string.h>

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

#endif
