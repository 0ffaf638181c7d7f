#ifndef ATTNRL_CZLIB_SHIM_H
#define ATTNRL_CZLIB_SHIM_H

#include <zlib.h>

// inflateInit2 is a macro, which Swift does not see. 16 asks for gzip's header and trailer.
static inline int attn_gunzip_begin(z_stream *stream) { return inflateInit2(stream, 16 + MAX_WBITS); }

#endif
