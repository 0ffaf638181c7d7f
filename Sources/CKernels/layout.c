#include "bfloat16.h"
#include "float16.h"
#include "include/ckernels.h"

void attn_pack_panel(const uint32_t *restrict source, size_t stride, size_t outputs, size_t words,
                     uint32_t *restrict panel) {
    // Sixteen words of every output at a time: they share cache lines on the reading side.
    for (size_t begin = 0; begin < words; begin += 16) {
        const size_t end = begin + 16 < words ? begin + 16 : words;
        for (size_t output = 0; output < ATTN_PANEL; output++)
            for (size_t word = begin; word < end; word++)
                panel[word * ATTN_PANEL + output] = output < outputs ? source[output * stride + word] : 0;
    }
}

void attn_unpack_panel(attn_format format, const void *panels, size_t panel, size_t k, float *restrict rows) {
    const size_t words = format == ATTN_F32 ? k : (k + 1) / 2;
    const uint32_t *source = (const uint32_t *)panels + panel * words * ATTN_PANEL;
    // A few inner indices of every output at a time, which stay in the level 1 cache.
    for (size_t begin = 0; begin < k; begin += 16) {
        const size_t end = begin + 16 < k ? begin + 16 : k;
        for (size_t output = 0; output < ATTN_PANEL; output++) {
            float *row = rows + output * k;
            if (format == ATTN_F32) {
                for (size_t i = begin; i < end; i++) memcpy(row + i, source + i * ATTN_PANEL + output, 4);
            } else {
                for (size_t i = begin; i < end; i++) {
                    const uint32_t pair = source[i / 2 * ATTN_PANEL + output];
                    row[i] = from_bf16((uint16_t)(i % 2 == 0 ? pair : pair >> 16));
                }
            }
        }
    }
}

void attn_embedding_row(attn_format format, const void *panels, size_t index, size_t k, float *restrict row) {
    const size_t words = format == ATTN_F32 ? k : (k + 1) / 2;
    const uint32_t *column = (const uint32_t *)panels + index / ATTN_PANEL * words * ATTN_PANEL + index % ATTN_PANEL;
    if (format == ATTN_F32) {
        for (size_t i = 0; i < k; i++) memcpy(row + i, column + i * ATTN_PANEL, 4);
        return;
    }
    for (size_t i = 0; i < k; i++) {
        const uint32_t pair = column[i / 2 * ATTN_PANEL];
        row[i] = from_bf16((uint16_t)(i % 2 == 0 ? pair : pair >> 16));
    }
}

void attn_pack_q8_panel(const void *restrict source, size_t stride, size_t outputs, size_t blocks,
                        void *restrict panel) {
    const size_t length = 2 + ATTN_Q8_LENGTH;
    uint8_t *to = panel;
    memset(to, 0, blocks * ATTN_Q8_PANEL);
    for (size_t block = 0; block < blocks; block++, to += ATTN_Q8_PANEL)
        for (size_t output = 0; output < outputs; output++) {
            const uint8_t *from = (const uint8_t *)source + output * stride + block * length;
            memcpy(to + 2 * output, from, 2);
            for (size_t k = 0; k < ATTN_Q8_LENGTH; k++) to[(2 + k) * ATTN_PANEL + output] = from[2 + k];
        }
}

void attn_q8_embedding_row(const void *panels, size_t index, size_t k, float *restrict row) {
    const size_t blocks = (k + ATTN_Q8_LENGTH - 1) / ATTN_Q8_LENGTH, output = index % ATTN_PANEL;
    const uint8_t *panel = (const uint8_t *)panels + index / ATTN_PANEL * blocks * ATTN_Q8_PANEL;
    for (size_t i = 0; i < k; i++) {
        const uint8_t *block = panel + i / ATTN_Q8_LENGTH * ATTN_Q8_PANEL;
        uint16_t scale;
        memcpy(&scale, block + 2 * output, 2);
        const int8_t q = (int8_t)block[(2 + i % ATTN_Q8_LENGTH) * ATTN_PANEL + output];
        row[i] = (float)q * float_of(f32_bits_from_f16(scale));
    }
}

size_t attn_key_bytes(attn_format format, size_t d) { return d * ATTN_BLOCK * (format == ATTN_F32 ? 4 : 2); }

size_t attn_value_bytes(attn_format format, size_t d) {
    return (d + 15) / 16 * 16 * ATTN_BLOCK * (format == ATTN_F32 ? 4 : 2);
}

void attn_store_key(attn_format format, void *keys, size_t slot, size_t d, const float *restrict key) {
    if (format == ATTN_F32) {
        for (size_t i = 0; i < d; i++) ((float *)keys)[i * ATTN_BLOCK + slot] = key[i];
    } else {
        for (size_t i = 0; i < d; i++) ((uint16_t *)keys)[(i / 2 * ATTN_BLOCK + slot) * 2 + i % 2] = to_bf16(key[i]);
    }
}

void attn_store_value(attn_format format, void *values, size_t slot, size_t d, const float *restrict value) {
    const size_t wide = (d + 15) / 16 * 16;
    for (size_t column = 0; column < d; column += ATTN_PANEL) {
        const size_t width = wide - column < ATTN_PANEL ? wide - column : ATTN_PANEL;
        const size_t count = d - column < ATTN_PANEL ? d - column : ATTN_PANEL;
        if (format == ATTN_F32) {
            memcpy((float *)values + column * ATTN_BLOCK + slot * width, value + column, 4 * count);
        } else {
            uint16_t *to = (uint16_t *)values + column * ATTN_BLOCK + (slot / 2 * width) * 2 + slot % 2;
            for (size_t i = 0; i < count; i++) to[2 * i] = to_bf16(value[column + i]);
        }
    }
}

void attn_store_for_gradient(float *block, size_t slot, size_t d, const float *key, const float *value) {
    attn_store_key(ATTN_F32, block, slot, d, key);
    attn_store_key(ATTN_F32, block + d * ATTN_BLOCK, slot, d, value);
    attn_store_value(ATTN_F32, block + 2 * d * ATTN_BLOCK, slot, d, key);
}

static size_t narrow_width(size_t outputs, size_t panel) {
    const size_t left = outputs - panel * ATTN_PANEL;
    return left < ATTN_PANEL ? (left + 15) / 16 * 16 : ATTN_PANEL;
}

size_t attn_narrow_words(attn_format format, size_t outputs, size_t k) {
    return (outputs + 15) / 16 * 16 * (format == ATTN_F32 ? k : (k + 1) / 2);
}

void attn_pack_narrow(attn_format format, const float *w, size_t row_stride, size_t column_stride, size_t rows,
                      size_t columns, float scale, size_t output, size_t inner, size_t outputs, size_t k,
                      void *panels) {
    const size_t steps = format == ATTN_F32 ? k : (k + 1) / 2;
    for (size_t i = 0; i < rows; i++) {
        const size_t panel = (output + i) / ATTN_PANEL, width = narrow_width(outputs, panel);
        uint32_t *column = (uint32_t *)panels + panel * ATTN_PANEL * steps + (output + i) % ATTN_PANEL;
        for (size_t j = 0; j < columns; j++) {
            const float value = scale * w[i * row_stride + j * column_stride];
            const size_t at = inner + j;
            if (format == ATTN_F32) memcpy(column + at * width, &value, 4);
            else ((uint16_t *)(column + at / 2 * width))[at % 2] = to_bf16(value);
        }
    }
}
