// The one product everything is made of: up to six rows of activations times `vectors` * 16 columns of a panel.

enum { ROWS = 6 };  // 6 rows x 4 vectors of accumulators, 4 of weights and a broadcast fill 29 of 32 registers

// accumulators[r][v] = start + sum over k of x[r][k] * panel[k][16 v ...], k ascending.
#define TILE_BODY(FORMAT_STEP)                                                                       \
    v16 acc[ROWS][4];                                                                                \
    _Pragma("clang loop unroll(full)") for (int r = 0; r < rows; r++)                                \
        _Pragma("clang loop unroll(full)") for (int v = 0; v < vectors; v++)                         \
            acc[r][v] = accumulate ? load(out + r * out_stride + 16 * v) : splat(0.0f);              \
    for (size_t k = 0; k < steps; k++) { FORMAT_STEP }                                               \
    _Pragma("clang loop unroll(full)") for (int r = 0; r < rows; r++)                                \
        _Pragma("clang loop unroll(full)") for (int v = 0; v < vectors; v++)                         \
            store(out + r * out_stride + 16 * v, acc[r][v]);

// x_stride is the distance between rows of x, x_step that between inner indices.
INLINE void tile_f32_fixed(const float *x, size_t x_stride, size_t x_step, const float *panel, size_t panel_stride,
                           size_t steps, float *out, size_t out_stride, bool accumulate, const int rows,
                           const int vectors) {
    TILE_BODY({
        v16 w[4];
        _Pragma("clang loop unroll(full)") for (int v = 0; v < vectors; v++) w[v] = load(panel + k * panel_stride + 16 * v);
        _Pragma("clang loop unroll(full)") for (int r = 0; r < rows; r++) {
            const v16 a = splat(x[r * x_stride + k * x_step]);
            _Pragma("clang loop unroll(full)") for (int v = 0; v < vectors; v++) acc[r][v] = acc[r][v] + a * w[v];
        }
    })
}

// `steps`, `panel_stride`, `x_stride` and `x_step` count pairs of bfloat16 here.
INLINE void tile_bf16_fixed(const uint32_t *x, size_t x_stride, size_t x_step, const uint32_t *panel,
                            size_t panel_stride, size_t steps, float *out, size_t out_stride, bool accumulate,
                            const int rows, const int vectors) {
    TILE_BODY({
        v16i w[4];
        _Pragma("clang loop unroll(full)") for (int v = 0; v < vectors; v++)
            w[v] = (v16i)load((const float *)panel + k * panel_stride + 16 * v);
        _Pragma("clang loop unroll(full)") for (int r = 0; r < rows; r++) {
            const v16i a = (int32_t)x[r * x_stride + k * x_step] - (v16i){};
            _Pragma("clang loop unroll(full)") for (int v = 0; v < vectors; v++) acc[r][v] = dot2(acc[r][v], a, w[v]);
        }
    })
}

#define ROW_CASES(CALL, VECTORS)                 \
    switch (rows) {                              \
    case 6: CALL(6, VECTORS); break;             \
    case 5: CALL(5, VECTORS); break;             \
    case 4: CALL(4, VECTORS); break;             \
    case 3: CALL(3, VECTORS); break;             \
    case 2: CALL(2, VECTORS); break;             \
    default: CALL(1, VECTORS); break;            \
    }

// WIDE vectors at once where the register file holds them; narrower sets go through the columns in turns.
#define COLUMN_CASES(CALL)                                            \
    if (WIDE == 4 && vectors == 4) { ROW_CASES(CALL, 4); return; }    \
    if (WIDE == 4 && vectors == 3) { ROW_CASES(CALL, 3); return; }    \
    if (WIDE == 4 && vectors == 2) { ROW_CASES(CALL, 2); return; }    \
    for (int turn = 0; turn < vectors; turn++) {                      \
        ROW_CASES(CALL, 1);                                           \
        panel += 16; out += 16;                                       \
    }

static void tile_f32(const float *x, size_t x_stride, const float *panel, size_t panel_stride, size_t steps,
                     float *out, size_t out_stride, bool accumulate, int rows, int vectors) {
#define CALL(R, V) tile_f32_fixed(x, x_stride, 1, panel, panel_stride, steps, out, out_stride, accumulate, R, V)
    COLUMN_CASES(CALL)
#undef CALL
}

static void tile_bf16(const uint32_t *x, size_t x_stride, const uint32_t *panel, size_t panel_stride, size_t steps,
                      float *out, size_t out_stride, bool accumulate, int rows, int vectors) {
#define CALL(R, V) tile_bf16_fixed(x, x_stride, 1, panel, panel_stride, steps, out, out_stride, accumulate, R, V)
    COLUMN_CASES(CALL)
#undef CALL
}

// The same where x is given by columns: row r of inner index k at x[r + k * x_step].
static void tile_f32_across(const float *x, size_t x_step, const float *panel, size_t panel_stride, size_t steps,
                            float *out, size_t out_stride, bool accumulate, int rows, int vectors) {
#define CALL(R, V) tile_f32_fixed(x, 1, x_step, panel, panel_stride, steps, out, out_stride, accumulate, R, V)
    COLUMN_CASES(CALL)
#undef CALL
}

static void tile_bf16_across(const uint32_t *x, size_t x_step, const uint32_t *panel, size_t panel_stride, size_t steps,
                             float *out, size_t out_stride, bool accumulate, int rows, int vectors) {
#define CALL(R, V) tile_bf16_fixed(x, 1, x_step, panel, panel_stride, steps, out, out_stride, accumulate, R, V)
    COLUMN_CASES(CALL)
#undef CALL
}
