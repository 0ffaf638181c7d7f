#ifndef ATTNRL_ADAPTER_H
#define ATTNRL_ADAPTER_H

#include "layout.h"

// Products with the low-rank matrices of adapters: see LowRank.swift. They lie in panels as other matrices do, except
// that a last panel of fewer than 64 outputs is only as wide as these, padded to 16: ranks are small.

// 32-bit words of a packed matrix of `outputs` outputs and `k` inner indices.
size_t attn_narrow_words(attn_format format, size_t outputs, size_t k);

// Writes a float32 matrix of [rows, columns], times `scale`, into a packed one of `outputs` outputs and `k` inner
// indices, from output `output` and inner index `inner` on. Element (i, j) is at w[i * row_stride + j * column_stride].
void attn_pack_narrow(attn_format format, const float *w, size_t row_stride, size_t column_stride, size_t rows,
                      size_t columns, float scale, size_t output, size_t inner, size_t outputs, size_t k,
                      void *panels);

// t = x W^T, rounded to `format`. Every product is summed over k in ascending order, as those of attn_matmul.
typedef struct {
    attn_format format;
    const void *x;       // [rows, k], in `format`
    size_t x_stride;
    const void *panels;  // packed W [rank, k]
    size_t k;
    size_t rank;
    void *t;             // [rows, rank], in `format`
    size_t t_stride;
} attn_reduce_call;

void attn_reduce(const attn_reduce_call *call, size_t row_begin, size_t row_end);

// out = t W^T, or out += t W^T, in float32, for panels [panel_begin, panel_end).
typedef struct {
    attn_format format;
    const void *t;       // [rows, rank], in `format`
    size_t t_stride;
    const void *panels;  // packed W [outputs, rank]
    size_t rank;
    size_t outputs;
    float *out;          // [rows, outputs]
    size_t out_stride;
    int adds;
} attn_expand_call;

void attn_expand(const attn_expand_call *call, size_t panel_begin, size_t panel_end, size_t row_begin,
                 size_t row_end);

#endif
