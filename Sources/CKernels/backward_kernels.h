// Gradients of the kernels in kernels.h, compiled once for each instruction set after them.

// MARK: matrix products

enum {
    GRADIENT_ROWS = 256,    // rows of x and dy that are gone through at a time
    GRADIENT_OUTPUTS = 384, // outputs of dy: up to 384 KiB, to stay in the level 2 cache
    WORD_STEP = GRADIENT_OUTPUTS + 16  // an odd number of cache lines: steps are spread over all sets of a cache
};

void NAME(attn_pack_transposed)(attn_format format, const float *w, size_t rows, size_t k, size_t at, size_t inner,
                                void *panels, size_t panel_begin, size_t panel_end) {
    for (size_t p = panel_begin; p < panel_end; p++) {
        const size_t column = p * ATTN_PANEL, width = k - column < ATTN_PANEL ? k - column : ATTN_PANEL;
        if (format == ATTN_F32) {
            float *restrict panel = (float *)panels + (p * inner + at) * ATTN_PANEL;
            for (size_t n = 0; n < rows; n++)
                for (size_t c = 0; c < ATTN_PANEL; c++)
                    panel[n * ATTN_PANEL + c] = c < width ? w[n * k + column + c] : 0.0f;
        } else {
            const size_t pairs = (inner + 1) / 2;
            uint16_t *restrict panel = (uint16_t *)panels + p * pairs * ATTN_PANEL * 2;
            for (size_t n = 0; n < rows; n++) {
                uint16_t *restrict to = panel + (at + n) / 2 * ATTN_PANEL * 2 + (at + n) % 2;
                for (size_t c = 0; c < ATTN_PANEL; c++) to[2 * c] = c < width ? to_bf16(w[n * k + column + c]) : 0;
            }
            if (at + rows == inner && inner % 2 == 1)
                for (size_t c = 0; c < ATTN_PANEL; c++) panel[(pairs - 1) * ATTN_PANEL * 2 + 2 * c + 1] = 0;
        }
    }
}

size_t NAME(attn_weight_gradient_scratch)(void) {
    return 4 * (GRADIENT_ROWS * ATTN_PANEL + GRADIENT_ROWS / 2 * WORD_STEP) + 64;
}

// Two rows of bfloat16 as one of pairs; without a second row its values are zeros.
INLINE void pair_rows(const uint16_t *low, const uint16_t *high, size_t n, uint32_t *restrict to) {
    size_t i = 0;
    for (; i + 16 <= n; i += 16) {
        v16w pairs = __builtin_convertvector((h16)*(const h16u *)(low + i), v16w);
        if (high) pairs |= __builtin_convertvector((h16)*(const h16u *)(high + i), v16w) << 16;
        store((float *)to + i, (v16)pairs);
    }
    for (; i < n; i++) to[i] = low[i] | (high ? (uint32_t)high[i] << 16 : 0);
}

// Pairs rows of dy, outputs [begin, begin + outputs): pair m at m * WORD_STEP.
INLINE void gather_outputs(const attn_weight_gradient_call *c, size_t row, size_t rows, size_t begin, size_t outputs,
                           uint32_t *restrict to) {
    for (size_t m = 0; m < rows; m += 2) {
        const uint16_t *low = (const uint16_t *)c->dy + (row + m) * c->dy_stride + begin;
        pair_rows(low, m + 1 < rows ? low + c->dy_stride : 0, outputs, to + m / 2 * WORD_STEP);
    }
}

// Repacks rows of x, columns [column, column + width), as a panel with rows, or pairs of them, as inner dimension.
INLINE void gather_columns(const attn_weight_gradient_call *c, size_t row, size_t rows, size_t column, size_t width,
                           uint32_t *restrict to) {
    const size_t together = c->format == ATTN_F32 ? 1 : 2;
    for (size_t m = 0; m < rows; m += together, to += ATTN_PANEL) {
        const size_t at = (row + m) * c->x_stride + column;
        const uint16_t *low = (const uint16_t *)c->x + at;
        if (c->format == ATTN_F32) __builtin_memcpy(to, (const float *)c->x + at, 4 * width);
        else pair_rows(low, m + 1 < rows ? low + c->x_stride : 0, width, to);
        for (size_t i = width; i < ATTN_PANEL; i++) to[i] = 0;
    }
}

