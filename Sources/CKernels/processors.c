#define _GNU_SOURCE
#include <sched.h>

#include "include/ckernels.h"

int attn_current_processor(void) { return sched_getcpu(); }

void attn_leave_processors(const int *taken, int count) {
    // With more processors than the set holds, the system refuses, and nothing is changed.
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return;
    cpu_set_t free = allowed;
    for (int i = 0; i < count; i++) {
        if (taken[i] >= 0) CPU_CLR((size_t)taken[i], &free);
    }
    if (CPU_COUNT(&free) == 0) return;
    // The first call moves the thread, as it is where it may no longer be; the second leaves it there.
    if (sched_setaffinity(0, sizeof free, &free) == 0) sched_setaffinity(0, sizeof allowed, &allowed);
}
