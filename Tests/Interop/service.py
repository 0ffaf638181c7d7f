"""Messages and methods of grpc.testing, made from the .proto files when they are needed.

No modules are: that of this package would be called `grpc.testing`, inside the package that grpcio is itself.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from grpc_tools import protoc

PROTOS = Path(__file__).parent / "protos"


def _pool() -> descriptor_pool.DescriptorPool:
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "set"
        status = protoc.main(
            ["protoc", f"-I{PROTOS}", f"--descriptor_set_out={made}", "--include_imports", "grpc/testing/test.proto"]
        )
        assert status == 0, "protoc refused the .proto files"
        files = descriptor_pb2.FileDescriptorSet.FromString(made.read_bytes())
    pool = descriptor_pool.DescriptorPool()
    for file in files.file:
        pool.Add(file)
    return pool


POOL = _pool()


def message(name: str) -> Any:
    """The class of a message."""
    return message_factory.GetMessageClass(POOL.FindMessageTypeByName(f"grpc.testing.{name}"))


def method(channel: grpc.Channel, name: str, service: str = "TestService") -> Callable[..., Any]:
    """A method to call, as in the code that grpcio's plugin writes."""
    found = POOL.FindServiceByName(f"grpc.testing.{service}").methods_by_name[name]
    sides = ("stream" if streams else "unary" for streams in (found.client_streaming, found.server_streaming))
    return getattr(channel, "_".join(sides))(
        f"/grpc.testing.{service}/{name}",
        request_serializer=lambda request: request.SerializeToString(),
        response_deserializer=message_factory.GetMessageClass(found.output_type).FromString,
    )
