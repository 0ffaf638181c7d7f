#include "blocks.h"

#include "float16.h"

#include <math.h>

#pragma STDC FP_CONTRACT OFF

enum { SMALL = 32, LARGE = 256 };

// Blocks lie in files byte by byte, so that no struct has padding and none needs an alignment.
typedef struct { uint8_t d[2], qs[16]; } block_q4_0;
typedef struct { uint8_t d[2], m[2], qs[16]; } block_q4_1;
typedef struct { uint8_t d[2], qh[4], qs[16]; } block_q5_0;
typedef struct { uint8_t d[2], m[2], qh[4], qs[16]; } block_q5_1;
typedef struct { uint8_t d[2], qs[32]; } block_q8_0;
typedef struct { uint8_t scales[16], qs[64], d[2], dmin[2]; } block_q2_k;
typedef struct { uint8_t hmask[32], qs[64], scales[12], d[2]; } block_q3_k;
typedef struct { uint8_t d[2], dmin[2], scales[12], qs[128]; } block_q4_k;
typedef struct { uint8_t d[2], dmin[2], scales[12], qh[32], qs[128]; } block_q5_k;
typedef struct { uint8_t ql[128], qh[64], scales[16], d[2]; } block_q6_k;
typedef struct { uint8_t value[8]; } block_f64;

size_t attn_block_bytes(uint32_t format) {
    switch (format) {
    case ATTN_BLOCK_Q4_0: return sizeof(block_q4_0);
    case ATTN_BLOCK_Q4_1: return sizeof(block_q4_1);
    case ATTN_BLOCK_Q5_0: return sizeof(block_q5_0);
    case ATTN_BLOCK_Q5_1: return sizeof(block_q5_1);
    case ATTN_BLOCK_Q8_0: return sizeof(block_q8_0);
    case ATTN_BLOCK_Q2_K: return sizeof(block_q2_k);
    case ATTN_BLOCK_Q3_K: return sizeof(block_q3_k);
    case ATTN_BLOCK_Q4_K: return sizeof(block_q4_k);
    case ATTN_BLOCK_Q5_K: return sizeof(block_q5_k);
    case ATTN_BLOCK_Q6_K: return sizeof(block_q6_k);
    case ATTN_BLOCK_F64: return sizeof(block_f64);
    default: return 0;
    }
}

size_t attn_block_elements(uint32_t format) {
    switch (format) {
    case ATTN_BLOCK_Q4_0:
    case ATTN_BLOCK_Q4_1:
    case ATTN_BLOCK_Q5_0:
    case ATTN_BLOCK_Q5_1:
    case ATTN_BLOCK_Q8_0: return SMALL;
    case ATTN_BLOCK_F64: return 1;
    default: return attn_block_bytes(format) > 0 ? LARGE : 0;
    }
}

static inline float half(const uint8_t bytes[2]) {
    return float_of(f32_bits_from_f16((uint32_t)bytes[0] | (uint32_t)bytes[1] << 8));
}

// The nibbles of 16 bytes: the low ones first, then the high ones.
static inline int nibble(const uint8_t *bytes, int i) { return i < 16 ? bytes[i] & 15 : bytes[i - 16] >> 4; }

static inline int bit(const uint8_t *bytes, int i) { return bytes[i / 8] >> i % 8 & 1; }

static void q4_0(const block_q4_0 *block, float *out) {
    float d = half(block->d);
    for (int i = 0; i < SMALL; i++) out[i] = d * (float)(nibble(block->qs, i) - 8);
}

static void q4_1(const block_q4_1 *block, float *out) {
    float d = half(block->d), m = half(block->m);
    for (int i = 0; i < SMALL; i++) out[i] = d * (float)nibble(block->qs, i) + m;
}

static void q5_0(const block_q5_0 *block, float *out) {
    float d = half(block->d);
    for (int i = 0; i < SMALL; i++) out[i] = d * (float)((nibble(block->qs, i) | bit(block->qh, i) << 4) - 16);
}

static void q5_1(const block_q5_1 *block, float *out) {
    float d = half(block->d), m = half(block->m);
    for (int i = 0; i < SMALL; i++) out[i] = d * (float)(nibble(block->qs, i) | bit(block->qh, i) << 4) + m;
}

static void q8_0(const block_q8_0 *block, float *out) {
    float d = half(block->d);
    for (int i = 0; i < SMALL; i++) out[i] = (float)(int8_t)block->qs[i] * d;
}

// Two bits of each element: 128 elements share 32 bytes, 32 of them each pair of bits.
static inline int pair(const uint8_t *bytes, int i) { return bytes[i / 128 * 32 + i % 32] >> (i % 128 / 32 * 2) & 3; }

// Four bits of each element: 64 elements share 32 bytes.
static inline int quad(const uint8_t *bytes, int i) { return bytes[i / 64 * 32 + i % 32] >> (i % 64 / 32 * 4) & 15; }

static void q2_k(const block_q2_k *block, float *out) {
    float d = half(block->d), dmin = half(block->dmin);
    for (int group = 0; group < 16; group++) {
        float scale = d * (float)(block->scales[group] & 15), low = dmin * (float)(block->scales[group] >> 4);
        for (int i = group * 16; i < group * 16 + 16; i++) out[i] = scale * (float)pair(block->qs, i) - low;
    }
}

