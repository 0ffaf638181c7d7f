#include "message_arena.h"

#include <stdlib.h>

/* What every chunk begins with: the chunk before it, padded to keep the alignment. */
enum { HEADER = 16, FIRST_CHUNK = 4 << 10, LAST_CHUNK = 1 << 20 };

static void *allocate(void *arena, size_t size) { return attn_arena_take(arena, size); }

static void ignore(void *arena, void *pointer) {
    (void)arena;
    (void)pointer;
}

void attn_arena_init(attn_arena *arena, void *first, size_t size, size_t budget) {
    *arena = (attn_arena){
        .allocator = {.alloc = allocate, .free = ignore, .allocator_data = arena},
        .at = first,
        .end = (uint8_t *)first + size,
        .chunk_size = FIRST_CHUNK,
        .budget = budget,
    };
}

/* A chunk of at least `size` bytes after its header. */
static uint8_t *add_chunk(attn_arena *arena, size_t size) {
    size_t whole = size + HEADER;
    if (whole > arena->budget) return NULL;
    void **chunk = malloc(whole);
    if (chunk == NULL) return NULL;
    arena->budget -= whole;
    *chunk = arena->chunks;
    arena->chunks = chunk;
    return (uint8_t *)chunk + HEADER;
}

void *attn_arena_take(attn_arena *arena, size_t size) {
    if (size > SIZE_MAX / 2) return NULL;
    size = (size + 15) & ~(size_t)15;
    if (size <= (size_t)(arena->end - arena->at)) {
        void *taken = arena->at;
        arena->at += size;
        return taken;
    }
    /* Something large gets a chunk to itself, so that the rest of the current one stays in use. */
    if (size >= arena->chunk_size / 4) return add_chunk(arena, size);

    uint8_t *chunk = add_chunk(arena, arena->chunk_size);
    if (chunk == NULL) return NULL;
    arena->at = chunk + size;
    arena->end = chunk + arena->chunk_size;
    if (arena->chunk_size < LAST_CHUNK) arena->chunk_size *= 2;
    return chunk;
}

void attn_arena_free(attn_arena *arena) {
    for (void *chunk = arena->chunks; chunk != NULL;) {
        void *before = *(void **)chunk;
        free(chunk);
        chunk = before;
    }
    arena->chunks = NULL;
}
