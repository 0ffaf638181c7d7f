#ifndef ATTNRL_BACKWARD_H
#define ATTNRL_BACKWARD_H

#include "layout.h"

// Gradients. Names: dx is the derivative of the loss with respect to x, in x's shape.

// Writes rows [0, rows) of a row-major float32 matrix W [rows, k] as inner indices at ... at + rows of the panels of its
// transpose, which has `inner` inner indices: so dx = dy W is attn_matmul of dy with these panels. Several matrices one
// below the other make one product. Panels [panel_begin, panel_end) are written; panel p holds columns 64 p ... of W.
void attn_pack_transposed(attn_format format, const float *w, size_t rows, size_t k, size_t at, size_t inner,
                          void *panels, size_t panel_begin, size_t panel_end);

// dW[n][c] += sum over m < rows of dy[m][n] x[m][c], m ascending.
typedef struct {
    attn_format format;
    const void *dy;      // [rows, dy_stride] in `format`
    size_t dy_stride;
    const void *x;       // [rows, x_stride] in `format`
    size_t x_stride;
    size_t rows;
    size_t k;            // columns of x and of the gradient
    float *gradient;     // [outputs, k]
} attn_weight_gradient_call;

// Bytes of scratch a call needs.
size_t attn_weight_gradient_scratch(void);

// Outputs [output_begin, output_end) of the gradient.
void attn_weight_gradient(const attn_weight_gradient_call *call, size_t output_begin, size_t output_end, void *scratch);

// The gradient of attn_attention for the query heads on one key-value head, in float32:
//
//     p = softmax(q k^T)        dv += p^T dout        ds = p * (dout v^T - rowsum(p * (dout v^T)))
//     dq = ds k                 dk += ds^T q
//
// q is scaled and rotated as it was for attn_attention, and dq is with respect to that.
typedef struct {
    const float *q;          // [rows, q_stride], heads one after the other
    size_t q_stride;
    const float *dout;       // [rows, dout_stride]
    size_t dout_stride;
    float *dq;               // [rows, dq_stride]
    size_t dq_stride;
    size_t d;
    size_t rows;
    size_t first;            // position of the chunk's first token
    size_t window;           // keys each token sees at most, its own among them; 0: all
    const int32_t *blocks;   // the sequence's blocks, in order
    const float *memory;     // of this head: see attn_gradient_block_floats
    float *gradients;        // of this head: per block dk [64, wide], then dv [64, wide]
    size_t memory_stride;    // values between blocks
    size_t gradient_stride;
} attn_attention_gradient_call;

// Values of one block and head of width d that the call reads: keys as attn_store_key lays them out, values laid out
// like keys, keys laid out like values; and values of the gradients it writes, where wide is d padded to 16.
size_t attn_gradient_block_floats(size_t d);
size_t attn_block_gradient_floats(size_t d);

// Writes one token's key and value at `slot` of such a block.
void attn_store_for_gradient(float *block, size_t slot, size_t d, const float *key, const float *value);

// Bytes of scratch a call needs with a sequence of up to `length` tokens and up to `group` query heads.
size_t attn_attention_gradient_scratch(size_t length, size_t d, size_t group);

void attn_attention_gradient(const attn_attention_gradient_call *call, size_t head_begin, size_t head_end,
                             void *scratch);

// y = x r w with r = 1 / sqrt(mean(x^2) + epsilon). Adds dx = r (dy w - x r^2 mean(dy w x)) to `dx` and dy x r to `dw`.
void attn_rms_norm_gradient(const float *dy, const float *x, const float *w, size_t n, float epsilon, float *dx,
                            float *dw);

// The same over a query or key head, but dx is written over dy.
void attn_rms_norm_head_gradient(float *dy, const float *x, const float *w, size_t n, float epsilon, float *dw);

// sums[c] += sum over rows of x[m][c], for columns [begin, end), m ascending.
void attn_column_sums(attn_format format, const void *x, size_t stride, size_t rows, size_t begin, size_t end,
                      float *sums);

// The inverse of attn_rotate_head, for gradients: multiplies by `scale` and rotates back.
void attn_rotate_head_gradient(float *dx, const float *cosines, const float *sines, size_t d, float scale);

// hidden = silu(gate) up, n values: writes dgate = dhidden up silu'(gate), dup = dhidden silu(gate), and hidden itself
// again. All but dhidden are in `format`.
void attn_swiglu_gradient(const float *dhidden, const void *gate, const void *up, size_t n, attn_format format,
                          void *dgate, void *dup, void *hidden);

// The same for hidden = gelu(gate) up, with the tanh approximation of ATTN_GELU_TANH.
void attn_geglu_gradient(const float *dhidden, const void *gate, const void *up, size_t n, attn_format format,
                         void *dgate, void *dup, void *hidden);

// Turns a row of n logits into derivatives, in place, of a loss with derivative -scale with respect to the
// log-probability of every token together and `entropy_scale` with respect to the entropy:
//
//     x[i] = -p[i] (scale + entropy_scale (ln p[i] + entropy)),    ln p[i] = x[i] - log_sum
//
// What a loss has to do with one token's log-probability is added to that token's value by the caller.
void attn_logit_gradient(float *x, size_t n, float log_sum, float scale, float entropy_scale, float entropy);

// target[i] += source[i]
void attn_add(float *target, const float *source, size_t n);

// target[i] += factor * source[i]
void attn_add_scaled(float *target, const float *source, size_t n, float factor);

// Sum of x[i] y[i]: 16 lanes of float32, y in `format`.
float attn_dot(const float *x, const void *y, attn_format format, size_t n);

// Sum of x[i]^2: 16 lanes of float32 over 4096 values at a time, those in double, in order.
double attn_sum_of_squares(const float *x, size_t n);

// One step of AdamW on n values; see AdamW.swift.
typedef struct {
    float learning_rate, beta1, beta2, epsilon, weight_decay;
    float correction1, correction2;  // 1 - beta^t
    float gradient_scale;            // what gradients are multiplied with first
} attn_adamw_settings;

void attn_adamw(const attn_adamw_settings *settings, float *w, float *m, float *v, const float *gradient, size_t n);

#endif
