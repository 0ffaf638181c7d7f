// Every kernel, compiled once for each instruction set: a file that includes this sets the target and defines
//
//     NAME(x)        the symbol's name with the set's suffix
//     WIDE           vectors of 16 floats that a tile holds side by side
//     dot2(s, a, b)  s + a.lo * b.lo + a.hi * b.hi over pairs of bfloat16
//     weight_pair, pair_weights(lo, hi), dot2_weights(s, a, w)
//                    the same where b are weights that were floats, small integers, and a is one pair

#include "tile.h"
#include "tile_q8.h"

// MARK: matrix products

INLINE v16 silu_times(v16 gate, v16 up) { return gate / (splat(1.0f) + exp16(-gate)) * up; }

// 2 u of ATTN_GELU_TANH, whose sigmoid is what gelu multiplies its argument with.
INLINE v16 gelu_exponent(v16 z) {
    const float root = 0.7978845608028654f;  // sqrt(2 / pi)
    return splat(2 * root) * z * (splat(1.0f) + splat(0.044715f) * (z * z));
}

INLINE v16 gelu_times(v16 gate, v16 up) { return gate / (splat(1.0f) + exp16(-gelu_exponent(gate))) * up; }

// Sixteen values of a bias, zeros where there are none.
INLINE v16 bias_at(const float *bias, size_t i, size_t count) {
    return bias ? load_some(ATTN_F32, bias, i, count) : splat(0.0f);
}

INLINE void finish_swiglu(const attn_matmul_call *c, const float *gate, const float *up, size_t row, size_t column,
                          size_t width, const attn_gate function) {
    for (size_t i = 0; i < width; i += 16) {
        const size_t at = column + i, count = width - i < 16 ? width - i : 16;
        v16 g = load(gate + i) + bias_at(c->bias, at, count), u = load(up + i) + bias_at(c->bias_up, at, count);
        if (c->added && c->is_added[row]) {
            const float *added = c->added + row * 2 * c->outputs;
            g += load_some(ATTN_F32, added, at, count);
            u += load_some(ATTN_F32, added, c->outputs + at, count);
        }
        store_some(c->format, c->out, row * c->out_stride + at, count,
                   function == ATTN_SILU ? silu_times(g, u) : gelu_times(g, u));
        if (c->kept) {
            store_some(c->format, c->kept, row * 2 * c->outputs + at, count, g);
            store_some(c->format, c->kept, (row * 2 + 1) * c->outputs + at, count, u);
        }
    }
}

INLINE void panel_products(const attn_matmul_call *c, size_t panel, size_t row, int rows, const tile_target *to) {
    if (c->quantised) {
        const size_t blocks = (c->k + ATTN_Q8_LENGTH - 1) / ATTN_Q8_LENGTH;
        tile_q8(c->format, (const uint8_t *)c->x + row * c->x_stride * (c->format == ATTN_F32 ? 4 : 2), c->x_stride,
                (const uint8_t *)c->panels + panel * blocks * ATTN_Q8_PANEL, c->k, to, rows);
    } else if (c->format == ATTN_F32) {
        tile_f32((const float *)c->x + row * c->x_stride, c->x_stride,
                 (const float *)c->panels + panel * c->k * ATTN_PANEL, ATTN_PANEL, c->k, to, rows, 4);
    } else {
        const size_t pairs = (c->k + 1) / 2;
        tile_bf16((const uint32_t *)c->x + row * (c->x_stride / 2), c->x_stride / 2,
                  (const uint32_t *)c->panels + panel * pairs * ATTN_PANEL, ATTN_PANEL, pairs, to, rows, 4);
    }
}

// A panel's products where the row of results is wide enough for all of it: they go where they belong at once.
INLINE void whole_panel(const attn_matmul_call *c, size_t panel, size_t row, int rows) {
    const size_t column = panel * ATTN_PANEL, at = row * c->out_stride + column;
    tile_target to = { (float *)c->out + at, c->out_stride, TILE_STORE, c->bias ? c->bias + column : 0, 0 };
    if (c->epilogue == ATTN_ADD) {
        to.use = TILE_ADD;
        to.addend = c->addend + at;
    }
    panel_products(c, panel, row, rows, &to);
}

