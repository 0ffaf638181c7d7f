#ifndef ATTNRL_ATTENTION_H
#define ATTNRL_ATTENTION_H

#include "layout.h"

// Tokens in one block of key/value memory.
enum { ATTN_BLOCK = 64 };

// Keys of one block and head are a panel with tokens as outputs and the head's width as inner dimension. Values
// are panels the other way round: the head's width as outputs (panels of up to 64, widths padded to 16), tokens
// as inner dimension. So scores and weighted sums are the matrix product of matmul.h. Unused tokens hold zeros.

// Bytes of the keys, or of the values, of one block and head of width d.
size_t attn_key_bytes(attn_format format, size_t d);
size_t attn_value_bytes(attn_format format, size_t d);

// Writes one token's key and value (float32, width d) at `slot` (0..<64) of a block.
void attn_store_key(attn_format format, void *keys, size_t slot, size_t d, const float *restrict key);
void attn_store_value(attn_format format, void *values, size_t slot, size_t d, const float *restrict value);

// Attention rows to keep as they are: queries [begin, end) of one head, row i as i + 1 values one after the other.
typedef struct {
    size_t layer, head;
    size_t begin, end;
    float *rows;
} attn_raw_rows;

// What to fold of each softmax row. Row r of the chunk adds, for every step k up to its own, the probability on
// the tokens of step k to sums[slots[r]][layer * heads + head][k].
typedef struct {
    const uint32_t *starts;  // first token of every step so far and in this chunk, ascending, and one past the last
    const uint32_t *steps;   // per chunk row: the step it is in
    const uint32_t *slots;   // per chunk row: which row of sums
    float *sums;
    size_t slot_stride;      // values between slots
    size_t head_stride;      // values between heads
    const attn_raw_rows *raw;
    size_t raw_count;
} attn_capture;

// Causal attention of a chunk of one sequence's tokens, for one key-value head, or some of the query heads on it.
//
//     out[t, h] = sum over s <= first + t of softmax_s(q[t, h] . k[s]) v[s]
//
// q is already scaled. Rows are computed alike whatever else is in the chunk. Tokens at positions from hidden_end on
// do not see the keys [hidden_begin, hidden_end): their softmax is over the others, and their probability on these is 0.
// With a window, s > first + t - window as well, and blocks that no row sees are not read.
typedef struct {
    attn_format format;
    const float *q;              // [rows, q_stride], heads one after the other
    size_t q_stride;
    void *out;                   // [rows, out_stride], in `format`, heads one after the other
    size_t out_stride;
    size_t d;
    size_t rows;                 // query tokens in the chunk
    size_t first;                // position of the chunk's first token
    size_t hidden_begin;         // keys hidden from later tokens; both 0: none
    size_t hidden_end;
    size_t window;               // keys each token sees at most, its own among them; 0: all
    size_t heads;                // query heads in all, for capture
    size_t layer;                // for capture
    const uint8_t *pool;         // key/value memory
    const int32_t *blocks;       // the sequence's blocks, in order
    size_t block_bytes;          // distance between blocks in the pool
    size_t key_offset;           // of this layer's and head's keys and values in a block
    size_t value_offset;
    const attn_capture *capture; // null: nothing is kept
} attn_attention_call;

// Bytes of scratch a call needs with a sequence of up to `length` tokens and up to `group` query heads.
size_t attn_attention_scratch(size_t length, size_t d, size_t group);

// Heads [head_begin, head_end) all read the key-value head the offsets name.
void attn_attention(const attn_attention_call *call, size_t head_begin, size_t head_end, void *scratch);

#endif
