#!/usr/bin/python3
"""Prints the bytes that Tests/WireTests/ReferenceMessage.swift holds: one message with every field of kinds.proto set,
as Google's implementation writes it. Needs protoc and python3-protobuf."""

import subprocess
from pathlib import Path

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

protos = Path(__file__).parent / "protos"
files = subprocess.run(
    ["protoc", f"-I{protos}", "--descriptor_set_out=/dev/stdout", "attnrl/testing/kinds.proto"],
    check=True, stdout=subprocess.PIPE).stdout
pool = descriptor_pool.DescriptorPool()
for file in descriptor_pb2.FileDescriptorSet.FromString(files).file:
    pool.Add(file)
Kinds = message_factory.MessageFactory(pool).GetPrototype(pool.FindMessageTypeByName("attnrl.testing.Kinds"))

kinds = Kinds(
    f_double=-1.5, f_float=0.25, f_int32=-7, f_int64=-(2**40), f_uint32=2**32 - 1, f_uint64=2**64 - 1, f_sint32=-(2**31),
    f_sint64=-(2**63), f_fixed32=2**31, f_fixed64=2**63, f_sfixed32=-1, f_sfixed64=-2, f_bool=True,
    f_string="a\0é🙂", f_bytes=bytes([0, 255, 10]), f_color=2, f_inner={"name": "inner", "numbers": [1, -1, 300]},
    o_double=0, o_int64=0, o_bool=False, o_string="", o_bytes=b"", o_color=0, o_inner={},
    r_double=[1, -0.0, float("inf")], r_float=[0.5, 0], r_int32=[0, -1, 2**31 - 1], r_int64=[2**62, -5], r_uint32=[7],
    r_uint64=[2**64 - 1], r_sint32=[-3, 3], r_sint64=[-(2**50)], r_fixed32=[1, 2], r_fixed64=[3], r_sfixed32=[-4],
    r_sfixed64=[-5, 5], r_bool=[True, False, True], r_string=["", "x", "ü"], r_bytes=[b"", b"\0"], r_color=[-1, 0, 2, 99],
    r_inner=[{}, {"name": "n"}], r_unpacked=[1, 2, 3], c_inner={"numbers": [9]},
    m_string={"b": "2", "a": "1"}, m_color={"red": 1},
)
kinds.m_inner[-1].name = "minus"
kinds.m_inner[5].name = "five"
setattr(kinds, "in", 4)

data = kinds.SerializeToString(deterministic=True)
text = data.hex()
for start in range(0, len(text), 100):
    print(text[start:start + 100])
