"""Header compression: h2spec's section 5 of `generic`, and its HPACK sections, by RFC 7541."""

from hpack.hpack import encode_integer
from hpack.huffman import HuffmanEncoder
from hpack.huffman_constants import REQUEST_CODES, REQUEST_CODES_LENGTH

from cases import case
from http2 import COMPRESSION_ERROR, Connection, headers

HUFFMAN = HuffmanEncoder(REQUEST_CODES, REQUEST_CODES_LENGTH)

# Indices of the static table: appendix A. `GET` and `http` are whole fields.
AUTHORITY, GET, PATH, HTTP, USER_AGENT = 1, 2, 4, 6, 58
FIRST_DYNAMIC = 62

# The patterns that literals begin with: section 6.2.
INDEXING, WITHOUT, NEVER = (0x40, 6), (0x00, 4), (0x10, 4)


def integer(value: int, bits: int, pattern: int = 0) -> bytes:
    encoded = encode_integer(value, bits)
    encoded[0] |= pattern
    return bytes(encoded)


def text(value: bytes, huffman: bool = False) -> bytes:
    encoded = HUFFMAN.encode(value) if huffman else value
    return integer(len(encoded), 7, 0x80 if huffman else 0) + encoded


def indexed(index: int) -> bytes:
    return integer(index, 7, 0x80)


def literal(kind: tuple[int, int], name: int | bytes, value: bytes, huffman: bool = False) -> bytes:
    pattern, bits = kind
    if isinstance(name, int):
        return integer(name, bits, pattern) + text(value, huffman)
    return integer(0, bits, pattern) + text(name, huffman) + text(value, huffman)


def table_size(size: int) -> bytes:
    return integer(size, 5, 0x20)


def request(c: Connection) -> bytes:
    """GET /health, which leaves the dynamic table alone."""
    return (
        indexed(GET)
        + indexed(HTTP)
        + literal(WITHOUT, PATH, b"/health")
        + literal(WITHOUT, AUTHORITY, c.authority.encode())
    )


def accepts(name: str, title: str, field: bytes) -> None:
    @case(name, title)
    def _(c: Connection) -> None:
        c.send(headers(1, request(c) + field, end=True))
        c.answer(1)


accepts("generic/5/1", "an indexed field", indexed(USER_AGENT))
number = 1
for kind, meaning in (INDEXING, "with indexing"), (WITHOUT, "without indexing"), (NEVER, "never indexed"):
    for field in USER_AGENT, b"x-some-name":
        for huffman in False, True:
            number += 1
            called = "an indexed name" if isinstance(field, int) else "a new name"
            accepts(
                f"generic/5/{number}",
                f"a literal {meaning}, {called}{', Huffman coded' if huffman else ''}",
                literal(kind, field, b"some value", huffman),
            )


@case("generic/5/14", "an update of the table's size")
def _(c: Connection) -> None:
    c.send(headers(1, table_size(0) + request(c), end=True))
    c.answer(1)


@case("generic/5/15", "two updates of the table's size")
def _(c: Connection) -> None:
    c.send(headers(1, table_size(0) + table_size(4096) + request(c), end=True))
    c.answer(1)


def refuses(name: str, title: str, field: bytes) -> None:
    @case(name, title)
    def _(c: Connection) -> None:
        c.send(headers(1, request(c) + field, end=True))
        c.connection_error(COMPRESSION_ERROR)


refuses("hpack/2.3.3/1", "an indexed field beyond both tables", indexed(FIRST_DYNAMIC + 10))
refuses("hpack/2.3.3/2", "a literal whose name is beyond both tables", literal(INDEXING, FIRST_DYNAMIC + 10, b"value"))
refuses("hpack/4.2/1", "an update of the table's size at the end of a block", table_size(4096))
# `a` is 00011, and what is left of an octet is to be filled with ones.
refuses("hpack/5.2/1", "more than 7 bits of padding", b"\x00" + text(b"x-name") + b"\x82\x1f\xff")
refuses("hpack/5.2/2", "padding by zeros", b"\x00" + text(b"x-name") + b"\x81\x18")
refuses("hpack/5.2/3", "the symbol EOS in a string", b"\x00" + text(b"x-name") + b"\x84\xff\xff\xff\xff")
refuses("hpack/6.1/1", "an indexed field with index 0", indexed(0))


@case("hpack/6.3/1", "a table larger than the decoder's SETTINGS allow")
def _(c: Connection) -> None:
    c.send(headers(1, table_size(4097) + request(c), end=True))
    c.connection_error(COMPRESSION_ERROR)


# Further than h2spec.
refuses("hpack/5.1/1", "an integer that overflows", b"\x7f" + b"\xff" * 10 + b"\x7f")
refuses("hpack/5.2/4", "a string longer than its block", b"\x00" + text(b"x-name") + integer(1000, 7) + b"short")
refuses("hpack/5.2/5", "a block that ends within a field", b"\x00" + text(b"x-name"))


@case("hpack/2.3.2/1", "a field that was evicted is not found any more")
def _(c: Connection) -> None:
    c.send(headers(1, request(c) + literal(INDEXING, b"x-name", b"value"), end=True))
    c.answer(1)
    c.send(headers(3, table_size(0) + table_size(4096) + request(c) + indexed(FIRST_DYNAMIC), end=True))
    c.connection_error(COMPRESSION_ERROR)


@case("hpack/2.3.2/2", "the table is one for all streams, also of those that are refused")
def _(c: Connection) -> None:
    # The first request is malformed, and its fields are in the table all the same.
    block = indexed(GET) + indexed(HTTP) + literal(INDEXING, PATH, b"/health") + literal(WITHOUT, b"X-Upper", b"1")
    c.send(headers(1, block, end=True))
    c.send(
        headers(3, indexed(GET) + indexed(HTTP) + indexed(FIRST_DYNAMIC) + literal(WITHOUT, AUTHORITY, b"x"), end=True)
    )
    c.answer(3)
