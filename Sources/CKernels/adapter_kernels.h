// Products with narrow matrices, compiled once for each instruction set after those of kernels.h.

// Columns of a panel that are there: the last one is narrow.
INLINE size_t narrow_width(size_t outputs, size_t panel) {
    const size_t left = outputs - panel * ATTN_PANEL;
    return left < ATTN_PANEL ? round_up(left, 16) : ATTN_PANEL;
}

// Inner indices as tiles count them: one by one, or in pairs.
INLINE size_t inner_steps(attn_format format, size_t k) { return format == ATTN_F32 ? k : (k + 1) / 2; }

INLINE void narrow_tile(attn_format format, const void *x, size_t stride, size_t row, const void *panels,
                        size_t panel, size_t width, size_t k, const tile_target *to, int rows) {
    const size_t steps = inner_steps(format, k), at = panel * ATTN_PANEL * steps;
    const int vectors = (int)(width / 16);
    if (format == ATTN_F32)
        tile_f32((const float *)x + row * stride, stride, (const float *)panels + at, width, steps, to, rows, vectors);
    else
        tile_bf16((const uint32_t *)x + row * (stride / 2), stride / 2, (const uint32_t *)panels + at, width, steps, to,
                  rows, vectors);
}

void NAME(attn_reduce)(const attn_reduce_call *c, size_t row_begin, size_t row_end) {
    float tile[ROWS * ATTN_PANEL] __attribute__((aligned(64)));
    const tile_target to = { tile, ATTN_PANEL, TILE_STORE, 0, 0 };
    for (size_t row = row_begin; row < row_end; row += ROWS) {
        const int rows = row_end - row < ROWS ? (int)(row_end - row) : ROWS;
        for (size_t column = 0; column < c->rank; column += ATTN_PANEL) {
            const size_t width = narrow_width(c->rank, column / ATTN_PANEL);
            narrow_tile(c->format, c->x, c->x_stride, row, c->panels, column / ATTN_PANEL, width, c->k, &to, rows);
            for (int r = 0; r < rows; r++)
                for (size_t i = 0; i < width && column + i < c->rank; i += 16) {
                    const size_t left = c->rank - column - i;
                    store_some(c->format, c->t, (row + r) * c->t_stride + column + i, left < 16 ? left : 16,
                               load(tile + r * ATTN_PANEL + i));
                }
        }
    }
}

// The last panel where its width exceeds the outputs there are.
INLINE void expand_some(const attn_expand_call *c, size_t panel, size_t width, size_t row, int rows) {
    float tile[ROWS * ATTN_PANEL] __attribute__((aligned(64)));
    const tile_target to = { tile, ATTN_PANEL, TILE_STORE, 0, 0 };
    narrow_tile(c->format, c->t, c->t_stride, row, c->panels, panel, width, c->rank, &to, rows);
    const size_t column = panel * ATTN_PANEL;
    for (int r = 0; r < rows; r++) {
        float *out = c->out + (row + r) * c->out_stride + column;
        for (size_t i = 0; i < c->outputs - column; i++)
            out[i] = c->adds ? out[i] + tile[r * ATTN_PANEL + i] : tile[r * ATTN_PANEL + i];
    }
}

void NAME(attn_expand)(const attn_expand_call *c, size_t panel_begin, size_t panel_end, size_t row_begin,
                       size_t row_end) {
    for (size_t p = panel_begin; p < panel_end; p++) {
        const size_t width = narrow_width(c->outputs, p), column = p * ATTN_PANEL;
        for (size_t row = row_begin; row < row_end; row += ROWS) {
            const int rows = row_end - row < ROWS ? (int)(row_end - row) : ROWS;
            if (column + width > c->outputs) {
                expand_some(c, p, width, row, rows);
                continue;
            }
            float *out = c->out + row * c->out_stride + column;
            const tile_target to = { out, c->out_stride, c->adds ? TILE_ADD : TILE_STORE, 0, out };
            narrow_tile(c->format, c->t, c->t_stride, row, c->panels, p, width, c->rank, &to, rows);
        }
    }
}
