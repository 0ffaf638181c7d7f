// The same product with quantised weights: block by block of 32 inner indices, so that a panel is read once whatever the
// number of columns the registers hold.

typedef int8_t q16 __attribute__((vector_size(16), aligned(1)));
typedef _Float16 f16x16 __attribute__((vector_size(32), aligned(2)));

// Sixteen integers of a block, exact in float32 and in bfloat16.
INLINE v16 load_q8(const int8_t *p) { return __builtin_convertvector(*(const q16 *)p, v16); }

// sums[r][v] += scale[v] * (sum over k of x[r][k] * q[k][v]), k ascending.
#define Q8_BODY(FORMAT_STEP)                                                                         \
    v16 acc[ROWS][4];                                                                                \
    _Pragma("clang loop unroll(full)") for (int r = 0; r < rows; r++)                                \
        _Pragma("clang loop unroll(full)") for (int v = 0; v < vectors; v++) acc[r][v] = (v16){};    \
    for (size_t k = 0; k < steps; k++) { FORMAT_STEP }                                               \
    _Pragma("clang loop unroll(full)") for (int v = 0; v < vectors; v++) {                           \
        const v16 d = __builtin_convertvector(*(const f16x16 *)(scale + 16 * v), v16);               \
        _Pragma("clang loop unroll(full)") for (int r = 0; r < rows; r++) {                          \
            float *const sum = sums + r * ATTN_PANEL + 16 * v;                                       \
            store(sum, load(sum) + d * acc[r][v]);                                                   \
        }                                                                                            \
    }

INLINE void q8_f32_fixed(const float *x, size_t x_stride, const uint16_t *scale, const int8_t *q, size_t steps,
                         float *sums, const int rows, const int vectors) {
    Q8_BODY({
        v16 w[4];
        _Pragma("clang loop unroll(full)") for (int v = 0; v < vectors; v++) w[v] = load_q8(q + k * ATTN_PANEL + 16 * v);
        _Pragma("clang loop unroll(full)") for (int r = 0; r < rows; r++) {
            const v16 a = splat(x[r * x_stride + k]);
            _Pragma("clang loop unroll(full)") for (int v = 0; v < vectors; v++) acc[r][v] = acc[r][v] + a * w[v];
        }
    })
}

// `steps` and `x_stride` count pairs of bfloat16.
INLINE void q8_bf16_fixed(const uint32_t *x, size_t x_stride, const uint16_t *scale, const int8_t *q, size_t steps,
                          float *sums, const int rows, const int vectors) {
    Q8_BODY({
        weight_pair w[4];
        _Pragma("clang loop unroll(full)") for (int v = 0; v < vectors; v++) {
            const int8_t *const low = q + 2 * k * ATTN_PANEL + 16 * v;
            w[v] = pair_weights(load_q8(low), load_q8(low + ATTN_PANEL));
        }
        _Pragma("clang loop unroll(full)") for (int r = 0; r < rows; r++) {
            const uint32_t a = x[r * x_stride + k];
            _Pragma("clang loop unroll(full)") for (int v = 0; v < vectors; v++)
                acc[r][v] = dot2_weights(acc[r][v], a, w[v]);
        }
    })
}

// As many vectors at once as the register file holds accumulators for: a few rows of a narrow set take more of them, so
// that there are enough sums to wait for none.
#define Q8_COLUMNS(CALL)                                                                     \
    if (WIDE == 4) { ROW_CASES(CALL, 4); return; }                                           \
    if (rows == 1) { CALL(1, 4); return; }                                                   \
    for (int turn = 0; turn < 4; turn++, scale += 16, q += 16, sums += 16) { ROW_CASES(CALL, 1); }

static void q8_f32(const float *x, size_t x_stride, const uint16_t *scale, const int8_t *q, size_t steps, float *sums,
                   int rows) {
#define CALL(R, V) q8_f32_fixed(x, x_stride, scale, q, steps, sums, R, V)
    Q8_COLUMNS(CALL)
#undef CALL
}

static void q8_bf16(const uint32_t *x, size_t x_stride, const uint16_t *scale, const int8_t *q, size_t steps,
                    float *sums, int rows) {
#define CALL(R, V) q8_bf16_fixed(x, x_stride, scale, q, steps, sums, R, V)
    Q8_COLUMNS(CALL)
#undef CALL
}

// Where finished sums go.
INLINE void finish_q8(const float *sums, const tile_target *to, int rows) {
    for (int r = 0; r < rows; r++)
        for (int v = 0; v < 4; v++) {
            const size_t at = r * to->stride + 16 * v;
            v16 y = load(sums + r * ATTN_PANEL + 16 * v);
            if (to->bias) y += load(to->bias + 16 * v);
            if (to->use == TILE_ADD) y = load(to->addend + at) + y;
            store(to->out + at, y);
        }
}

// A whole panel of K inner indices; x is in `format`. STOREs or ADDs.
INLINE void tile_q8(attn_format format, const void *x, size_t x_stride, const uint8_t *panel, size_t k,
                    const tile_target *to, int rows) {
    float sums[ROWS * ATTN_PANEL] __attribute__((aligned(64))) = { 0 };
    for (size_t begin = 0; begin < k; begin += ATTN_Q8_LENGTH, panel += ATTN_Q8_PANEL) {
        const size_t count = k - begin < ATTN_Q8_LENGTH ? k - begin : ATTN_Q8_LENGTH;
        const uint16_t *const scale = (const uint16_t *)panel;
        const int8_t *const q = (const int8_t *)(panel + 2 * ATTN_PANEL);
        if (format == ATTN_F32) q8_f32((const float *)x + begin, x_stride, scale, q, count, sums, rows);
        else q8_bf16((const uint32_t *)x + begin / 2, x_stride / 2, scale, q, (count + 1) / 2, sums, rows);
    }
    finish_q8(sums, to, rows);
}
