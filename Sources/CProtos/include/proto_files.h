#pragma once

#include <stddef.h>
#include <stdint.h>

/* One .proto file, for reflection. */
typedef struct attn_proto_file {
    const char *name;
    /* Its serialized google.protobuf.FileDescriptorProto. */
    const uint8_t *descriptor;
    size_t descriptor_count;
    /* Full names it declares; ends with NULL. */
    const char *const *symbols;
    /* Names of the files it imports; ends with NULL. */
    const char *const *imports;
} attn_proto_file;

extern const attn_proto_file attn_proto_files[];

/* The same for Swift, which cannot see an array of unknown length. */
static inline const attn_proto_file *attn_proto_file_table(void) { return attn_proto_files; }

extern const size_t attn_proto_file_count;