// Operands of a weight gradient's tiles: `steps` rows, or pairs of them, of up to six outputs and of a panel of columns.
typedef struct {
    const void *dy, *x;
    size_t dy_step, x_step, steps;
} gradient_operands;

INLINE void add_products(const attn_weight_gradient_call *c, gradient_operands from, size_t output, int outputs,
                         size_t column, size_t width) {
    float tile[ROWS * ATTN_PANEL] __attribute__((aligned(64)));
    float *out = c->gradient + output * c->k + column;
    const bool whole = width % 16 == 0;
    const int vectors = (int)((width + 15) / 16);
    const tile_target to = { whole ? out : tile, whole ? c->k : ATTN_PANEL, whole ? TILE_ADD : TILE_STORE, 0, out };
    if (c->format == ATTN_F32)
        tile_f32_across(from.dy, from.dy_step, from.x, from.x_step, from.steps, &to, outputs, vectors);
    else
        tile_bf16_across(from.dy, from.dy_step, from.x, from.x_step, from.steps, &to, outputs, vectors);
    if (whole) return;
    for (int r = 0; r < outputs; r++)
        for (size_t i = 0; i < width; i++) out[r * c->k + i] += tile[r * ATTN_PANEL + i];
}

// float32 rows are read where they are, unless their last columns are not a whole vector; bfloat16 rows are paired
// first.
void NAME(attn_weight_gradient)(const attn_weight_gradient_call *c, size_t output_begin, size_t output_end,
                                void *scratch) {
    uint32_t *panel = (uint32_t *)(((uintptr_t)scratch + 63) & ~(uintptr_t)63);
    uint32_t *words = panel + GRADIENT_ROWS * ATTN_PANEL;
    for (size_t begin = output_begin; begin < output_end; begin += GRADIENT_OUTPUTS) {
        const size_t outputs = output_end - begin < GRADIENT_OUTPUTS ? output_end - begin : GRADIENT_OUTPUTS;
        for (size_t row = 0; row < c->rows; row += GRADIENT_ROWS) {
            const size_t rows = c->rows - row < GRADIENT_ROWS ? c->rows - row : GRADIENT_ROWS;
            const size_t steps = c->format == ATTN_F32 ? rows : (rows + 1) / 2;
            if (c->format == ATTN_BF16) gather_outputs(c, row, rows, begin, outputs, words);
            for (size_t column = 0; column < c->k; column += ATTN_PANEL) {
                const size_t width = c->k - column < ATTN_PANEL ? c->k - column : ATTN_PANEL;
                gradient_operands from = { 0, panel, WORD_STEP, ATTN_PANEL, steps };
                if (c->format == ATTN_F32 && width % 16 == 0) {
                    from.x = (const float *)c->x + row * c->x_stride + column;
                    from.x_step = c->x_stride;
                } else {
                    gather_columns(c, row, rows, column, width, panel);
                }
                for (size_t n = 0; n < outputs; n += ROWS) {
                    const int some = outputs - n < ROWS ? (int)(outputs - n) : ROWS;
                    from.dy = words + n;
                    if (c->format == ATTN_F32) {
                        from.dy = (const float *)c->dy + row * c->dy_stride + begin + n;
                        from.dy_step = c->dy_stride;
                    }
                    add_products(c, from, begin + n, some, column, width);
                }
            }
        }
    }
}

// MARK: attention

INLINE size_t gradient_memory(size_t d) { return (2 * d + round_up(d, 16)) * ATTN_BLOCK; }

