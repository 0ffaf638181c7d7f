#!/usr/bin/env python3
"""Writes Tests/Fixtures/wire/messages.jsonl and texts.jsonl: messages as Google's implementation writes them as JSON, and
what it makes of JSON that came from elsewhere. Needs protoc and a Python with protobuf (recorded with 7.36.2)."""

import base64
import json
import math
import random
import subprocess
from pathlib import Path

from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory
from google.protobuf.descriptor import FieldDescriptor as F

TESTS = Path(__file__).resolve().parent.parent
FIXTURES = TESTS / "Fixtures/wire"
CASES = 4  # for each message type: one with nothing set, one with every field, others at random
EVERY_TYPE = ("attnrl.testing.Kinds", "attnrl.testing.Node")

INT32, INT64 = [0, 1, -1, 2**31 - 1, -(2**31)], [0, 1, -7, 2**53 + 1, 2**63 - 1, -(2**63)]
UINT32, UINT64 = [0, 1, 2**32 - 1, 2**31], [0, 1, 2**53 + 1, 2**64 - 1, 2**63]
FLOATS = [0.0, -0.0, 1.0, -2.5, 0.1, 16777216.0, 3.4028234663852886e38, 5.877471754111438e-39, 1e-7,
          math.nan, math.inf, -math.inf]
DOUBLES = FLOATS + [1e22, 123456789.125, 1.7976931348623157e308, 5e-324, 2.0**53, 1e15]
STRINGS = ["", "text", "e\u0301 \u00e9", "a\0b", "\"\\/\b\f\n\r\t\x1b\x7f\x85", "\u2028\u2029", "\U0001f642", "<&>'"]
BYTES = [b"", b"\0", b"\xff\xfe", b"\xfb\xef\xbe", bytes(range(7))]
VALUES = {
    F.TYPE_DOUBLE: DOUBLES, F.TYPE_FLOAT: FLOATS, F.TYPE_BOOL: [True, False], F.TYPE_STRING: STRINGS, F.TYPE_BYTES: BYTES,
    F.TYPE_INT32: INT32, F.TYPE_SINT32: INT32, F.TYPE_SFIXED32: INT32, F.TYPE_UINT32: UINT32, F.TYPE_FIXED32: UINT32,
    F.TYPE_INT64: INT64, F.TYPE_SINT64: INT64, F.TYPE_SFIXED64: INT64, F.TYPE_UINT64: UINT64, F.TYPE_FIXED64: UINT64,
}


def load():
    """{full name: class} of every message."""
    pool, names = descriptor_pool.DescriptorPool(), []
    for root in (TESTS.parent / "protos", TESTS / "CTestProtos/protos"):
        files = sorted(str(path.relative_to(root)) for path in root.rglob("*.proto"))
        compiled = subprocess.run(
            ["protoc", f"-I{root}", "--include_imports", "--descriptor_set_out=/dev/stdout", *files],
            check=True, stdout=subprocess.PIPE).stdout
        for file in descriptor_pb2.FileDescriptorSet.FromString(compiled).file:
            pool.Add(file)
            if file.name != "google/protobuf/descriptor.proto":  # for the options of methods; none of it is ever sent
                names += messages(file.message_type, file.package)
    return pool, {name: message_factory.GetMessageClass(pool.FindMessageTypeByName(name)) for name in names}


def messages(items, scope):
    for item in items:
        if not item.options.map_entry:
            yield f"{scope}.{item.name}"
            yield from messages(item.nested_type, f"{scope}.{item.name}")


class Maker:
    """Messages whose fields have values at the edges of their types."""

    def __init__(self, classes, random):
        self.classes, self.random = classes, random

    def fill(self, message, share, depth=0):
        """Sets each field with a probability; at most one of a oneof."""
        name = message.DESCRIPTOR.full_name
        if name == "google.protobuf.Duration":
            message.seconds, message.nanos = self.random.choice(
                [(0, 0), (1, 500_000_000), (-1, -1), (0, -10_000), (315_576_000_000, 0), (3, 1_000_000)])
            return
        if name == "google.protobuf.Any":
            inner = self.classes[self.random.choice(["google.protobuf.Duration", "google.rpc.RetryInfo", "attnrl.v1.Step"])]()
            self.fill(inner, share, depth + 1)
            message.Pack(inner, deterministic=True)
            return
        fields = {}
        for field in message.DESCRIPTOR.fields:
            group = field.containing_oneof.name if field.containing_oneof else field.name
            fields.setdefault(group, []).append(field)
        for group in fields.values():
            if self.random.random() < share:
                self.set(message, self.random.choice(group), share, depth)

    def set(self, message, field, share, depth):
        if field.message_type and field.message_type.GetOptions().map_entry:
            target = getattr(message, field.name)
            key, value = field.message_type.fields_by_name["key"], field.message_type.fields_by_name["value"]
            for key in [k for k in VALUES[key.type] if k != "a\0b"][:3]:
                if value.message_type:
                    self.fill(target[key], share / 2, depth + 1)
                else:
                    target[key] = self.value(value)
        elif field.is_repeated:
            target = getattr(message, field.name)
            for _ in range(self.random.randint(1, 2 if depth else 3)):
                if field.message_type:
                    if depth < 3:
                        self.fill(target.add(), share / 2, depth + 1)
                else:
                    target.append(self.value(field))
        elif field.message_type:
            getattr(message, field.name).SetInParent()
            if depth < 3:
                self.fill(getattr(message, field.name), share / 2, depth + 1)
        else:
            setattr(message, field.name, self.value(field))

    def value(self, field):
        if field.enum_type:
            return self.random.choice([value.number for value in field.enum_type.values] + [99])
        return self.random.choice(VALUES[field.type])


