#ifndef ATTNRL_CKERNELS_H
#define ATTNRL_CKERNELS_H

#include "cpu.h"
#include "layout.h"
#include "matmul.h"
#include "rows.h"
#include "attention.h"
#include "backward.h"
#include "adapter.h"
#include "convert.h"
#include "blocks.h"
#include "sampling.h"

#endif