// The last panel of outputs that are not a multiple of its width.
INLINE void part_of_panel(const attn_matmul_call *c, size_t panel, size_t row, int rows, size_t width) {
    float tile[ROWS * ATTN_PANEL] __attribute__((aligned(64)));
    const size_t column = panel * ATTN_PANEL;
    panel_products(c, panel, row, rows, &(tile_target){ tile, ATTN_PANEL, TILE_STORE, 0, 0 });
    for (int r = 0; r < rows; r++) {
        const size_t at = (row + r) * c->out_stride + column;
        for (size_t i = 0; i < width; i++) {
            const float y = tile[r * ATTN_PANEL + i] + (c->bias ? c->bias[column + i] : 0.0f);
            ((float *)c->out)[at + i] = c->epilogue == ATTN_ADD ? c->addend[at + i] + y : y;
        }
    }
}

INLINE void swiglu_panels(const attn_matmul_call *c, size_t panel, size_t row, int rows, size_t column, size_t width) {
    float tile[2][ROWS * ATTN_PANEL] __attribute__((aligned(64)));
    for (size_t i = 0; i < 2; i++)
        panel_products(c, panel + i, row, rows, &(tile_target){ tile[i], ATTN_PANEL, TILE_STORE, 0, 0 });
    if (c->gate == ATTN_SILU)
        for (int r = 0; r < rows; r++)
            finish_swiglu(c, tile[0] + r * ATTN_PANEL, tile[1] + r * ATTN_PANEL, row + r, column, width, ATTN_SILU);
    else
        for (int r = 0; r < rows; r++)
            finish_swiglu(c, tile[0] + r * ATTN_PANEL, tile[1] + r * ATTN_PANEL, row + r, column, width, ATTN_GELU_TANH);
}

void NAME(attn_matmul)(const attn_matmul_call *c, size_t panel_begin, size_t panel_end, size_t row_begin,
                       size_t row_end) {
    const size_t stride = c->epilogue == ATTN_SWIGLU ? 2 : 1;
    for (size_t p = panel_begin; p < panel_end; p += stride) {
        const size_t column = p / stride * ATTN_PANEL;
        const size_t width = c->outputs - column < ATTN_PANEL ? c->outputs - column : ATTN_PANEL;
        for (size_t row = row_begin; row < row_end; row += ROWS) {
            const int rows = row_end - row < ROWS ? (int)(row_end - row) : ROWS;
            if (c->epilogue == ATTN_SWIGLU) swiglu_panels(c, p, row, rows, column, width);
            else if (width == ATTN_PANEL) whole_panel(c, p, row, rows);
            else part_of_panel(c, p, row, rows, width);
        }
    }
}

// MARK: rows

INLINE float mean_square_root(const float *x, size_t n, float epsilon) {
    v16 sum = splat(0.0f);
    size_t i = 0;
    for (; i + 16 <= n; i += 16) sum += load(x + i) * load(x + i);
    float rest = 0;
    for (; i < n; i++) rest += x[i] * x[i];
    return 1.0f / __builtin_sqrtf((sum_lanes(sum) + rest) / (float)n + epsilon);
}

void NAME(attn_rms_norm)(const float *restrict x, const float *restrict weight, size_t n, float epsilon,
                         attn_format format, void *restrict out) {
    const float scale = mean_square_root(x, n, epsilon);
    if (format == ATTN_F32) {
        float *restrict y = out;
        for (size_t i = 0; i < n; i++) y[i] = x[i] * scale * weight[i];
    } else {
        uint16_t *restrict y = out;
        for (size_t i = 0; i < n; i++) y[i] = to_bf16(x[i] * scale * weight[i]);
    }
}

void NAME(attn_rms_norm_add)(const float *restrict x, const float *restrict weight, size_t n, float epsilon,
                             const float *residual, float *out) {
    const float scale = mean_square_root(x, n, epsilon);
    for (size_t i = 0; i < n; i++) out[i] = residual[i] + x[i] * scale * weight[i];
}

void NAME(attn_rms_norm_head)(float *x, const float *restrict weight, size_t n, float epsilon) {
    const float scale = mean_square_root(x, n, epsilon);
    for (size_t i = 0; i < n; i++) x[i] = x[i] * scale * weight[i];
}

void NAME(attn_rotate_head)(float *x, const float *restrict cosines, const float *restrict sines, size_t d,
                            float scale) {
    float *restrict low = x, *restrict high = x + d / 2;
    for (size_t i = 0; i < d / 2; i++) {
        const float a = low[i], b = high[i];
        low[i] = (a * cosines[i] - b * sines[i]) * scale;
        high[i] = (b * cosines[i] + a * sines[i]) * scale;
    }
}

void NAME(attn_scale)(float *x, size_t n, float scale) {
    for (size_t i = 0; i < n; i++) x[i] *= scale;
}

// MARK: attention

// Rows of queries that go through the keys together: bounded so that their scores stay in the level 2 cache.
enum { SCORE_FLOATS = 128 * 1024, MOST_ROWS = 48 };

