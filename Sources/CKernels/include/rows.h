#ifndef ATTNRL_ROWS_H
#define ATTNRL_ROWS_H

#include "layout.h"

// out = x / sqrt(mean(x^2) + epsilon) * weight, one row of n values, written in `format`.
void attn_rms_norm(const float *restrict x, const float *restrict weight, size_t n, float epsilon,
                   attn_format format, void *restrict out);

// The same over float32 in place, for query and key heads.
void attn_rms_norm_head(float *x, const float *restrict weight, size_t n, float epsilon);

// Rotates one head in place: for i < d/2 the pair (x[i], x[i + d/2]) by the angle whose cosine and sine are
// cosines[i] and sines[i], then multiplies by `scale`.
void attn_rotate_head(float *x, const float *restrict cosines, const float *restrict sines, size_t d, float scale);

#endif
