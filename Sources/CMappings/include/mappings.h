// Mapped files that are shortened while they are read.
//
// Reading a page beyond the end of a mapped file raises SIGBUS, which ends the process. Within a guarded mapping such
// pages read as zeros instead, and the guard remembers. SIGBUS for any other reason does what it did before.
#ifndef ATTN_MAPPINGS_H
#define ATTN_MAPPINGS_H

#include <stdbool.h>
#include <stddef.h>

// Guards [start, start + length), page-aligned at its start. Returns a number for the functions below, or -1 when
// ATTN_MOST_GUARDS mappings are guarded already. Any thread may call these.
int attn_guard_mapping(const void *start, size_t length);

// Returns true as long as everything read so far came from the file.
bool attn_mapping_is_whole(int guard);

// Ends a guard, before its mapping ends.
void attn_release_mapping(int guard);

enum { ATTN_MOST_GUARDS = 1024 };

#endif