size_t NAME(attn_gradient_block_floats)(size_t d) { return gradient_memory(d); }

size_t NAME(attn_block_gradient_floats)(size_t d) { return 2 * ATTN_BLOCK * round_up(d, 16); }

size_t NAME(attn_attention_gradient_scratch)(size_t length, size_t d, size_t group) {
    const size_t wide = round_up(d, 16), padded = round_up(length, ATTN_BLOCK);
    const size_t heads = group < MOST_ROWS ? group : MOST_ROWS;
    size_t scores = MOST_ROWS * padded;
    if (scores > SCORE_FLOATS) scores = SCORE_FLOATS;
    if (scores < heads * padded) scores = heads * padded;
    return 4 * (3 * MOST_ROWS * wide + 2 * scores) + 6 * 64;
}

typedef struct {
    float *queries, *douts, *sums;  // [rows, wide]
    float *weights, *dscores;       // [rows, length]
    size_t wide, length;
} gradient_parts;

INLINE gradient_parts divide_gradient_scratch(void *scratch, size_t rows, size_t d, size_t length) {
    gradient_parts s;
    float *at = (float *)(((uintptr_t)scratch + 63) & ~(uintptr_t)63);
    s.wide = round_up(d, 16);
    s.length = round_up(length, ATTN_BLOCK);
    s.queries = at;
    s.douts = s.queries + round_up(rows * s.wide, 16);
    s.sums = s.douts + round_up(rows * s.wide, 16);
    s.weights = s.sums + round_up(rows * s.wide, 16);
    s.dscores = s.weights + rows * s.length;
    return s;
}

INLINE void gather_heads(const float *from, size_t stride, size_t token, size_t tokens, size_t head, size_t group,
                         size_t d, size_t wide, float *to) {
    for (size_t t = 0; t < tokens; t++)
        for (size_t h = 0; h < group; h++, to += wide) {
            __builtin_memcpy(to, from + (token + t) * stride + (head + h) * d, 4 * d);
            for (size_t i = d; i < wide; i++) to[i] = 0.0f;
        }
}

// out[r][j] = x[r] . panel[j] over one block laid out like keys.
INLINE void block_products(const float *x, size_t x_stride, const float *panel, size_t d, size_t tokens, size_t rows,
                           float *out, size_t out_stride) {
    const int vectors = (int)((tokens + 15) / 16);
    for (size_t r = 0; r < rows; r += ROWS)
        tile_f32(x + r * x_stride, x_stride, panel, ATTN_BLOCK, d,
                 &(tile_target){ out + r * out_stride, out_stride, TILE_STORE, 0, 0 },
                 rows - r < ROWS ? (int)(rows - r) : ROWS, vectors);
}

// out[r] (+)= sum over tokens of x[r][token] panel[token], over one block laid out like values.
INLINE void block_sums(const float *x, size_t x_stride, const float *panels, size_t wide, size_t tokens, size_t rows,
                       float *out, tile_use use) {
    for (size_t column = 0; column < wide; column += ATTN_PANEL) {
        const size_t width = wide - column < ATTN_PANEL ? wide - column : ATTN_PANEL;
        for (size_t r = 0; r < rows; r += ROWS)
            tile_f32(x + r * x_stride, x_stride, panels + column * ATTN_BLOCK, width, tokens,
                     &(tile_target){ out + r * wide + column, wide, use, 0, 0 }, rows - r < ROWS ? (int)(rows - r) : ROWS,
                     (int)(width / 16));
    }
}

// out[token] += sum over rows of x[r][token] y[r].
INLINE void block_outer(const float *x, size_t x_stride, const float *y, size_t wide, size_t tokens, size_t rows,
                        float *out) {
    for (size_t column = 0; column < wide; column += ATTN_PANEL) {
        const size_t width = wide - column < ATTN_PANEL ? wide - column : ATTN_PANEL;
        for (size_t t = 0; t < tokens; t += ROWS)
            tile_f32_across(x + t, x_stride, y + column, wide, rows,
                            &(tile_target){ out + t * wide + column, wide, TILE_CONTINUE, 0, 0 },
                            tokens - t < ROWS ? (int)(tokens - t) : ROWS, (int)(width / 16));
    }
}