INLINE size_t round_up(size_t n, size_t to) { return (n + to - 1) / to * to; }

INLINE size_t tokens_together(size_t length, size_t group) {
    size_t rows = SCORE_FLOATS / round_up(length, ATTN_BLOCK);
    if (rows > MOST_ROWS) rows = MOST_ROWS;
    return rows > group ? rows / group : 1;
}

// Enough for every shorter sequence and smaller group as well: those may take more rows together, and so more memory,
// than one long sequence does.
size_t NAME(attn_attention_scratch)(size_t length, size_t d, size_t group) {
    const size_t wide = round_up(d, 16), padded = round_up(length, ATTN_BLOCK);
    const size_t heads = group < MOST_ROWS ? group : MOST_ROWS;
    size_t scores = MOST_ROWS * padded;
    if (scores > SCORE_FLOATS) scores = SCORE_FLOATS;
    if (scores < heads * padded) scores = heads * padded;  // at least one token goes through, with all its heads
    // queries, scores, their bfloat16 twins, weighted sums, and room to align them
    return 4 * (MOST_ROWS * wide + scores + (scores + 1) / 2 + MOST_ROWS * wide) + 4 * 64;
}

typedef struct {
    float *queries;   // [rows, wide] in the call's format
    float *scores;    // [rows, length]
    uint16_t *weights;  // [rows, length], bfloat16 calls only
    float *sums;      // [rows, wide]
    size_t wide, length;
} scratch_parts;

INLINE scratch_parts divide_scratch(void *scratch, size_t rows, size_t d, size_t length) {
    scratch_parts s;
    uintptr_t at = ((uintptr_t)scratch + 63) & ~(uintptr_t)63;
    s.wide = round_up(d, 16);
    s.length = round_up(length, ATTN_BLOCK);
    s.queries = (float *)at;
    at = (at + 4 * rows * s.wide + 63) & ~(uintptr_t)63;
    s.scores = (float *)at;
    at += 4 * rows * s.length;
    s.sums = (float *)at;
    at = (at + 4 * rows * s.wide + 63) & ~(uintptr_t)63;
    s.weights = (uint16_t *)at;
    return s;
}

INLINE void gather_queries(const attn_attention_call *c, size_t token, size_t tokens, size_t head, size_t group,
                           scratch_parts s) {
    for (size_t t = 0; t < tokens; t++)
        for (size_t h = 0; h < group; h++) {
            const float *q = c->q + (token + t) * c->q_stride + (head + h) * c->d;
            if (c->format == ATTN_F32) {
                __builtin_memcpy(s.queries + (t * group + h) * s.wide, q, 4 * c->d);
            } else {
                uint16_t *to = (uint16_t *)s.queries + (t * group + h) * s.wide;
                for (size_t i = 0; i < c->d; i++) to[i] = to_bf16(q[i]);
            }
        }
}

// Asks for memory that is read soon: blocks lie apart, so the processor does not see the next one coming.
INLINE void prefetch(const void *memory, size_t bytes) {
    for (size_t i = 0; i < bytes; i += 64) __builtin_prefetch((const char *)memory + i, 0, 2);
}

// `tokens` of the block are in use; whole vectors of tokens that are not are left out.
INLINE void score_block(const attn_attention_call *c, const void *keys, size_t tokens, size_t rows, float *scores,
                        scratch_parts s) {
    const int vectors = (int)((tokens + 15) / 16);
    for (size_t r = 0; r < rows; r += ROWS) {
        const int some = rows - r < ROWS ? (int)(rows - r) : ROWS;
        const tile_target to = { scores + r * s.length, s.length, TILE_STORE, 0, 0 };
        if (c->format == ATTN_F32)
            tile_f32(s.queries + r * s.wide, s.wide, keys, ATTN_BLOCK, c->d, &to, some, vectors);
        else
            tile_bf16((const uint32_t *)s.queries + r * (s.wide / 2), s.wide / 2, keys, ATTN_BLOCK, c->d / 2, &to, some,
                      vectors);
    }
}

