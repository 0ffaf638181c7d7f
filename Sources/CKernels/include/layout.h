#ifndef ATTNRL_LAYOUT_H
#define ATTNRL_LAYOUT_H

#include <stddef.h>
#include <stdint.h>

// Matrices that activations are multiplied with are stored as panels of 64 outputs. Inside a panel the inner
// dimension runs slowest, so one vector load takes the same inner index of 16 outputs:
//
//     float32    panel[k][c]        k < K,   c < 64
//     bfloat16   panel[k/2][c][k%2] k < K,   c < 64    (pairs, as the dot-product instruction wants them)
//
// The number of outputs is padded to whole panels with zeros, an odd K with one zero.
enum { ATTN_PANEL = 64 };

// Matrices quantised as GGUF's Q8_0 (32 inner indices of an output share a scale) lie in such panels too, block after
// block, 34 bytes for 32 weights:
//
//     half scale[c], int8 q[k][c]   k < 32,  c < 64;  w[k][c] = scale[c] * q[k][c]
//
// A K that is no multiple of 32 is padded with zeros.
enum { ATTN_Q8_LENGTH = 32, ATTN_Q8_PANEL = (2 + ATTN_Q8_LENGTH) * ATTN_PANEL };

// Formats of activations, and of packed matrices that are not quantised.
typedef enum { ATTN_F32 = 0, ATTN_BF16 = 1 } attn_format;

// Packs `outputs` (at most 64) rows of a row-major [outputs, K] matrix of 32-bit words as one panel: a float32
// value is a word, and so is a pair of bfloat16 values. `stride` is the distance between rows in words.
void attn_pack_panel(const uint32_t *restrict source, size_t stride, size_t outputs, size_t words,
                     uint32_t *restrict panel);

// Copies all 64 outputs of a panel to float32 rows of k values, one after the other.
void attn_unpack_panel(attn_format format, const void *panels, size_t panel, size_t k, float *restrict rows);

// Copies output `index` of packed panels to float32: a row of an embedding table.
void attn_embedding_row(attn_format format, const void *panels, size_t index, size_t k, float *restrict row);

// Packs `outputs` (at most 64) rows of Q8_0 blocks, as attn_f32_to_q8_0 writes them and GGUF files have them, as one
// panel; `stride` is the distance between rows in bytes.
void attn_pack_q8_panel(const void *restrict source, size_t stride, size_t outputs, size_t blocks,
                        void *restrict panel);

// As attn_embedding_row, of quantised panels.
void attn_q8_embedding_row(const void *panels, size_t index, size_t k, float *restrict row);

#endif