// Scores become probabilities, dscores the derivatives of scores.
INLINE void softmax_gradient(float *restrict weights, float *restrict dscores, size_t count, size_t length) {
    const v16 inverse = splat(1.0f / exponentials(weights, count, length));
    v16 dot = splat(0.0f);
    for (size_t i = 0; i < length; i += 16) {
        const v16 p = load(weights + i) * inverse;
        store(weights + i, p);
        // A block's unused tokens have probability 0; what lies beyond the vectors that were computed may be anything.
        const v16 dp = choose_lanes(p == splat(0.0f), splat(0.0f), load(dscores + i));
        store(dscores + i, dp);
        dot += p * dp;
    }
    const v16 mean = splat(sum_lanes(dot));
    for (size_t i = 0; i < length; i += 16) store(dscores + i, load(weights + i) * (load(dscores + i) - mean));
}

INLINE void attend_gradient(const attn_attention_gradient_call *c, size_t token, size_t tokens, size_t head,
                            size_t group, gradient_parts s) {
    const size_t rows = tokens * group, last = c->first + token + tokens, d = c->d;
    const size_t blocks = round_up(last, ATTN_BLOCK) / ATTN_BLOCK;
    const size_t begin = first_seen(c->first + token, c->window) / ATTN_BLOCK, left_out = begin * ATTN_BLOCK;
    gather_heads(c->q, c->q_stride, token, tokens, head, group, d, s.wide, s.queries);
    gather_heads(c->dout, c->dout_stride, token, tokens, head, group, d, s.wide, s.douts);
    for (size_t b = begin; b < blocks; b++) {
        const float *keys = c->memory + (size_t)c->blocks[b] * c->memory_stride, *values = keys + d * ATTN_BLOCK;
        const size_t at = b * ATTN_BLOCK, used = block_tokens(b, last);
        block_products(s.queries, s.wide, keys, d, used, rows, s.weights + at, s.length);
        block_products(s.douts, s.wide, values, d, used, rows, s.dscores + at, s.length);
    }
    for (size_t r = 0; r < rows; r++) {
        float *weights = s.weights + r * s.length, *dscores = s.dscores + r * s.length;
        const size_t position = c->first + token + r / group;
        hide_keys(weights, left_out, first_seen(position, c->window));
        softmax_gradient(weights + left_out, dscores + left_out, position + 1 - left_out,
                         blocks * ATTN_BLOCK - left_out);
    }
    for (size_t b = begin; b < blocks; b++) {
        const float *panels = c->memory + (size_t)c->blocks[b] * c->memory_stride + 2 * d * ATTN_BLOCK;
        float *dkeys = c->gradients + (size_t)c->blocks[b] * c->gradient_stride, *dvalues = dkeys + ATTN_BLOCK * s.wide;
        const size_t at = b * ATTN_BLOCK, used = block_tokens(b, last);
        block_sums(s.dscores + at, s.length, panels, s.wide, used, rows, s.sums, b > begin ? TILE_CONTINUE : TILE_STORE);
        block_outer(s.dscores + at, s.length, s.queries, s.wide, used, rows, dkeys);
        block_outer(s.weights + at, s.length, s.douts, s.wide, used, rows, dvalues);
    }
    for (size_t r = 0; r < rows; r++)
        __builtin_memcpy(c->dq + (token + r / group) * c->dq_stride + (head + r % group) * d, s.sums + r * s.wide, 4 * d);
}

