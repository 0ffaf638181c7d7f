// The one product everything is made of: up to six rows of activations times `vectors` * 16 columns of a panel.

enum { ROWS = 6 };  // 6 rows x 4 vectors of accumulators, 4 of weights and a broadcast fill 29 of 32 registers

// What becomes of a tile's products and of what is at `out`. Which of CONTINUE and ADD it is decides where the sum is
// rounded: CONTINUE goes on with the sum that is there, ADD completes the products first.
typedef enum {
    TILE_STORE,     // out = products (+ bias)
    TILE_CONTINUE,  // out = out + each product in turn
    TILE_ADD        // out = addend + (products (+ bias))
} tile_use;

// Handed over by its address: copied as a whole it would be read in larger pieces than it was just written in, which
// waits for every store before it.
typedef struct {
    float *out;
    size_t stride;        // between rows of out
    tile_use use;
    const float *bias;    // of the columns; may be null, and is where a tile CONTINUEs
    const float *addend;  // with rows as far apart as those of out, and may be out
} tile_target;

// accumulators[r][v] = start + sum over k of x[r][k] * panel[k][16 v ...], k ascending.
#define TILE_BODY(FORMAT_STEP)                                                                       \
    v16 acc[ROWS][4];                                                                                \
    _Pragma("clang loop unroll(full)") for (int r = 0; r < rows; r++)                                \
        _Pragma("clang loop unroll(full)") for (int v = 0; v < vectors; v++)                         \
            acc[r][v] = to.use == TILE_CONTINUE ? load(to.out + r * to.stride + 16 * v) : (v16){};     \
    for (size_t k = 0; k < steps; k++) { FORMAT_STEP }                                               \
    if (to.bias)                                                                                     \
        _Pragma("clang loop unroll(full)") for (int r = 0; r < rows; r++)                            \
            _Pragma("clang loop unroll(full)") for (int v = 0; v < vectors; v++)                     \
                acc[r][v] += load(to.bias + 16 * v);                                                 \
    if (to.use == TILE_ADD)                                                                          \
        _Pragma("clang loop unroll(full)") for (int r = 0; r < rows; r++)                            \
            _Pragma("clang loop unroll(full)") for (int v = 0; v < vectors; v++)                     \
                acc[r][v] = load(to.addend + r * to.stride + 16 * v) + acc[r][v];                    \
    _Pragma("clang loop unroll(full)") for (int r = 0; r < rows; r++)                                \
        _Pragma("clang loop unroll(full)") for (int v = 0; v < vectors; v++)                         \
            store(to.out + r * to.stride + 16 * v, acc[r][v]);

// x_stride is the distance between rows of x, x_step that between inner indices.
INLINE void tile_f32_fixed(const float *x, size_t x_stride, size_t x_step, const float *panel, size_t panel_stride,
                           size_t steps, const tile_target to, const int rows, const int vectors) {
    TILE_BODY({
        v16 w[4];
        _Pragma("clang loop unroll(full)") for (int v = 0; v < vectors; v++)
            w[v] = load(panel + k * panel_stride + 16 * v);
        _Pragma("clang loop unroll(full)") for (int r = 0; r < rows; r++) {
            const v16 a = splat(x[r * x_stride + k * x_step]);
            _Pragma("clang loop unroll(full)") for (int v = 0; v < vectors; v++) acc[r][v] = acc[r][v] + a * w[v];
        }
    })
}

// `steps`, `panel_stride`, `x_stride` and `x_step` count pairs of bfloat16 here.
INLINE void tile_bf16_fixed(const uint32_t *x, size_t x_stride, size_t x_step, const uint32_t *panel,
                            size_t panel_stride, size_t steps, const tile_target to, const int rows,
                            const int vectors) {
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
        panel += 16; to.out += 16;                                    \
        if (to.bias) to.bias += 16;                                   \
        if (to.use == TILE_ADD) to.addend += 16;                      \
    }

static void tile_f32(const float *x, size_t x_stride, const float *panel, size_t panel_stride, size_t steps,
                     const tile_target *target, int rows, int vectors) {
    tile_target to = *target;
#define CALL(R, V) tile_f32_fixed(x, x_stride, 1, panel, panel_stride, steps, to, R, V)
    COLUMN_CASES(CALL)
#undef CALL
}

static void tile_bf16(const uint32_t *x, size_t x_stride, const uint32_t *panel, size_t panel_stride, size_t steps,
                     const tile_target *target, int rows, int vectors) {
    tile_target to = *target;
#define CALL(R, V) tile_bf16_fixed(x, x_stride, 1, panel, panel_stride, steps, to, R, V)
    COLUMN_CASES(CALL)
#undef CALL
}

// The same where x is given by columns: row r of inner index k at x[r + k * x_step].
static void tile_f32_across(const float *x, size_t x_step, const float *panel, size_t panel_stride, size_t steps,
                     const tile_target *target, int rows, int vectors) {
    tile_target to = *target;
#define CALL(R, V) tile_f32_fixed(x, 1, x_step, panel, panel_stride, steps, to, R, V)
    COLUMN_CASES(CALL)
#undef CALL
}

static void tile_bf16_across(const uint32_t *x, size_t x_step, const uint32_t *panel, size_t panel_stride, size_t steps,
                     const tile_target *target, int rows, int vectors) {
    tile_target to = *target;
#define CALL(R, V) tile_bf16_fixed(x, 1, x_step, panel, panel_stride, steps, to, R, V)
    COLUMN_CASES(CALL)
#undef CALL
}
