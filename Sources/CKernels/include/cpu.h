#ifndef ATTNRL_CPU_H
#define ATTNRL_CPU_H

#include <stdbool.h>

// Instruction sets the kernels are built for, worst first. AVX2 with FMA is the floor.
typedef enum {
    ATTN_ISA_NONE = 0,
    ATTN_ISA_AVX2 = 1,
    ATTN_ISA_AVX512 = 2,
    ATTN_ISA_AVX512_BF16 = 3,
} attn_isa;

// The best set this processor has, or the one set by attn_limit_isa.
attn_isa attn_current_isa(void);

// Uses no better set than `limit` from now on; for tests and comparisons. Not to be called while kernels run.
void attn_limit_isa(attn_isa limit);

// Tells the processor that a loop waits for another core.
static inline void attn_pause(void) { __builtin_ia32_pause(); }

#endif
