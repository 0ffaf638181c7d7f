#ifndef ATTNRL_CSSL_SHIM_H
#define ATTNRL_CSSL_SHIM_H

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

// Most of these are macros, which Swift does not see.

static inline long attn_tls_set_minimum_version(SSL_CTX *context) {
    return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
}

static inline void attn_tls_set_modes(SSL_CTX *context) {
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER
                                  | SSL_MODE_RELEASE_BUFFERS);
    // A client may renegotiate for ever, at the server's expense.
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
}

static inline long attn_tls_set_name(SSL *tls, const char *name) { return SSL_set_tlsext_host_name(tls, name); }

/// The bytes in a memory BIO; they stay there.
static inline long attn_bio_data(BIO *bio, char **data) { return BIO_get_mem_data(bio, data); }

static inline void attn_bio_empty(BIO *bio) { (void)BIO_reset(bio); }

static const unsigned char attn_tls_protocols[] = "\x02h2\x08http/1.1";

static inline int attn_tls_choose_protocol(SSL *tls, const unsigned char **chosen, unsigned char *length,
                                           const unsigned char *offered, unsigned int count, void *unused) {
    (void)tls;
    (void)unused;
    unsigned char *choice;
    // A client that offers only others is served by what it then sends.
    if (SSL_select_next_proto(&choice, length, attn_tls_protocols, sizeof attn_tls_protocols - 1, offered, count)
        != OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_NOACK;
    *chosen = choice;
    return SSL_TLSEXT_ERR_OK;
}

static inline void attn_tls_choose_protocols(SSL_CTX *context) {
    SSL_CTX_set_alpn_select_cb(context, attn_tls_choose_protocol, NULL);
}

/// Offers HTTP/2, or HTTP/1.1.
static inline int attn_tls_offer_protocol(SSL *tls, int http2) {
    return http2 ? SSL_set_alpn_protos(tls, attn_tls_protocols, 3) : SSL_set_alpn_protos(tls, attn_tls_protocols + 3, 9);
}

#endif
