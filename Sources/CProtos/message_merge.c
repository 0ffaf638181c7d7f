#include "message_merge.h"

#include <string.h>

/* Everything here was scanned before, so no read can pass the end. */

typedef struct span {
    const uint8_t *at;
    size_t count;
} span;

/* One occurrence of a field, in a list. */
typedef struct piece {
    span value;
    struct piece *next;
} piece;

/* The occurrences so far of one field, in order. */
typedef struct pieces {
    piece *first;
    piece *last;
    size_t count;
} pieces;

static uint64_t read_varint(const uint8_t **at) {
    uint64_t value = 0;
    unsigned shift = 0;
    uint8_t byte;
    do {
        byte = *(*at)++;
        if (shift < 64) value |= (uint64_t)(byte & 0x7f) << shift;
        shift += 7;
    } while (byte >= 0x80);
    return value;
}

static uint8_t *write_varint(uint8_t *at, uint64_t value) {
    for (; value >= 0x80; value >>= 7) *at++ = (uint8_t)value | 0x80;
    *at++ = (uint8_t)value;
    return at;
}

/* Takes one field's value from `*at`; of a length-delimited one, what follows the length. */
static span read_value(const uint8_t **at, int wire_type) {
    span value = {*at, 0};
    switch (wire_type) {
    case PROTOBUF_C_WIRE_TYPE_VARINT:
        read_varint(at);
        value.count = (size_t)(*at - value.at);
        return value;
    case PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED:
        value.count = read_varint(at);
        value.at = *at;
        break;
    default:
        value.count = wire_type == PROTOBUF_C_WIRE_TYPE_64BIT ? 8 : 4;
    }
    *at += value.count;
    return value;
}

/* Setting one member of a oneof unsets the others. */
static void forget_siblings(const ProtobufCMessageDescriptor *type, const ProtobufCFieldDescriptor *field,
                            pieces *found) {
    if (!(field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF)) return;
    for (unsigned i = 0; i < type->n_fields; i++) {
        const ProtobufCFieldDescriptor *other = &type->fields[i];
        int same_oneof = (other->flags & PROTOBUF_C_FIELD_FLAG_ONEOF)
                         && other->quantifier_offset == field->quantifier_offset;
        if (same_oneof && other != field) found[i] = (pieces){0};
    }
}

static int add_piece(attn_arena *arena, pieces *list, span value) {
    piece *added = attn_arena_take(arena, sizeof *added);
    if (added == NULL) return 0;
    *added = (piece){value, NULL};
    if (list->last != NULL)
        list->last->next = added;
    else
        list->first = added;
    list->last = added;
    list->count += value.count;
    return 1;
}

static int join(attn_arena *arena, const pieces *list, span *joined) {
    *joined = list->first->value;
    if (list->first == list->last) return 1;
    uint8_t *at = attn_arena_take(arena, list->count);
    if (at == NULL) return 0;
    *joined = (span){at, list->count};
    for (const piece *p = list->first; p != NULL; p = p->next) {
        memcpy(at, p->value.at, p->value.count);
        at += p->value.count;
    }
    return 1;
}

static int merge(attn_arena *arena, const ProtobufCMessageDescriptor *type, span *message);

static int write_message(attn_arena *arena, const ProtobufCFieldDescriptor *field, span value, uint8_t **out) {
    if (!merge(arena, field->descriptor, &value)) return 0;
    *out = write_varint(*out, (uint64_t)field->id << 3 | PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED);
    *out = write_varint(*out, value.count);
    memcpy(*out, value.at, value.count);
    *out += value.count;
    return 1;
}

/* Copies the message, but for the fields that hold one message: those follow at the end, joined. There they also come
 * after the members of their oneof that they replaced. */
static int merge(attn_arena *arena, const ProtobufCMessageDescriptor *type, span *message) {
    if (message->count == 0) return 1;
    const uint8_t *at = message->at;
    const uint8_t *end = at + message->count;
    /* The copy is never longer: it has no more tags and lengths than the original, and none is longer than there. */
    uint8_t *copy = attn_arena_take(arena, message->count);
    pieces *found = attn_arena_take(arena, type->n_fields * sizeof *found);
    if (copy == NULL || found == NULL) return 0;
    memset(found, 0, type->n_fields * sizeof *found);

    uint8_t *out = copy;
    while (at < end) {
        const uint8_t *start = at;
        uint64_t tag = read_varint(&at);
        span value = read_value(&at, tag & 7);
        const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field(type, (unsigned)(tag >> 3));
        if (field == NULL) continue;

        forget_siblings(type, field, found);
        if (field->type != PROTOBUF_C_TYPE_MESSAGE) {
            memcpy(out, start, (size_t)(at - start));
            out += at - start;
        } else if (field->label == PROTOBUF_C_LABEL_REPEATED) {
            if (!write_message(arena, field, value, &out)) return 0;
        } else if (!add_piece(arena, &found[field - type->fields], value)) {
            return 0;
        }
    }
    for (unsigned i = 0; i < type->n_fields; i++) {
        span joined;
        if (found[i].first == NULL) continue;
        if (!join(arena, &found[i], &joined) || !write_message(arena, &type->fields[i], joined, &out)) return 0;
    }
    *message = (span){copy, (size_t)(out - copy)};
    return 1;
}

int attn_merge_duplicates(attn_arena *arena, const ProtobufCMessageDescriptor *type, const uint8_t **bytes,
                          size_t *count) {
    span message = {*bytes, *count};
    if (!merge(arena, type, &message)) return 0;
    *bytes = message.at;
    *count = message.count;
    return 1;
}
