#pragma once

#include <protobuf-c/protobuf-c.h>

/* protobuf-c unpacks by recursion without a limit and says nothing about what it did not like. So bytes from outside
 * are looked over first. */

/* Messages inside messages, at most. The limit other implementations have is 100. */
enum { ATTN_SCAN_DEPTH = 64 };

typedef enum attn_scan_problem {
    ATTN_SCAN_OK,
    /* The bytes end within a field. */
    ATTN_SCAN_TRUNCATED,
    /* A field number of 0 or above 2^29 - 1. */
    ATTN_SCAN_BAD_TAG,
    /* A variable-length integer of more than 10 bytes. */
    ATTN_SCAN_BAD_VARINT,
    /* A field whose encoding does not fit its type. */
    ATTN_SCAN_WRONG_WIRE_TYPE,
    /* Groups, or wire types that do not exist. */
    ATTN_SCAN_UNKNOWN_WIRE_TYPE,
    /* A packed field that does not consist of whole elements. */
    ATTN_SCAN_BAD_PACKED,
    ATTN_SCAN_TOO_DEEP,
} attn_scan_problem;

typedef struct attn_scan_result {
    attn_scan_problem problem;
    /* Where in the message, in bytes. */
    size_t offset;
    /* Names of the fields that lead there, outermost first. */
    const char *path[ATTN_SCAN_DEPTH + 1];
    size_t path_count;
    /* Whether a field that holds one message may come more than once; see message_merge.h. */
    int may_have_duplicates;
} attn_scan_result;

/* Checks that `bytes` can be unpacked as a message of this type. Fields the type does not know are skipped. */
attn_scan_problem attn_scan_message(const ProtobufCMessageDescriptor *type, const uint8_t *bytes, size_t count,
                                    attn_scan_result *result);
