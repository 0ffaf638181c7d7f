"""Cases that fail, and why. `run -m 'not known'` leaves them out; whoever mends one takes it out of here."""

# What nghttp2 does, or what nothing here depends on.
_CLOSED = "nghttp2 ignores DATA and HEADERS on a closed stream, which may have been on their way; sections 6.1 and 5.1.1"
KNOWN = {
    "test_http2.py::test_case[5.1/11]": _CLOSED,
    "test_http2.py::test_case[5.1/12]": _CLOSED,
    "test_http2.py::test_case[5.1.1/2]": _CLOSED,
    "test_http2.py::test_case[9113-6.9.2/1]": "nghttp2 resets the stream whose window overflows, not the connection",
    "test_http2.py::test_case[9113-8.3.1/3]": "Host is ignored besides :authority, as by other servers of gRPC; a SHOULD",
}
