// Passes over rows of logits; sampling.h says what holds for all of them.
//
// Vectors are always 16 floats wide, which compilers split where registers are narrower. That, and the rule that
// nothing is fused or reordered, is what makes results independent of the processor.

#include "sampling.h"
#include "clones.h"

#include <math.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF

#define INLINE static inline __attribute__((always_inline))

#define LANES 16
typedef float vf __attribute__((vector_size(64)));
typedef int32_t vi __attribute__((vector_size(64)));
typedef uint32_t vu __attribute__((vector_size(64)));

// Helpers take vectors by address: by value, the calling convention would depend on the clone.

// Lanes x[0..count) of a row, `fill` in the rest.
INLINE void load(vf *out, const float *x, size_t count, float fill) {
  if (count >= LANES) {
    memcpy(out, x, sizeof(vf));
    return;
  }
  float lanes[LANES];
  for (size_t i = 0; i < LANES; i++) lanes[i] = i < count ? x[i] : fill;
  memcpy(out, lanes, sizeof(vf));
}

// v where mask is set, else 0.
INLINE void keep(vf *v, const vi *mask) { *v = (vf)((vi)*v & *mask); }

// v = exp(v) for v <= 0; 0 below -87.
//
// exp(v) = 2^n * exp(r) with n = round(v / ln 2) and r = v - n * ln 2 in [-0.35, 0.35]; ln 2 is split in two so that
// n times its first part is exact. exp(r) = 1 + r + r^2 * p(r), p of degree 5 (the minimax polynomial of the Cephes
// library's expf). Adding 1.5 * 2^23 rounds to an integer and leaves it in the low bits, where it is shifted into the
// exponent.
INLINE void exp_lanes(vf *v) {
  vi live = *v >= -87.0f;
  vf x = *v;
  keep(&x, &live);
  vf shifted = x * 1.44269504088896341f + 12582912.0f;
  vf n = shifted - 12582912.0f;
  vf r = x - n * 0.693359375f;
  r = r - n * -2.12194440e-4f;
  vf p = r * 1.9875691500e-4f + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * (r * r) + r + 1.0f;
  vu exponent = ((vu)shifted << 23) + 0x3f800000u;
  x = p * (vf)exponent;
  keep(&x, &live);
  *v = x;
}

// The sum of 16 lanes as a tree: halves onto halves.
INLINE float sum_lanes(const vf *v) {
  float lanes[LANES];
  memcpy(lanes, v, sizeof lanes);
  for (size_t width = LANES / 2; width > 0; width /= 2)
    for (size_t i = 0; i < width; i++) lanes[i] += lanes[i + width];
  return lanes[0];
}

INLINE int any(const vi *mask) {
  int64_t words[8];
  memcpy(words, mask, sizeof words);
  return (words[0] | words[1] | words[2] | words[3] | words[4] | words[5] | words[6] | words[7]) != 0;
}

INLINE size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

ATTN_CLONES
float attn_row_max(const float *restrict x, size_t n) {
  vf best = (vf){} - INFINITY;
  vi bad = {};
  for (size_t i = 0; i < n; i += LANES) {
    vf v;
    load(&v, x + i, n - i, -INFINITY);
    bad |= ~(v < INFINITY);
    vi greater = v > best;
    best = (vf)(((vi)v & greater) | ((vi)best & ~greater));
  }
  if (any(&bad)) return NAN;
  float max = -INFINITY;
  for (size_t l = 0; l < LANES; l++) max = best[l] > max ? best[l] : max;
  return max;
}

ATTN_CLONES
size_t attn_row_find(const float *restrict x, size_t n, float value) {
  for (size_t i = 0; i < n; i += LANES) {
    vf v;
    load(&v, x + i, n - i, NAN);
    vi equal = v == value;
    if (!any(&equal)) continue;
    while (x[i] != value) i++;
    return i;
  }
  return n;
}

ATTN_CLONES
void attn_row_softmax_sums(const float *restrict x, size_t n, float max, double *restrict mass,
                           double *restrict first) {
  double total = 0, total_first = 0;
  for (size_t block = 0; block < n; block += ATTN_SAMPLING_BLOCK) {
    size_t end = smaller(n, block + ATTN_SAMPLING_BLOCK);
    vf sum = {}, sum_first = {};
    for (size_t i = block; i < end; i += LANES) {
      vf distance, w;
      load(&distance, x + i, end - i, -INFINITY);
      distance -= max;
      w = distance;
      exp_lanes(&w);
      sum += w;
      vf product = w * distance;
      vi live = distance >= -87.0f;  // keeps 0 * -inf out
      keep(&product, &live);
      sum_first += product;
    }
    total += sum_lanes(&sum);
    total_first += sum_lanes(&sum_first);
  }
  *mass = total;
  *first = total_first;
}

