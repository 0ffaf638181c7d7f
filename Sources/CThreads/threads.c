#define _GNU_SOURCE
#include "include/threads.h"

#include <malloc.h>
#include <sched.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

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

// The kernel's struct sched_attr in its first size, for which the C library has no name before version 2.41.
struct attributes {
    uint32_t size, policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime, deadline, period;
};

void attn_set_slice(unsigned microseconds) {
    struct attributes attributes;
    if (syscall(SYS_sched_getattr, 0, &attributes, sizeof attributes, 0) != 0) return;
    if (attributes.policy != SCHED_OTHER) return;
    attributes.size = sizeof attributes;
    attributes.flags = 0;
    attributes.runtime = 1000 * (uint64_t)microseconds;
    syscall(SYS_sched_setattr, 0, &attributes, 0);
}

void attn_return_freed_memory(void) {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}
