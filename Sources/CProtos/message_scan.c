#include "message_scan.h"

typedef struct scanner {
    const uint8_t *start;
    const uint8_t *at;
    attn_scan_result *result;
} scanner;

static attn_scan_problem fail(scanner *s, attn_scan_problem problem) {
    s->result->problem = problem;
    s->result->offset = (size_t)(s->at - s->start);
    return problem;
}

static attn_scan_problem read_varint(scanner *s, const uint8_t *end, uint64_t *value) {
    uint64_t read = 0;
    const uint8_t *at = s->at;
    for (unsigned shift = 0; shift < 70; shift += 7) {
        if (at == end) return fail(s, ATTN_SCAN_TRUNCATED);
        uint8_t byte = *at++;
        read |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            s->at = at;
            *value = read;
            return ATTN_SCAN_OK;
        }
    }
    return fail(s, ATTN_SCAN_BAD_VARINT);
}

static int wire_type_of(ProtobufCType type) {
    switch (type) {
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_FLOAT:
        return PROTOBUF_C_WIRE_TYPE_32BIT;
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_DOUBLE:
        return PROTOBUF_C_WIRE_TYPE_64BIT;
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_BYTES:
    case PROTOBUF_C_TYPE_MESSAGE:
        return PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED;
    default:
        return PROTOBUF_C_WIRE_TYPE_VARINT;
    }
}

/* Whether bytes are integers of at most 10 bytes each, the last of them complete. */
static int are_varints(const uint8_t *at, const uint8_t *end) {
    unsigned length = 0;
    for (; at < end; at++) {
        length = *at < 0x80 ? 0 : length + 1;
        if (length == 10) return 0;
    }
    return length == 0;
}

/* protobuf-c wants booleans to be written in one byte each, as every encoder does. */
static int are_booleans(const uint8_t *at, const uint8_t *end) {
    while (at < end && *at <= 1) at++;
    return at == end;
}

/* Elements of one packed field, in [at, end). */
static attn_scan_problem scan_packed(scanner *s, const ProtobufCFieldDescriptor *field, const uint8_t *end) {
    size_t count = (size_t)(end - s->at);
    int fits;
    switch (wire_type_of(field->type)) {
    case PROTOBUF_C_WIRE_TYPE_32BIT:
        fits = count % 4 == 0;
        break;
    case PROTOBUF_C_WIRE_TYPE_64BIT:
        fits = count % 8 == 0;
        break;
    default:
        fits = field->type == PROTOBUF_C_TYPE_BOOL ? are_booleans(s->at, end) : are_varints(s->at, end);
    }
    return fits ? ATTN_SCAN_OK : fail(s, ATTN_SCAN_BAD_PACKED);
}

static attn_scan_problem scan_message(scanner *s, const ProtobufCMessageDescriptor *type, const uint8_t *end,
                                      unsigned depth);

static attn_scan_problem scan_value(scanner *s, const ProtobufCFieldDescriptor *field, int wire_type,
                                    const uint8_t *end, unsigned depth) {
    uint64_t value;
    size_t left;
    switch (wire_type) {
    case PROTOBUF_C_WIRE_TYPE_VARINT:
        return read_varint(s, end, &value);
    case PROTOBUF_C_WIRE_TYPE_32BIT:
    case PROTOBUF_C_WIRE_TYPE_64BIT:
        left = (size_t)(end - s->at);
        value = wire_type == PROTOBUF_C_WIRE_TYPE_32BIT ? 4 : 8;
        if (value > left) return fail(s, ATTN_SCAN_TRUNCATED);
        break;
    case PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED:
        if (read_varint(s, end, &value)) return s->result->problem;
        left = (size_t)(end - s->at);
        if (value > left) return fail(s, ATTN_SCAN_TRUNCATED);
        if (field == NULL) break;
        if (field->type == PROTOBUF_C_TYPE_MESSAGE)
            return scan_message(s, field->descriptor, s->at + value, depth + 1);
        if (wire_type_of(field->type) != PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED && scan_packed(s, field, s->at + value))
            return s->result->problem;
        break;
    default:
        return fail(s, ATTN_SCAN_UNKNOWN_WIRE_TYPE);
    }
    s->at += value;
    return ATTN_SCAN_OK;
}

static attn_scan_problem scan_message(scanner *s, const ProtobufCMessageDescriptor *type, const uint8_t *end,
                                      unsigned depth) {
    if (depth > ATTN_SCAN_DEPTH) return fail(s, ATTN_SCAN_TOO_DEEP);
    uint64_t seen = 0;
    while (s->at < end) {
        uint64_t tag;
        s->result->path_count = depth;
        if (read_varint(s, end, &tag)) return s->result->problem;
        if (tag >> 3 == 0 || tag > UINT32_MAX) return fail(s, ATTN_SCAN_BAD_TAG);

        int wire_type = tag & 7;
        const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field(type, (unsigned)(tag >> 3));
        if (field != NULL) {
            s->result->path[depth] = field->name;
            s->result->path_count = depth + 1;
            int own = wire_type_of(field->type);
            int packed = field->label == PROTOBUF_C_LABEL_REPEATED && wire_type == PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED;
            if (wire_type != own && !packed) return fail(s, ATTN_SCAN_WRONG_WIRE_TYPE);
            if (field->type == PROTOBUF_C_TYPE_MESSAGE && field->label != PROTOBUF_C_LABEL_REPEATED) {
                /* Of a type with more than 64 fields, two may share a bit: merging does no harm. */
                uint64_t bit = (uint64_t)1 << ((field - type->fields) & 63);
                if (seen & bit) s->result->may_have_duplicates = 1;
                seen |= bit;
            }
        }
        if (scan_value(s, field, wire_type, end, depth)) return s->result->problem;
    }
    return ATTN_SCAN_OK;
}

attn_scan_problem attn_scan_message(const ProtobufCMessageDescriptor *type, const uint8_t *bytes, size_t count,
                                    attn_scan_result *result) {
    scanner s = {.start = bytes, .at = bytes, .result = result};
    result->problem = ATTN_SCAN_OK;
    result->path_count = 0;
    result->may_have_duplicates = 0;
    return scan_message(&s, type, bytes + count, 0);
}