// Six bits for each of sixteen scales: four in the first eight bytes, two in the last four.
static inline int q3_k_scale(const uint8_t scales[12], int group) {
    int low = group < 8 ? scales[group] & 15 : scales[group - 8] >> 4;
    int high = scales[8 + group % 4] >> (group / 4 * 2) & 3;
    return (low | high << 4) - 32;
}

static void q3_k(const block_q3_k *block, float *out) {
    float d = half(block->d);
    for (int group = 0; group < 16; group++) {
        float scale = d * (float)q3_k_scale(block->scales, group);
        for (int i = group * 16; i < group * 16 + 16; i++) {
            int isHigh = block->hmask[i % 32] >> (i / 32) & 1;
            out[i] = scale * (float)(pair(block->qs, i) - (isHigh ? 0 : 4));
        }
    }
}

// Six bits for each of eight scales and eight minima, in twelve bytes.
static inline int k_scale(const uint8_t scales[12], int group) {
    return group < 4 ? scales[group] & 63 : (scales[group + 4] & 15) | (scales[group - 4] >> 2 & 48);
}

static inline int k_minimum(const uint8_t scales[12], int group) {
    return group < 4 ? scales[group + 4] & 63 : scales[group + 4] >> 4 | (scales[group] >> 2 & 48);
}

static void q4_k(const block_q4_k *block, float *out) {
    float d = half(block->d), dmin = half(block->dmin);
    for (int group = 0; group < 8; group++) {
        float scale = d * (float)k_scale(block->scales, group), low = dmin * (float)k_minimum(block->scales, group);
        for (int i = group * 32; i < group * 32 + 32; i++) out[i] = scale * (float)quad(block->qs, i) - low;
    }
}

static void q5_k(const block_q5_k *block, float *out) {
    float d = half(block->d), dmin = half(block->dmin);
    for (int group = 0; group < 8; group++) {
        float scale = d * (float)k_scale(block->scales, group), low = dmin * (float)k_minimum(block->scales, group);
        for (int i = group * 32; i < group * 32 + 32; i++) {
            int high = block->qh[i % 32] >> group & 1;
            out[i] = scale * (float)(quad(block->qs, i) | high << 4) - low;
        }
    }
}

static void q6_k(const block_q6_k *block, float *out) {
    float d = half(block->d);
    for (int group = 0; group < 16; group++) {
        float scale = d * (float)(int8_t)block->scales[group];
        for (int i = group * 16; i < group * 16 + 16; i++) {
            int low = block->ql[i / 128 * 64 + i % 64] >> (i % 128 / 64 * 4) & 15;
            out[i] = scale * (float)((low | pair(block->qh, i) << 4) - 32);
        }
    }
}

static void f64(const block_f64 *block, float *out) {
    double value;
    memcpy(&value, block->value, sizeof value);
    *out = (float)value;
}

void attn_blocks_to_f32(uint32_t format, const void *source, float *restrict destination, size_t n) {
#define ATTN_EACH(kind, elements)                                                                                      \
    for (size_t i = 0; i < n; i++) kind((const block_##kind *)source + i, destination + i * elements);                 \
    break
    switch (format) {
    case ATTN_BLOCK_Q4_0: ATTN_EACH(q4_0, SMALL);
    case ATTN_BLOCK_Q4_1: ATTN_EACH(q4_1, SMALL);
    case ATTN_BLOCK_Q5_0: ATTN_EACH(q5_0, SMALL);
    case ATTN_BLOCK_Q5_1: ATTN_EACH(q5_1, SMALL);
    case ATTN_BLOCK_Q8_0: ATTN_EACH(q8_0, SMALL);
    case ATTN_BLOCK_Q2_K: ATTN_EACH(q2_k, LARGE);
    case ATTN_BLOCK_Q3_K: ATTN_EACH(q3_k, LARGE);
    case ATTN_BLOCK_Q4_K: ATTN_EACH(q4_k, LARGE);
    case ATTN_BLOCK_Q5_K: ATTN_EACH(q5_k, LARGE);
    case ATTN_BLOCK_Q6_K: ATTN_EACH(q6_k, LARGE);
    case ATTN_BLOCK_F64: ATTN_EACH(f64, 1);
    default: break;
    }
#undef ATTN_EACH
}

void attn_f32_to_q8_0(const float *source, void *restrict destination, size_t n) {
    block_q8_0 *blocks = destination;
    for (size_t block = 0; block < n; block++) {
        const float *x = source + block * SMALL;
        float largest = 0;
        for (int i = 0; i < SMALL; i++) largest = fmaxf(largest, fabsf(x[i]));
        float d = largest / 127, inverse = d == 0 ? 0 : 1 / d;
        uint16_t bits = f16_from_f32_bits(bits_of(d));
        blocks[block].d[0] = (uint8_t)bits;
        blocks[block].d[1] = (uint8_t)(bits >> 8);
        for (int i = 0; i < SMALL; i++) blocks[block].qs[i] = (uint8_t)(int8_t)roundf(x[i] * inverse);
    }
}