// `first` is the first block that is weighed: it begins the sums, the others go on with them.
INLINE void weigh_block(const attn_attention_call *c, const uint8_t *values, size_t block, size_t first, size_t tokens,
                        size_t rows, scratch_parts s) {
    const size_t at = block * ATTN_BLOCK;
    for (size_t column = 0; column < s.wide; column += ATTN_PANEL) {
        const size_t width = s.wide - column < ATTN_PANEL ? s.wide - column : ATTN_PANEL;
        const int vectors = (int)(width / 16);
        for (size_t r = 0; r < rows; r += ROWS) {
            const int some = rows - r < ROWS ? (int)(rows - r) : ROWS;
            const tile_target to = { s.sums + r * s.wide + column, s.wide, block > first ? TILE_CONTINUE : TILE_STORE, 0, 0 };
            if (c->format == ATTN_F32)
                tile_f32(s.scores + r * s.length + at, s.length, (const float *)values + column * ATTN_BLOCK, width,
                         tokens, &to, some, vectors);
            else
                tile_bf16((const uint32_t *)s.weights + (r * s.length + at) / 2, s.length / 2,
                          (const uint32_t *)values + column * ATTN_BLOCK / 2, width, (tokens + 1) / 2, &to, some,
                          vectors);
        }
    }
}

// Turns `count` scores into e^(score - max) in place, zeros up to the end of the last block, and returns their sum.
INLINE float exponentials(float *row, size_t count, size_t length) {
    const size_t whole = count / 16 * 16;
    v16 most = splat(-__builtin_inff());
    for (size_t i = 0; i < whole; i += 16) {
        const v16 x = load(row + i);
        most = choose_lanes(x > most, x, most);
    }
    float max = max_lanes(most);
    for (size_t i = whole; i < count; i++) max = row[i] > max ? row[i] : max;
    for (size_t i = count; i < length; i++) row[i] = -__builtin_inff();
    v16 sum = splat(0.0f);
    for (size_t i = 0; i < round_up(count, 16); i += 16) {
        const v16 e = exp16(load(row + i) - splat(max));
        store(row + i, e);
        sum += e;
    }
    for (size_t i = round_up(count, 16); i < length; i++) row[i] = 0.0f;
    return sum_lanes(sum);
}

void NAME(attn_softmax)(float *x, size_t n) {
    const float inverse = 1.0f / exponentials(x, n, round_up(n, 16));
    for (size_t i = 0; i < n; i++) x[i] *= inverse;
}

// Takes keys out of a row of scores: what is left of them in the softmax is e^-infinity.
INLINE void hide_keys(float *row, size_t begin, size_t end) {
    for (size_t i = begin; i < end; i++) row[i] = -__builtin_inff();
}

// The first key that the token at `position` sees.
INLINE size_t first_seen(size_t position, size_t window) {
    return window > 0 && position >= window ? position + 1 - window : 0;
}

// The values from `begin` to `end`, added 16 apart. Reads up to 15 past the end, which the scratch behind every row has
// room for, and counts none of them.
INLINE v16 range_lanes(const float *row, size_t begin, size_t end) {
    v16 sum = splat(0.0f);
    size_t i = begin;
    for (; i + 16 <= end; i += 16) sum += load(row + i);
    return i < end ? sum + first_lanes(load(row + i), end - i) : sum;
}

INLINE float *step_sums(const attn_attention_call *c, size_t chunk_row, size_t head) {
    const attn_capture *k = c->capture;
    return k->sums + k->slots[chunk_row] * k->slot_stride + (c->layer * c->heads + head) * k->head_stride;
}

static void capture_row(const attn_attention_call *c, const float *row, float inverse, size_t chunk_row, size_t head) {
    const attn_capture *k = c->capture;
    const size_t position = c->first + chunk_row, step = k->steps[chunk_row];
    if (step > 0) {  // the prompt's own row of the step map is known without
        float *sums = step_sums(c, chunk_row, head);
        size_t s = 0;
        for (; s + 4 <= step; s += 4) {  // four at a time: adding up lanes is most of the work
            v16 lanes[4];
            for (size_t i = 0; i < 4; i++) lanes[i] = range_lanes(row, k->starts[s + i], k->starts[s + i + 1]);
            const v4 four = (v4)*(const v4u *)(sums + s) + sum_lanes_of_four(lanes) * inverse;
            *(v4u *)(sums + s) = (v4u)four;
        }
        for (; s < step; s++) sums[s] += sum_lanes(range_lanes(row, k->starts[s], k->starts[s + 1])) * inverse;
        sums[step] += sum_lanes(range_lanes(row, k->starts[step], position + 1)) * inverse;
    }
    for (size_t i = 0; i < k->raw_count; i++) {
        const attn_raw_rows *raw = k->raw + i;
        if (raw->layer != c->layer || raw->head != head || position < raw->begin || position >= raw->end) continue;
        // rows begin...position - 1 hold begin + 1 up to position values
        const size_t before = (position - raw->begin) * (raw->begin + 1 + position) / 2;
        for (size_t t = 0; t <= position; t++) raw->rows[before + t] = row[t] * inverse;
    }
}

