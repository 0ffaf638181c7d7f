#pragma once

#include "message_arena.h"

/* protobuf says: a field that holds one message and comes several times holds the merger of all, which is the message
 * whose bytes are theirs one after the other. protobuf-c 1.4 merges structs instead, and fails or loses fields where
 * there are oneofs. So such messages are rewritten to have each of these fields once. */

/* Rewrites `*bytes`, which attn_scan_message accepted as this type; the result belongs to the arena. Fields the type
 * does not know are left out. Returns 0 when the arena is exhausted. */
int attn_merge_duplicates(attn_arena *arena, const ProtobufCMessageDescriptor *type, const uint8_t **bytes,
                          size_t *count);