def record(message, pool):
    data = message.SerializeToString(deterministic=True)
    plain = json.loads(json_format.MessageToJson(message, descriptor_pool=pool))
    other = json.loads(json_format.MessageToJson(
        message, descriptor_pool=pool, preserving_proto_field_name=True, use_integers_for_enums=True))
    line = {"type": message.DESCRIPTOR.full_name, "bytes": base64.b64encode(data).decode(), "json": plain}
    return line if other == plain else line | {"other": other}


def random_messages(pool, classes):
    for name, kind in classes.items():
        for case in range(CASES + (16 if name in EVERY_TYPE else 0)):
            message = kind()
            Maker(classes, random.Random(f"{name} {case}")).fill(message, [0, 1, 0.5, 0.7][case % 4])
            yield record(message, pool)


# Texts for Kinds: what comes of them with Google's implementation is recorded beside each.
TEXTS = """
{}
{"fInt32": 1}
{"f_int32": 1}
{"fInt32": "1"}
{"fInt32": 1.0}
{"fInt32": 1e3}
{"fInt32": "1e3"}
{"fInt32": "-0"}
{"fInt32": 1.5}
{"fInt32": 2147483647}
{"fInt32": 2147483648}
{"fInt32": -2147483648}
{"fInt32": -2147483649}
{"fInt32": 3e9}
{"fInt32": true}
{"fInt32": ""}
{"fInt32": " 1"}
{"fInt32": "1 "}
{"fInt32": "0x10"}
{"fInt32": null}
{"fInt32": []}
{"fInt32": {}}
{"fInt32": "NaN"}
{"fUint32": -1}
{"fUint32": 4294967295}
{"fUint32": 4294967296}
{"fInt64": 9223372036854775807}
{"fInt64": "9223372036854775807"}
{"fInt64": 9223372036854775808}
{"fInt64": "9223372036854775808"}
{"fInt64": -9223372036854775808}
{"fInt64": -9223372036854775809}
{"fInt64": "-9223372036854775809"}
{"fInt64": 1e18}
{"fUint64": 18446744073709551615}
{"fUint64": "18446744073709551615"}
{"fUint64": 18446744073709551616}
{"fUint64": 10000000000000000001}
{"fUint64": -1}
{"fDouble": 1}
{"fDouble": "1.5"}
{"fDouble": "NaN"}
{"fDouble": "Infinity"}
{"fDouble": "-Infinity"}
{"fDouble": "inf"}
{"fDouble": "1e400"}
{"fDouble": true}
{"fDouble": ""}
{"fDouble": -0.0}
{"fFloat": 3.4028234663852886e38}
{"fFloat": 1e39}
{"fFloat": -1e39}
{"fFloat": 1e-60}
{"fFloat": "0.1"}
{"fBool": true}
{"fBool": "true"}
{"fBool": 1}
{"fString": "x"}
{"fString": 1}
{"fString": null}
{"fString": "\\u00e9\\ud83d\\ude42"}
{"fString": "\\ud800"}
{"fBytes": "AP8K"}
{"fBytes": "-_-_"}
{"fBytes": "+/+/"}
{"fBytes": "AA"}
{"fBytes": "AA=="}
{"fBytes": "A"}
{"fBytes": "*"}
{"fBytes": 1}
{"fColor": "COLOR_RED"}
{"fColor": 2}
{"fColor": 99}
{"fColor": -1}
{"fColor": "COLOR_GREEN"}
{"fColor": "red"}
{"fColor": 2147483648}
{"fColor": 1.5}
{"fColor": true}
{"fInner": {}}
{"fInner": null}
{"fInner": []}
{"fInner": {"name": "n", "numbers": [1, "2", 3.0]}}
{"fInner": {"nome": "n"}}
{"oInt64": "0", "oBool": false, "oString": "", "oBytes": "", "oColor": 0, "oInner": {}, "oDouble": 0}
{"oInt64": null}
{"rInt32": null}
{"rInt32": []}
{"rInt32": [null]}
{"rInt32": [1, "a"]}
{"rInt32": 1}
{"rInner": [{}, null]}
{"rColor": ["COLOR_RED", 2, 99]}
{"cInt32": 0}
{"cInt32": 0, "cBool": null}
{"cInt32": 0, "cBool": false}
{"cInner": {}, "cString": ""}
{"fInt32": 1, "fInt32": 2}
{"fInt32": 1, "f_int32": 2}
{"fInt32": 1, "f_int32": null}
{"mString": {"a": "1", "b": "2"}}
{"mString": {"a": null}}
{"mString": {"a": 1}}
{"mString": []}
{"mString": {"a": "1", "a": "2"}}
{"mInner": {"1": {}, "-2": {"name": "x"}}}
{"mInner": {"x": {}}}
{"mInner": {"2147483648": {}}}
{"mColor": {"a": "COLOR_RED", "b": 2}}
{"in": 4}
{"unknown": 1}
{"fınt32": 1}
[]
null
1
"""


def texts(pool, kinds):
    for text in TEXTS.strip().split("\n"):
        line = {"text": text}
        try:
            made = json_format.Parse(text, kinds(), descriptor_pool=pool)
            line["bytes"] = base64.b64encode(made.SerializeToString(deterministic=True)).decode()
        except (json_format.ParseError, UnicodeEncodeError, OverflowError):
            pass
        yield line


def write(name, lines):
    FIXTURES.mkdir(exist_ok=True)
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    (FIXTURES / name).write_text(text)
    print(f"{name}: {text.count(chr(10))} lines, {len(text.encode())} bytes")


pool, classes = load()
write("messages.jsonl", random_messages(pool, classes))
write("texts.jsonl", texts(pool, classes["attnrl.testing.Kinds"]))