void NAME(attn_attention_gradient)(const attn_attention_gradient_call *c, size_t head_begin, size_t head_end,
                                   void *scratch) {
    for (size_t head = head_begin; head < head_end; head += MOST_ROWS) {
        const size_t group = head_end - head < MOST_ROWS ? head_end - head : MOST_ROWS;
        const size_t length = c->first + c->rows, together = tokens_together(length, group);
        const gradient_parts s = divide_gradient_scratch(scratch, together * group, c->d, length);
        for (size_t token = 0; token < c->rows; token += together)
            attend_gradient(c, token, c->rows - token < together ? c->rows - token : together, head, group, s);
    }
}

// MARK: rows

INLINE float weighted_dot(const float *a, const float *b, const float *w, size_t n) {
    v16 sum = splat(0.0f);
    size_t i = 0;
    for (; i + 16 <= n; i += 16) sum += load(a + i) * load(w + i) * load(b + i);
    float rest = 0;
    for (; i < n; i++) rest += a[i] * w[i] * b[i];
    return sum_lanes(sum) + rest;
}

void NAME(attn_rms_norm_gradient)(const float *dy, const float *x, const float *w, size_t n, float epsilon,
                                  float *restrict dx, float *restrict dw) {
    const float r = mean_square_root(x, n, epsilon);
    const float shift = r * r * r * weighted_dot(dy, x, w, n) / (float)n;
    for (size_t i = 0; i < n; i++) {
        dx[i] += dy[i] * w[i] * r - x[i] * shift;
        dw[i] += dy[i] * (x[i] * r);
    }
}

void NAME(attn_rms_norm_head_gradient)(float *dy, const float *x, const float *w, size_t n, float epsilon, float *dw) {
    const float r = mean_square_root(x, n, epsilon);
    const float shift = r * r * r * weighted_dot(dy, x, w, n) / (float)n;
    for (size_t i = 0; i < n; i++) dw[i] += dy[i] * x[i] * r;
    for (size_t i = 0; i < n; i++) dy[i] = dy[i] * w[i] * r - x[i] * shift;
}

void NAME(attn_column_sums)(attn_format format, const void *x, size_t stride, size_t rows, size_t begin, size_t end,
                            float *restrict sums) {
    for (size_t m = 0; m < rows; m++) {
        if (format == ATTN_F32) {
            const float *restrict row = (const float *)x + m * stride;
            for (size_t c = begin; c < end; c++) sums[c] += row[c];
        } else {
            const uint16_t *restrict row = (const uint16_t *)x + m * stride;
            for (size_t c = begin; c < end; c++) sums[c] += from_bf16(row[c]);
        }
    }
}

void NAME(attn_rotate_head_gradient)(float *dx, const float *cosines, const float *sines, size_t d, float scale) {
    float *restrict low = dx, *restrict high = dx + d / 2;
    for (size_t i = 0; i < d / 2; i++) {
        const float a = low[i] * scale, b = high[i] * scale;
        low[i] = a * cosines[i] + b * sines[i];
        high[i] = b * cosines[i] - a * sines[i];
    }
}

void NAME(attn_swiglu_gradient)(const float *dhidden, const void *gate, const void *up, size_t n, attn_format format,
                                void *dgate, void *dup, void *hidden) {
    for (size_t i = 0; i < n; i += 16) {
        const size_t count = n - i < 16 ? n - i : 16;
        const v16 d = load_some(ATTN_F32, dhidden, i, count);
        const v16 g = load_some(format, gate, i, count), u = load_some(format, up, i, count);
        const v16 sigmoid = splat(1.0f) / (splat(1.0f) + exp16(-g));
        store_some(format, dgate, i, count, d * u * (sigmoid * (splat(1.0f) + g * (splat(1.0f) - sigmoid))));
        store_some(format, dup, i, count, d * (g * sigmoid));
        store_some(format, hidden, i, count, g * sigmoid * u);
    }
}

