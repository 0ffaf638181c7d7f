#pragma once

#include <protobuf-c/protobuf-c.h>

/* Memory for one message while it is packed or unpacked: taken piece by piece, given back all at once, so that no
 * path can leak. Used by one thread at a time. */
typedef struct attn_arena {
    /* Gives protobuf-c this arena's memory; its `free` does nothing. */
    ProtobufCAllocator allocator;
    uint8_t *at;
    uint8_t *end;
    void *chunks;
    size_t chunk_size;
    /* Bytes it may still ask of the system. Messages can be far larger in memory than on the wire. */
    size_t budget;
} attn_arena;

/* Starts with `size` bytes at `first`, which stay the caller's. */
void attn_arena_init(attn_arena *arena, void *first, size_t size, size_t budget);

/* Memory aligned to 16 bytes, or NULL beyond the budget. Not cleared. */
void *attn_arena_take(attn_arena *arena, size_t size);

void attn_arena_free(attn_arena *arena);
