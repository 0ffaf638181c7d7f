#ifndef ATTNRL_CUV_SHIM_H
#define ATTNRL_CUV_SHIM_H

#include <uv.h>

#endif
