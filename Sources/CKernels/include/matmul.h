#ifndef ATTNRL_MATMUL_H
#define ATTNRL_MATMUL_H

#include <stdbool.h>

#include "layout.h"

// What happens to a tile of products before it is stored. `bias` may be null everywhere.
typedef enum {
    ATTN_STORE = 0,   // out[m][n]  = product + bias[n]                                        float32
    ATTN_ADD = 1,     // out[m][n]  = addend[m][n] + (product + bias[n])                       float32
    ATTN_SWIGLU = 2,  // out[m][f]  = gate(gate + bias_gate[f]) * (up + bias_up[f])            activation format
} attn_epilogue;

// The function of the gate in ATTN_SWIGLU.
typedef enum {
    ATTN_SILU = 0,       // z / (1 + e^-z)
    ATTN_GELU_TANH = 1,  // z / (1 + e^(-2 u)),  u = sqrt(2 / pi) (z + 0.044715 z^3): z / 2 (1 + tanh u)
} attn_gate;

// out = epilogue(x W^T), for panels [panel_begin, panel_end) and rows [row_begin, row_end).
//
// Every product is summed over k in ascending order in one float32 accumulator (bfloat16: two products an
// addition, as the instruction does), whatever the number of rows. So a row's results do not depend on which
// rows are computed with it.
//
// Quantised weights are summed in this way within each block of 32 inner indices, from 0, as the integers they are; the
// block's sum times its scale is then added to the sum of the blocks before it, rounded once.
typedef struct {
    attn_format format;
    const void *x;          // [rows, K], in `format`
    size_t x_stride;        // elements between rows of x
    const void *panels;     // packed W; for ATTN_SWIGLU panels 2p and 2p + 1 are gate and up of outputs 64p...
    bool quantised;         // whether panels are blocks of Q8_0, rather than in `format`
    size_t k;
    size_t outputs;         // columns of out that exist; the rest of the last panel is dropped
    attn_epilogue epilogue;
    const float *bias;      // [outputs]; for ATTN_SWIGLU the gate's
    const float *bias_up;
    void *out;              // float32; for ATTN_SWIGLU in `format`
    size_t out_stride;      // elements between rows of out
    const float *addend;    // for ATTN_ADD, rows out_stride apart; may be out
    attn_gate gate;         // for ATTN_SWIGLU
    void *kept;             // for ATTN_SWIGLU, unless null: gate and up themselves, [rows, 2 * outputs] in `format`
    const float *added;     // for ATTN_SWIGLU, unless null: what gate and up get more, [rows, 2 * outputs],
    const uint8_t *is_added;  // in the rows where this is not 0
} attn_matmul_call;

void attn_matmul(const attn_matmul_call *call, size_t panel_begin, size_t panel_end, size_t row_begin,
                 size_t row_end);

#endif
