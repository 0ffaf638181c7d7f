// Weights quantised in blocks, as GGUF files store them: some integers of few bits and the scales they share.
//
// Formats are given by the numbers they have in those files (`ggml_type`). What a `void *` points at may lie at any
// address. Products and sums are rounded to float32 one by one, never fused, so that results are those of the `gguf`
// package's `quants.py` bit for bit, on every processor.
#ifndef ATTN_BLOCKS_H
#define ATTN_BLOCKS_H

#include <stddef.h>
#include <stdint.h>

enum attn_block_format {
    ATTN_BLOCK_Q4_0 = 2,
    ATTN_BLOCK_Q4_1 = 3,
    ATTN_BLOCK_Q5_0 = 6,
    ATTN_BLOCK_Q5_1 = 7,
    ATTN_BLOCK_Q8_0 = 8,
    ATTN_BLOCK_Q2_K = 10,
    ATTN_BLOCK_Q3_K = 11,
    ATTN_BLOCK_Q4_K = 12,
    ATTN_BLOCK_Q5_K = 13,
    ATTN_BLOCK_Q6_K = 14,
    // One double a block, rounded to float32.
    ATTN_BLOCK_F64 = 28,
};

// Elements and bytes of one block; 0 for other numbers than those above.
size_t attn_block_elements(uint32_t format);
size_t attn_block_bytes(uint32_t format);

// Writes the values of `n` blocks, in order. Does nothing for other formats than those above.
void attn_blocks_to_f32(uint32_t format, const void *source, float *restrict destination, size_t n);

// Writes `n` blocks of Q8_0, each of 32 values: d = max |x| / 127 as a half, q = round(x / d), halves away from zero, as
// llama.cpp does. Values must be finite.
void attn_f32_to_q8_0(const float *source, void *restrict destination, size_t n);

#endif
