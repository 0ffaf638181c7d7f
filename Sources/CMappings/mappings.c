#define _GNU_SOURCE
#include "mappings.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

// `end` is written last and cleared first: a guard whose end is 0 covers nothing.
static struct guard {
    atomic_bool taken;
    atomic_uintptr_t begin, end;
    atomic_bool broken;
} guards[ATTN_MOST_GUARDS];

static struct sigaction before;
static uintptr_t page_mask;
static pthread_once_t installed = PTHREAD_ONCE_INIT;

// Runs on the thread that read the page, in the middle of its read.
static void on_bus_error(int number, siginfo_t *info, void *context) {
    (void)context;
    const int saved = errno;
    const uintptr_t at = (uintptr_t)info->si_addr;
    for (int i = 0; i < ATTN_MOST_GUARDS; i++) {
        const uintptr_t begin = atomic_load(&guards[i].begin), end = atomic_load(&guards[i].end);
        if (at < begin || at >= end) continue;
        atomic_store(&guards[i].broken, true);
        // If this page is gone, so is everything after it.
        const uintptr_t page = at & page_mask;
        void *zeros = mmap((void *)page, end - page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
        if (zeros == MAP_FAILED) break;
        errno = saved;
        return;
    }
    // Not ours: the read is tried again, and meets what was there before us.
    sigaction(number, &before, NULL);
    errno = saved;
}

static void install(void) {
    page_mask = ~((uintptr_t)sysconf(_SC_PAGESIZE) - 1);
    struct sigaction action = {.sa_sigaction = on_bus_error, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigemptyset(&action.sa_mask);
    sigaction(SIGBUS, &action, &before);
}

int attn_guard_mapping(const void *start, size_t length) {
    pthread_once(&installed, install);
    for (int i = 0; i < ATTN_MOST_GUARDS; i++) {
        if (atomic_exchange(&guards[i].taken, true)) continue;
        atomic_store(&guards[i].broken, false);
        atomic_store(&guards[i].begin, (uintptr_t)start);
        atomic_store(&guards[i].end, (uintptr_t)start + length);
        return i;
    }
    return -1;
}

bool attn_mapping_is_whole(int guard) {
    return guard < 0 || !atomic_load(&guards[guard].broken);
}

void attn_release_mapping(int guard) {
    if (guard < 0) return;
    atomic_store(&guards[guard].end, 0);
    atomic_store(&guards[guard].taken, false);
}
