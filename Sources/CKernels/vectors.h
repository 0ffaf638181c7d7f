// Vectors of 16 floats and the few functions on them the kernels need. Included inside a region that sets the
// target, so that everything here is compiled for it. Sixteen lanes on every instruction set: a sum has the same
// order, and so the same bits, on all of them.

// Functions on vectors would have another calling convention on each set; all of them are inlined.
#pragma clang diagnostic ignored "-Wpsabi"

#include "bfloat16.h"

typedef float v16 __attribute__((vector_size(64)));
typedef float v16u __attribute__((vector_size(64), aligned(4)));
typedef int32_t v16i __attribute__((vector_size(64)));
typedef uint32_t v16w __attribute__((vector_size(64)));
typedef uint16_t h16 __attribute__((vector_size(32)));
typedef uint16_t h16u __attribute__((vector_size(32), aligned(2)));

#define INLINE static inline __attribute__((always_inline))

INLINE v16 load(const float *p) { return (v16)*(const v16u *)p; }
INLINE void store(float *p, v16 v) { *(v16u *)p = (v16u)v; }
INLINE v16 splat(float x) { return x - (v16){}; }

// Adds lanes pairwise: 8, 4, 2, 1 apart.
INLINE float sum_lanes(v16 v) {
    float a[16];
    store(a, v);
    for (int step = 8; step > 0; step /= 2)
        for (int i = 0; i < step; i++) a[i] += a[i + step];
    return a[0];
}

typedef float v4 __attribute__((vector_size(16)));
typedef float v4u __attribute__((vector_size(16), aligned(4)));

// The lanes added 8 and 4 apart.
INLINE v4 fold_lanes(v16 v) {
    typedef float v8 __attribute__((vector_size(32)));
    const v8 eight = __builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7)
        + __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15);
    return __builtin_shufflevector(eight, eight, 0, 1, 2, 3) + __builtin_shufflevector(eight, eight, 4, 5, 6, 7);
}

// `sum_lanes` of four vectors, bit for bit: what is added 2 and 1 apart is laid out as four rows.
INLINE v4 sum_lanes_of_four(const v16 v[4]) {
    const v4 a = fold_lanes(v[0]), b = fold_lanes(v[1]), c = fold_lanes(v[2]), d = fold_lanes(v[3]);
    const v4 ab = __builtin_shufflevector(a, b, 0, 4, 1, 5) + __builtin_shufflevector(a, b, 2, 6, 3, 7);
    const v4 cd = __builtin_shufflevector(c, d, 0, 4, 1, 5) + __builtin_shufflevector(c, d, 2, 6, 3, 7);
    return __builtin_shufflevector(ab, cd, 0, 1, 4, 5) + __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
}

INLINE float max_lanes(v16 v) {
    float a[16];
    store(a, v);
    for (int step = 8; step > 0; step /= 2)
        for (int i = 0; i < step; i++) a[i] = a[i] > a[i + step] ? a[i] : a[i + step];
    return a[0];
}

INLINE v16 choose_lanes(v16i mask, v16 yes, v16 no) { return (v16)((mask & (v16i)yes) | (~mask & (v16i)no)); }

// The first `count` lanes, and zeros in the others.
INLINE v16 first_lanes(v16 v, size_t count) {
    const v16i lanes = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };
    return choose_lanes(lanes < (int32_t)count, v, splat(0.0f));
}

// e^x. Relative error below 2e-7 (two units in the last place) in [-87, 88]; 0 below, the value at 88 above.
//
// x = n ln 2 + r with |r| <= ln(2)/2; a polynomial for e^r, then 2^n through the exponent bits. ln 2 is split in two
// so that n ln 2 is subtracted almost without rounding. Split and coefficients: Cephes, expf (S. L. Moshier).
INLINE v16 exp16(v16 x) {
    const v16i underflow = x < splat(-87.0f);
    x = choose_lanes(x > splat(88.0f), splat(88.0f), x);
    x = choose_lanes(underflow, splat(-87.0f), x);
    const v16 magic = splat(12582912.0f);  // 1.5 * 2^23: adding it rounds to an integer
    v16 n = x * splat(1.44269504088896341f) + magic;
    const v16i bits = (v16i)n;
    n -= magic;
    v16 r = x - n * splat(0.693359375f);
    r = r + n * splat(2.12194440e-4f);
    v16 p = splat(1.9875691500e-4f);
    p = p * r + splat(1.3981999507e-3f);
    p = p * r + splat(8.3334519073e-3f);
    p = p * r + splat(4.1665795894e-2f);
    p = p * r + splat(1.6666665459e-1f);
    p = p * r + splat(5.0000001201e-1f);
    p = p * (r * r) + r + splat(1.0f);
    const v16i scale = (bits << 23) + (127 << 23);
    return choose_lanes(underflow, splat(0.0f), p * (v16)scale);
}

// float32 to bfloat16, as `to_bf16` does it.
INLINE void store_bf16(uint16_t *p, v16 x) {
    const v16w bits = (v16w)x, rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16, quiet = bits >> 16 | 0x40;
    const v16w nan = (v16w)((bits & 0x7fffffff) > 0x7f800000);
    *(h16u *)p = (h16u)__builtin_convertvector((nan & quiet) | (~nan & rounded), h16);
}

INLINE v16 load_bf16(const uint16_t *p) {
    return (v16)(__builtin_convertvector((h16)*(const h16u *)p, v16w) << 16);
}

// Sixteen values, or the first `count` of them with zeros behind, in a format.
INLINE v16 load_some(attn_format format, const void *p, size_t i, size_t count) {
    if (format == ATTN_F32) {
        if (count == 16) return load((const float *)p + i);
        float lanes[16] = { 0 };
        __builtin_memcpy(lanes, (const float *)p + i, 4 * count);
        return load(lanes);
    }
    if (count == 16) return load_bf16((const uint16_t *)p + i);
    uint16_t lanes[16] = { 0 };
    __builtin_memcpy(lanes, (const uint16_t *)p + i, 2 * count);
    return load_bf16(lanes);
}

INLINE void store_some(attn_format format, void *p, size_t i, size_t count, v16 x) {
    if (format == ATTN_F32) {
        if (count == 16) store((float *)p + i, x);
        else __builtin_memcpy((float *)p + i, &x, 4 * count);
        return;
    }
    uint16_t lanes[16];
    if (count == 16) {
        store_bf16((uint16_t *)p + i, x);
    } else {
        store_bf16(lanes, x);
        __builtin_memcpy((uint16_t *)p + i, lanes, 2 * count);
    }
}
