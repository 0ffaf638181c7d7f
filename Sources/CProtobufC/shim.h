#ifndef ATTNRL_CPROTOBUFC_SHIM_H
#define ATTNRL_CPROTOBUFC_SHIM_H

#include <protobuf-c/protobuf-c.h>

#endif