void NAME(attn_geglu_gradient)(const float *dhidden, const void *gate, const void *up, size_t n, attn_format format,
                               void *dgate, void *dup, void *hidden) {
    const float root = 0.7978845608028654f;  // sqrt(2 / pi)
    for (size_t i = 0; i < n; i += 16) {
        const size_t count = n - i < 16 ? n - i : 16;
        const v16 d = load_some(ATTN_F32, dhidden, i, count);
        const v16 g = load_some(format, gate, i, count), u = load_some(format, up, i, count);
        const v16 sigmoid = splat(1.0f) / (splat(1.0f) + exp16(-gelu_exponent(g)));
        const v16 slope = splat(2 * root) * (splat(1.0f) + splat(3 * 0.044715f) * (g * g));
        store_some(format, dgate, i, count, d * u * (sigmoid + g * (sigmoid * (splat(1.0f) - sigmoid) * slope)));
        store_some(format, dup, i, count, d * (g * sigmoid));
        store_some(format, hidden, i, count, g * sigmoid * u);
    }
}

void NAME(attn_logit_gradient)(float *x, size_t n, float log_sum, float scale, float entropy_scale, float entropy) {
    size_t i = 0;
    for (; i + 16 <= n; i += 16) {
        const v16 log_p = load(x + i) - splat(log_sum);
        store(x + i, -exp16(log_p) * (splat(scale) + splat(entropy_scale) * (log_p + splat(entropy))));
    }
    if (i == n) return;
    float lanes[16];
    for (size_t j = 0; j < 16; j++) lanes[j] = j < n - i ? x[i + j] : log_sum;
    const v16 log_p = load(lanes) - splat(log_sum);
    store(lanes, -exp16(log_p) * (splat(scale) + splat(entropy_scale) * (log_p + splat(entropy))));
    for (size_t j = 0; j < n - i; j++) x[i + j] = lanes[j];
}

void NAME(attn_add)(float *restrict target, const float *restrict source, size_t n) {
    for (size_t i = 0; i < n; i++) target[i] += source[i];
}

void NAME(attn_add_scaled)(float *restrict target, const float *restrict source, size_t n, float factor) {
    for (size_t i = 0; i < n; i++) target[i] += factor * source[i];
}

float NAME(attn_dot)(const float *x, const void *y, attn_format format, size_t n) {
    v16 sum = splat(0.0f);
    for (size_t i = 0; i < n; i += 16) {
        const size_t count = n - i < 16 ? n - i : 16;
        sum += load_some(ATTN_F32, x, i, count) * load_some(format, y, i, count);
    }
    return sum_lanes(sum);
}

// MARK: optimizer

double NAME(attn_sum_of_squares)(const float *x, size_t n) {
    double total = 0;
    for (size_t begin = 0; begin < n; begin += 4096) {
        const size_t end = n - begin < 4096 ? n : begin + 4096;
        v16 sum = splat(0.0f);
        size_t i = begin;
        for (; i + 16 <= end; i += 16) sum += load(x + i) * load(x + i);
        double rest = 0;
        for (; i < end; i++) rest += (double)x[i] * x[i];
        total += (double)sum_lanes(sum) + rest;
    }
    return total;
}

void NAME(attn_adamw)(const attn_adamw_settings *s, float *restrict w, float *restrict m, float *restrict v,
                      const float *restrict gradient, size_t n) {
    const float rate = s->learning_rate, b1 = s->beta1, b2 = s->beta2, epsilon = s->epsilon;
    const float decay = rate * s->weight_decay, step = rate / s->correction1;
    const float root = 1.0f / __builtin_sqrtf(s->correction2), scale = s->gradient_scale;
    for (size_t i = 0; i < n; i++) {
        const float g = gradient[i] * scale;
        m[i] = b1 * m[i] + (1 - b1) * g;
        v[i] = b2 * v[i] + (1 - b2) * g * g;
        w[i] -= step * m[i] / (__builtin_sqrtf(v[i]) * root + epsilon) + decay * w[i];
    }
}
