#ifndef ATTNRL_ROWS_H
#define ATTNRL_ROWS_H

#include "layout.h"

// out = x / sqrt(mean(x^2) + epsilon) * weight, one row of n values, written in `format`.
void attn_rms_norm(const float *restrict x, const float *restrict weight, size_t n, float epsilon,
                   attn_format format, void *restrict out);

// out = residual + x / sqrt(mean(x^2) + epsilon) * weight, in float32; residual and out may be the same row.
void attn_rms_norm_add(const float *restrict x, const float *restrict weight, size_t n, float epsilon,
                       const float *residual, float *out);

// attn_rms_norm over float32 in place, for query and key heads.
void attn_rms_norm_head(float *x, const float *restrict weight, size_t n, float epsilon);

// Rotates one head in place: for i < d/2 the pair (x[i], x[i + d/2]) by the angle whose cosine and sine are
// cosines[i] and sines[i], then multiplies by `scale`.
void attn_rotate_head(float *x, const float *restrict cosines, const float *restrict sines, size_t d, float scale);

// e^x[i] / sum of e^x, in place. There is room for whole vectors of 16, and what lies beyond n is written over.
void attn_softmax(float *x, size_t n);

// x[i] *= scale
void attn_scale(float *x, size_t n, float scale);

#endif
