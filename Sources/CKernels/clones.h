// Functions built once for each instruction set, of which the loader chooses.
#ifndef ATTN_CLONES_H
#define ATTN_CLONES_H

// With the thread sanitizer there is one build: the loader would call what chooses before the sanitizer is ready.
#if defined(__x86_64__) && !__has_feature(thread_sanitizer)
#define ATTN_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define ATTN_CLONES
#endif

#endif