ATTN_CLONES
void attn_row_above(const float *restrict x, size_t n, float max, float scale, const float *restrict cuts,
                    double *restrict mass, int64_t *restrict count) {
  for (size_t c = 0; c < ATTN_SAMPLING_CUTS; c++) mass[c] = 0, count[c] = 0;
  vi number[ATTN_SAMPLING_CUTS] = {};
  // Eight sums of lanes at each block's end weigh something, so blocks are longer here.
  for (size_t block = 0; block < n; block += 4 * ATTN_SAMPLING_BLOCK) {
    size_t end = smaller(n, block + 4 * ATTN_SAMPLING_BLOCK);
    vf sum[ATTN_SAMPLING_CUTS] = {};
    for (size_t i = block; i < end; i += LANES) {
      vf v, w;
      load(&v, x + i, end - i, NAN);
      w = (v - max) * scale;
      exp_lanes(&w);
#pragma clang loop unroll(full)
      for (size_t c = 0; c < ATTN_SAMPLING_CUTS; c++) {
        vi above = v >= cuts[c];
        vf part = w;
        keep(&part, &above);
        sum[c] += part;
        number[c] -= above;
      }
    }
    for (size_t c = 0; c < ATTN_SAMPLING_CUTS; c++) mass[c] += sum_lanes(&sum[c]);
  }
  for (size_t c = 0; c < ATTN_SAMPLING_CUTS; c++)
    for (size_t l = 0; l < LANES; l++) count[c] += number[c][l];
}

ATTN_CLONES
size_t attn_row_gather(const float *x, size_t n, float low, float high, float *out) {
  size_t found = 0;
  for (size_t i = 0; i < n; i += LANES) {
    vf v;
    load(&v, x + i, n - i, NAN);
    vi inside = (v >= low) & (v < high);
    if (!any(&inside)) continue;
    size_t end = smaller(n, i + LANES);
    for (size_t j = i; j < end; j++) {
      // No branch: half of the values may be inside, in no order that could be predicted.
      float value = x[j];
      out[found] = value;
      found += (value >= low) & (value < high);
    }
  }
  return found;
}

float attn_row_weight(float v, float max, float scale) {
  vf w = (vf){} + (v - max) * scale;
  exp_lanes(&w);
  return w[0];
}

ATTN_CLONES
void attn_row_drop_ties(float *restrict x, size_t n, float value, size_t keep_count) {
  for (size_t i = 0; i < n; i += LANES) {
    vf v;
    load(&v, x + i, n - i, NAN);
    vi equal = v == value;
    if (!any(&equal)) continue;
    size_t end = smaller(n, i + LANES);
    for (size_t j = i; j < end; j++) {
      if (x[j] != value) continue;
      if (keep_count > 0) keep_count--;
      else x[j] = -INFINITY;
    }
  }
}

ATTN_CLONES
double attn_row_weights(float *restrict x, size_t n, float max, float scale, float cut, double *restrict sums) {
  double total = 0;
  for (size_t block = 0; block < n; block += ATTN_SAMPLING_BLOCK) {
    size_t end = smaller(n, block + ATTN_SAMPLING_BLOCK);
    vf sum = {};
    for (size_t i = block; i < end; i += LANES) {
      vf v, w;
      load(&v, x + i, end - i, -INFINITY);
      vi kept = v >= cut;
      w = (v - max) * scale;
      exp_lanes(&w);
      keep(&w, &kept);
      sum += w;
      memcpy(x + i, &w, smaller(LANES, end - i) * sizeof(float));
    }
    double part = sum_lanes(&sum);
    sums[block / ATTN_SAMPLING_BLOCK] = part;
    total += part;
  }
  return total;
}

// Puts a value where it belongs in a descending list of `count`, of which room for one more follows.
static void insert(int32_t *ids, float *values, size_t count, int32_t id, float value) {
  size_t place = count;
  for (; place > 0 && values[place - 1] < value; place--) {
    values[place] = values[place - 1];
    ids[place] = ids[place - 1];
  }
  values[place] = value;
  ids[place] = id;
}

ATTN_CLONES
void attn_row_top(const float *restrict x, size_t n, size_t k, int32_t *restrict ids, float *restrict values) {
  if (k == 0) return;
  for (size_t i = 0; i < k; i++) insert(ids, values, i, (int32_t)i, x[i]);
  for (size_t i = k; i < n; i += LANES) {
    vf v;
    load(&v, x + i, n - i, -INFINITY);
    vi greater = v > values[k - 1];
    if (!any(&greater)) continue;
    size_t end = smaller(n, i + LANES);
    for (size_t j = i; j < end; j++)
      if (x[j] > values[k - 1]) insert(ids, values, k - 1, (int32_t)j, x[j]);
  }
}
