"""How things that .proto files name are called in C and in Swift."""

import re

SWIFT_KEYWORDS = {
    "as", "break", "case", "catch", "class", "continue", "default", "defer", "deinit", "do", "else", "enum",
    "extension", "fallthrough", "false", "fileprivate", "for", "func", "guard", "if", "import", "in", "init", "inout",
    "internal", "is", "let", "nil", "operator", "private", "protocol", "public", "repeat", "rethrows", "return",
    "self", "static", "struct", "subscript", "super", "switch", "throw", "throws", "true", "try", "typealias", "var",
    "where", "while",
}


# C, by the rules of protoc-gen-c.


def _snake(name):
    return re.sub(r"(?<=[^A-Z])(?=[A-Z])", "_", name).lower()


def c_type(full_name):
    """attnrl.v1.TokenIds -> Attnrl__V1__TokenIds"""
    return "__".join("".join(part[:1].upper() + part[1:] for part in piece.split("_")) for piece in full_name.split("."))


def c_symbol(full_name):
    """attnrl.v1.TokenIds -> attnrl__v1__token_ids"""
    return "__".join(_snake(piece) for piece in full_name.split("."))


def c_case(full_name, oneof, field):
    """The constant that says which field of a oneof is set."""
    return f"{c_symbol(full_name).upper()}__{oneof.upper()}_{field.upper()}"


# Swift.


def camel(name):
    """min_gap_tokens -> minGapTokens"""
    first, *rest = [part for part in name.split("_") if part]
    return first.lower() + "".join(part[:1].upper() + part[1:].lower() for part in rest)


def pascal(name):
    """minimum_gap -> MinimumGap"""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def quoted(name):
    """A Swift identifier, in backticks where Swift would read a keyword."""
    return f"`{name}`" if name in SWIFT_KEYWORDS else name


def member(name):
    return quoted(camel(name))


def enum_case(enum_name, value_names, value):
    """FINISH_REASON_STOP -> stop: without what all values of the enum begin with."""
    return quoted(camel(value[len(common_prefix(enum_name, value_names)):]))


def common_prefix(enum_name, value_names):
    """The enum's name, or the words all its values share where they abbreviate it."""
    full = _snake(enum_name).upper() + "_"
    if all(name.startswith(full) for name in value_names):
        return full
    words = [name.split("_") for name in value_names]
    count = 0
    while len(value_names) > 1 and all(len(w) > count + 1 and w[count] == words[0][count] for w in words):
        count += 1
    return "".join(word + "_" for word in words[0][:count])
