#ifndef ATTNRL_CZLIB_SHIM_H
#define ATTNRL_CZLIB_SHIM_H

#include <zlib.h>

// inflateInit2 and deflateInit2 are macros, which Swift does not see. 16 asks for gzip's header and trailer.
static inline int attn_gunzip_begin(z_stream *stream) { return inflateInit2(stream, 16 + MAX_WBITS); }

static inline int attn_gzip_begin(z_stream *stream) {
    return deflateInit2(stream, Z_BEST_COMPRESSION, Z_DEFLATED, 16 + MAX_WBITS, 9, Z_DEFAULT_STRATEGY);
}

#endif
