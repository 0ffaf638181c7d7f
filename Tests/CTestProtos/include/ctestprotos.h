/* Made by protos/generate from the .proto files. Changes belong there. */
#pragma once

#include "attnrl/testing/kinds.pb-c.h"

static inline const ProtobufCMessageDescriptor *attnrl__testing__kinds__type(void) { return &attnrl__testing__kinds__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__testing__kinds__mstring_entry__type(void) { return &attnrl__testing__kinds__mstring_entry__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__testing__kinds__minner_entry__type(void) { return &attnrl__testing__kinds__minner_entry__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__testing__kinds__mcolor_entry__type(void) { return &attnrl__testing__kinds__mcolor_entry__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__testing__kinds__inner__type(void) { return &attnrl__testing__kinds__inner__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__testing__node__type(void) { return &attnrl__testing__node__descriptor; }
