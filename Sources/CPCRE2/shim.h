#ifndef ATTNRL_CPCRE2_SHIM_H
#define ATTNRL_CPCRE2_SHIM_H

// PCRE2 names its functions with macros that append the code unit width; Swift sees the `_8` names.
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#endif
