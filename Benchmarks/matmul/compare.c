// The project's matrix product beside oneDNN's, one thread each, weights packed by either: speed, and whether a row's
// result depends on the rows computed with it. See run.sh.
#include <dnnl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ckernels.h"

#define CHECK(call)                                                                    \
    do {                                                                               \
        dnnl_status_t status = (call);                                                 \
        if (status != dnnl_success) {                                                  \
            fprintf(stderr, "compare: %s gave %d\n", #call, (int)status);              \
            exit(1);                                                                   \
        }                                                                              \
    } while (0)

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void *aligned(size_t bytes) {
    void *memory = aligned_alloc(64, (bytes + 63) / 64 * 64);
    if (!memory) exit(1);
    memset(memory, 0, (bytes + 63) / 64 * 64);
    return memory;
}

static dnnl_engine_t engine;
static dnnl_stream_t stream;

static dnnl_memory_t wrap(const dnnl_memory_desc_t *shape, void *data) {
    dnnl_memory_t memory;
    CHECK(dnnl_memory_create(&memory, shape, engine, data));
    return memory;
}

// A product of fixed shape with weights in the layout oneDNN likes for it.
typedef struct {
    dnnl_primitive_t primitive;
    dnnl_memory_t x, w, out;
    dnnl_memory_desc_t packed;
} onednn_product;

static onednn_product make_onednn(dnnl_data_type_t type, size_t m, size_t k, size_t n, void *x, void *w, void *out) {
    dnnl_dims_t xd = { m, k }, wd = { k, n }, od = { m, n };
    dnnl_memory_desc_t xm, wm, any, om;
    CHECK(dnnl_memory_desc_init_by_tag(&xm, 2, xd, type, dnnl_ab));
    CHECK(dnnl_memory_desc_init_by_tag(&wm, 2, wd, type, dnnl_ba));
    CHECK(dnnl_memory_desc_init_by_tag(&any, 2, wd, type, dnnl_format_tag_any));
    CHECK(dnnl_memory_desc_init_by_tag(&om, 2, od, dnnl_f32, dnnl_ab));
    dnnl_matmul_desc_t desc;
    CHECK(dnnl_matmul_desc_init(&desc, &xm, &any, NULL, &om));
    dnnl_primitive_desc_t primitive_desc;
    CHECK(dnnl_primitive_desc_create(&primitive_desc, &desc, NULL, engine, NULL));
    const dnnl_memory_desc_t *packed = dnnl_primitive_desc_query_md(primitive_desc, dnnl_query_weights_md, 0);
    onednn_product product = { 0 };
    product.packed = *packed;
    product.x = wrap(&xm, x);
    product.out = wrap(&om, out);
    product.w = wrap(packed, aligned(dnnl_memory_desc_get_size(packed)));
    dnnl_memory_t plain = wrap(&wm, w);
    dnnl_primitive_desc_t reorder_desc;
    dnnl_primitive_t reorder;
    CHECK(dnnl_reorder_primitive_desc_create(&reorder_desc, &wm, engine, packed, engine, NULL));
    CHECK(dnnl_primitive_create(&reorder, reorder_desc));
    dnnl_exec_arg_t args[] = { { DNNL_ARG_FROM, plain }, { DNNL_ARG_TO, product.w } };
    CHECK(dnnl_primitive_execute(reorder, stream, 2, args));
    CHECK(dnnl_stream_wait(stream));
    CHECK(dnnl_primitive_create(&product.primitive, primitive_desc));
    return product;
}

static void run_onednn(const onednn_product *p) {
    dnnl_exec_arg_t args[] = { { DNNL_ARG_SRC, p->x }, { DNNL_ARG_WEIGHTS, p->w }, { DNNL_ARG_DST, p->out } };
    CHECK(dnnl_primitive_execute(p->primitive, stream, 3, args));
    CHECK(dnnl_stream_wait(stream));
}

static double best_of(int runs, int repeats, void (*work)(const void *), const void *context) {
    double best = 1e9;
    for (int run = 0; run < runs; run++) {
        const double start = seconds();
        for (int i = 0; i < repeats; i++) work(context);
        const double each = (seconds() - start) / repeats;
        if (each < best) best = each;
    }
    return best;
}

static void work_onednn(const void *context) { run_onednn(context); }

static size_t rows_of_ours;
static void work_ours(const void *context) {
    const attn_matmul_call *call = context;
    attn_matmul(call, 0, (call->outputs + ATTN_PANEL - 1) / ATTN_PANEL, 0, rows_of_ours);
}

static void fill(attn_format format, void *values, size_t count) {
    uint32_t state = 12345;
    for (size_t i = 0; i < count; i++) {
        state = state * 1664525 + 1013904223;
        const float value = (float)(int32_t)state / 4294967296.0f;
        uint32_t bits;
        memcpy(&bits, &value, 4);
        if (format == ATTN_F32) ((float *)values)[i] = value;
        else ((uint16_t *)values)[i] = (uint16_t)(bits >> 16);
    }
}

static void compare(attn_format format, size_t m, size_t k, size_t n) {
    const size_t width = format == ATTN_F32 ? 4 : 2, panels = (n + ATTN_PANEL - 1) / ATTN_PANEL, words = k * width / 4;
    void *x = aligned(m * k * width), *w = aligned(n * k * width);
    uint32_t *packed = aligned(panels * ATTN_PANEL * words * 4);
    float *ours = aligned(m * n * 4), *theirs = aligned(m * n * 4), *alone = aligned(n * 4);
    fill(format, x, m * k);
    fill(format, w, n * k);
    for (size_t p = 0; p < panels; p++)
        attn_pack_panel((uint32_t *)w + p * ATTN_PANEL * words, words,
                        n - p * ATTN_PANEL < ATTN_PANEL ? n - p * ATTN_PANEL : ATTN_PANEL, words,
                        packed + p * ATTN_PANEL * words);
    attn_matmul_call call = { format, x, k, packed, false, k, n, ATTN_STORE, 0, 0, ours, n };
    rows_of_ours = m;
    const dnnl_data_type_t type = format == ATTN_F32 ? dnnl_f32 : dnnl_bf16;
    const onednn_product product = make_onednn(type, m, k, n, x, w, theirs);
    const double work = 2.0 * (double)m * (double)k * (double)n;
    const int repeats = work < 1e8 ? 50 : 3;
    const double own = best_of(15, repeats, work_ours, &call), other = best_of(15, repeats, work_onednn, &product);
    // Row 0 alone: is it the same?
    const onednn_product single = make_onednn(type, 1, k, n, x, w, alone);
    run_onednn(&single);
    const int same_theirs = memcmp(alone, theirs, n * 4) == 0;
    call.out = alone;
    rows_of_ours = 1;
    work_ours(&call);
    const int same_ours = memcmp(alone, ours, n * 4) == 0;
    printf("{\"format\":\"%s\",\"rows\":%zu,\"inner\":%zu,\"outputs\":%zu,\"gflops\":%.0f,\"onednn_gflops\":%.0f,"
           "\"row_alone_same_bits\":%s,\"onednn_row_alone_same_bits\":%s,\"onednn_same_layout_as_one_row\":%s}\n",
           format == ATTN_F32 ? "float32" : "bfloat16", m, k, n, work / own / 1e9, work / other / 1e9,
           same_ours ? "true" : "false", same_theirs ? "true" : "false",
           dnnl_memory_desc_equal(&product.packed, &single.packed) ? "true" : "false");
    fflush(stdout);
}

int main(void) {
    CHECK(dnnl_engine_create(&engine, dnnl_cpu, 0));
    CHECK(dnnl_stream_create(&stream, engine, dnnl_stream_default_flags));
    const size_t shapes[][3] = { { 1, 896, 4864 }, { 8, 896, 4864 }, { 44, 896, 4864 }, { 512, 896, 4864 },
                                 { 512, 4864, 896 }, { 384, 256, 512 }, { 384, 704, 256 } };
    for (int format = ATTN_F32; format <= ATTN_BF16; format++)
        for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
            compare(format, shapes[i][0], shapes[i][1], shapes[i][2]);
    return 0;
}