INLINE void write_sums(const attn_attention_call *c, const float *sums, float inverse, size_t row, size_t head) {
    if (c->format == ATTN_F32) {
        float *restrict out = (float *)c->out + row * c->out_stride + head * c->d;
        for (size_t i = 0; i < c->d; i++) out[i] = sums[i] * inverse;
    } else {
        uint16_t *restrict out = (uint16_t *)c->out + row * c->out_stride + head * c->d;
        for (size_t i = 0; i < c->d; i++) out[i] = to_bf16(sums[i] * inverse);
    }
}

// Tokens of a block that a sequence of `length` tokens uses.
INLINE size_t block_tokens(size_t block, size_t length) {
    const size_t rest = length - block * ATTN_BLOCK;
    return rest < ATTN_BLOCK ? rest : ATTN_BLOCK;
}

// Scores, softmax, weighted sums of some tokens of the chunk. The softmax is over a whole row of scores, so that
// capture sees probabilities; their normalisation is applied to the weighted sums. Whole blocks before what the first
// token sees are left out: their probabilities would be zeros, which change no bit of any sum.
INLINE void attend(const attn_attention_call *c, size_t token, size_t tokens, size_t head, size_t group,
                   scratch_parts s) {
    const size_t rows = tokens * group, last = c->first + token + tokens;
    const size_t blocks = round_up(last, ATTN_BLOCK) / ATTN_BLOCK;
    const size_t begin = first_seen(c->first + token, c->window) / ATTN_BLOCK, left_out = begin * ATTN_BLOCK;
    float inverse[MOST_ROWS];
    gather_queries(c, token, tokens, head, group, s);
    // While a token is decoded the weights drive the sums out of the caches.
    if (c->capture && tokens == 1)
        for (size_t h = 0; h < group; h++)
            prefetch(step_sums(c, token, head + h), 4 * (c->capture->steps[token] + 1));
    for (size_t b = begin; b < blocks; b++) {
        const uint8_t *block = c->pool + (size_t)c->blocks[b] * c->block_bytes;
        if (tokens == 1) prefetch(b + 1 < blocks ? c->pool + (size_t)c->blocks[b + 1] * c->block_bytes + c->key_offset
                                                 : c->pool + (size_t)c->blocks[begin] * c->block_bytes + c->value_offset,
                                  c->value_offset - c->key_offset);
        score_block(c, block + c->key_offset, block_tokens(b, last), rows, s.scores + b * ATTN_BLOCK, s);
    }
    for (size_t r = 0; r < rows; r++) {
        float *row = s.scores + r * s.length;
        const size_t chunk_row = token + r / group, position = c->first + chunk_row;
        if (position >= c->hidden_end) hide_keys(row, c->hidden_begin, c->hidden_end);
        hide_keys(row, left_out, first_seen(position, c->window));
        inverse[r] = 1.0f / exponentials(row + left_out, position + 1 - left_out, blocks * ATTN_BLOCK - left_out);
        if (c->capture) {
            __builtin_memset(row, 0, 4 * left_out);
            capture_row(c, row, inverse[r], chunk_row, head + r % group);
        }
        if (c->format == ATTN_BF16) {
            uint16_t *restrict weights = s.weights + r * s.length;
            for (size_t i = left_out; i < blocks * ATTN_BLOCK; i += 16) store_bf16(weights + i, load(row + i));
        }
    }
    for (size_t b = begin; b < blocks; b++) {
        const uint8_t *block = c->pool + (size_t)c->blocks[b] * c->block_bytes;
        if (tokens == 1 && b + 1 < blocks)
            prefetch(c->pool + (size_t)c->blocks[b + 1] * c->block_bytes + c->value_offset,
                     c->value_offset - c->key_offset);
        weigh_block(c, block + c->value_offset, b, begin, block_tokens(b, last), rows, s);
    }
    for (size_t r = 0; r < rows; r++) write_sums(c, s.sums + r * s.wide, inverse[r], token + r / group, head + r % group);
}

void NAME(attn_attention)(const attn_attention_call *c, size_t head_begin, size_t head_end, void *scratch) {
    // More query heads than fit the row limit go in turns; each row is computed alike.
    for (size_t head = head_begin; head < head_end; head += MOST_ROWS) {
        const size_t group = head_end - head < MOST_ROWS ? head_end - head : MOST_ROWS;
        const size_t length = c->first + c->rows, together = tokens_together(length, group);
        const scratch_parts s = divide_scratch(scratch, together * group, c->d, length);
        for (size_t token = 0; token < c->rows; token += together)
            attend(c, token, c->rows - token < together ? c->rows - token : together, head, group, s);
    }
}
