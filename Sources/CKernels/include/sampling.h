#ifndef ATTN_SAMPLING_H
#define ATTN_SAMPLING_H

// Passes over one row of logits. Every function gives the same bits whatever vector width the processor has: sums run
// in 16 fixed lanes over blocks of a fixed length, lanes are added as a fixed tree, blocks are added in double, in
// order; multiplications and additions are never fused. Rows may hold -inf, never NaN or +inf (attn_row_max tells).
//
// exp is a polynomial with relative error below 2e-7; arguments below -87 give exactly 0.

#include <stddef.h>
#include <stdint.h>

// Values per block of attn_row_weights.
#define ATTN_SAMPLING_BLOCK 256
// Cut values that attn_row_above takes at once.
#define ATTN_SAMPLING_CUTS 8

// The greatest of x[n], -inf when n is 0; NaN when a value is NaN or +inf.
float attn_row_max(const float *restrict x, size_t n);

// The first index of the value `v` in x[n]; n when there is none.
size_t attn_row_find(const float *restrict x, size_t n, float v);

// mass = sum of exp(x[i] - max), first = sum of exp(x[i] - max) * (x[i] - max), both over x[n].
void attn_row_softmax_sums(const float *restrict x, size_t n, float max, double *restrict mass,
                           double *restrict first);

// For each cut c: mass[c] = sum of w(x[i]) over x[i] >= cuts[c], count[c] = how many those are,
// where w(v) = exp((v - max) * scale).
void attn_row_above(const float *restrict x, size_t n, float max, float scale, const float *restrict cuts,
                    double *restrict mass, int64_t *restrict count);

// Copies values with low <= x[i] < high to `out`, in order; returns how many. `out` has room for one more than these,
// since values are written before they are known to belong, and may be x.
size_t attn_row_gather(const float *x, size_t n, float low, float high, float *out);

// w(v) = exp((v - max) * scale) of a single value, the same bits as in a row.
float attn_row_weight(float v, float max, float scale);

// Sets all but the first `keep` values equal to `v` to -inf.
void attn_row_drop_ties(float *restrict x, size_t n, float v, size_t keep);

// Turns logits into weights in place: x[i] = exp((x[i] - max) * scale) where x[i] >= cut, else 0, and sums[b] = the sum
// of block b, ceil(n / ATTN_SAMPLING_BLOCK) of them. Returns the sum of all.
double attn_row_weights(float *restrict x, size_t n, float max, float scale, float cut, double *restrict sums);

// The k greatest values of x[n], k <= n, in descending order, lowest index first among equals.
void attn_row_top(const float *restrict x, size_t n, size_t k, int32_t *restrict ids, float *restrict values);

#endif
