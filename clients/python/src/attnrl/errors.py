"""Errors of a call: one class per gRPC status code, with what the server said beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import grpc
from google.protobuf.any_pb2 import Any as PackedMessage
from google.protobuf.message import DecodeError, Message

from ._proto.attnrl.client import grpc_standard_pb2 as standard

STATUS_DETAILS_KEY = "grpc-status-details-bin"

_M = TypeVar("_M", bound=Message)


@dataclass(frozen=True)
class FieldViolation:
    """One field of the request that the server could not accept."""

    field: str
    """Path of the field, `sampling.temperature` say."""
    description: str
    """What is wrong and what to do."""


@dataclass(frozen=True)
class ErrorDetails:
    """The machine-readable parts of an error."""

    violations: tuple[FieldViolation, ...] = ()
    retry_delay: float | None = None
    """Seconds to wait before trying again, where the server says that trying again may help."""
    reason: str = ""
    """Why, in UPPER_SNAKE_CASE."""
    domain: str = ""
    metadata: dict[str, str] = field(default_factory=dict)
    """Every dynamic value of the message by name."""


class AttnRLError(Exception):
    """A call did not end well."""

    def __init__(self, code: grpc.StatusCode, message: str, details: ErrorDetails | None = None) -> None:
        """An error with a gRPC status code."""
        super().__init__(code, message, details)
        self.code = code
        self.message = message
        self.details = details or ErrorDetails()

    @property
    def violations(self) -> tuple[FieldViolation, ...]:
        """Fields of the request that the server could not accept."""
        return self.details.violations

    @property
    def retry_delay(self) -> float | None:
        """Seconds to wait before trying again, where the server says that trying again may help."""
        return self.details.retry_delay

    @property
    def reason(self) -> str:
        """Why, in UPPER_SNAKE_CASE; empty where the server does not say."""
        return self.details.reason

    def __str__(self) -> str:
        """Code and message, then a line for each field violation that the message does not hold already."""
        new = [item for item in self.violations if item.description not in self.message]
        lines = [f"  {item.field}: {item.description}" for item in new]
        return "\n".join([f"{self.code.name}: {self.message}", *lines])


class CancelledError(AttnRLError):
    """CANCELLED: the server gave the call up."""


class UnknownError(AttnRLError):
    """UNKNOWN."""


class InvalidArgumentError(AttnRLError):
    """INVALID_ARGUMENT: the request is wrong; see `violations`."""


class DeadlineExceededError(AttnRLError):
    """DEADLINE_EXCEEDED: the call took longer than its timeout."""


class NotFoundError(AttnRLError):
    """NOT_FOUND: no such policy or version."""


class AlreadyExistsError(AttnRLError):
    """ALREADY_EXISTS."""


class PermissionDeniedError(AttnRLError):
    """PERMISSION_DENIED: the key is not for this method."""


class ResourceExhaustedError(AttnRLError):
    """RESOURCE_EXHAUSTED: the server has too much to do or too little memory."""


class FailedPreconditionError(AttnRLError):
    """FAILED_PRECONDITION: the server's state does not allow the call."""


class AbortedError(AttnRLError):
    """ABORTED."""


class OutOfRangeError(AttnRLError):
    """OUT_OF_RANGE: past what there is, a context's length say."""


class UnimplementedError(AttnRLError):
    """UNIMPLEMENTED: this server does not know the method."""


class InternalError(AttnRLError):
    """INTERNAL: a fault of the server."""


class UnavailableError(AttnRLError):
    """UNAVAILABLE: no server there, or one that is shutting down."""


class DataLossError(AttnRLError):
    """DATA_LOSS."""


class UnauthenticatedError(AttnRLError):
    """UNAUTHENTICATED: the server wants a key, or does not know the one that it got."""


class ProtocolError(InternalError):
    """The server's answer contradicts the contract: a chunk is missing, say, or out of order."""

    def __init__(self, message: str) -> None:
        """An error found by the client."""
        super().__init__(grpc.StatusCode.INTERNAL, message)
        self.args = (message,)


_CLASSES: dict[grpc.StatusCode, type[AttnRLError]] = {
    grpc.StatusCode.CANCELLED: CancelledError,
    grpc.StatusCode.UNKNOWN: UnknownError,
    grpc.StatusCode.INVALID_ARGUMENT: InvalidArgumentError,
    grpc.StatusCode.DEADLINE_EXCEEDED: DeadlineExceededError,
    grpc.StatusCode.NOT_FOUND: NotFoundError,
    grpc.StatusCode.ALREADY_EXISTS: AlreadyExistsError,
    grpc.StatusCode.PERMISSION_DENIED: PermissionDeniedError,
    grpc.StatusCode.RESOURCE_EXHAUSTED: ResourceExhaustedError,
    grpc.StatusCode.FAILED_PRECONDITION: FailedPreconditionError,
    grpc.StatusCode.ABORTED: AbortedError,
    grpc.StatusCode.OUT_OF_RANGE: OutOfRangeError,
    grpc.StatusCode.UNIMPLEMENTED: UnimplementedError,
    grpc.StatusCode.INTERNAL: InternalError,
    grpc.StatusCode.UNAVAILABLE: UnavailableError,
    grpc.StatusCode.DATA_LOSS: DataLossError,
    grpc.StatusCode.UNAUTHENTICATED: UnauthenticatedError,
}


def from_rpc(error: grpc.RpcError) -> AttnRLError:
    """The error a failed call stands for, blocking or asyncio."""
    call: Any = error  # Both kinds of RpcError have these methods; the base class does not declare them.
    code: grpc.StatusCode = call.code()
    details = parse_details(call.trailing_metadata() or ())
    message = call.details() or ""
    if code is grpc.StatusCode.UNAVAILABLE and message.startswith("failed to connect"):
        message += next((f" ({advice})" for text, advice in _CONNECTING if text in message), "")
    return _CLASSES.get(code, UnknownError)(code, message, details)


_OTHER_NAME = "the server's certificate is for other names than the address"
_OTHER_TLS = "the server may want TLS, which is an https:// address, or a client's certificate, tls_cert and tls_key"

_CONNECTING = (
    (
        "CERTIFICATE_VERIFY_FAILED",
        "the server's certificate is out of date, or of no authority that is trusted here: tls_ca names others",
    ),
    ("Hostname Verification Check failed", _OTHER_NAME),
    ("is not in peer certificate", _OTHER_NAME),
    ("WRONG_VERSION_NUMBER", "the server has no TLS there: give an http:// address"),
    ("Socket closed", _OTHER_TLS),
    ("Connection reset", _OTHER_TLS),
)
"""What gRPC's versions say of connections that fail, and what it means."""


def parse_details(trailers: Iterable[tuple[str, str | bytes]]) -> ErrorDetails:
    """Details in a call's trailers. Those that cannot be read are left out: the status itself still counts."""
    packed = next((value for key, value in trailers if key == STATUS_DETAILS_KEY), b"")
    status = standard.Status()
    if not isinstance(packed, bytes) or not _parse(status, packed):
        return ErrorDetails()
    bad_request = _unpack(status.details, standard.BadRequest())
    retry = _unpack(status.details, standard.RetryInfo())
    info = _unpack(status.details, standard.ErrorInfo()) or standard.ErrorInfo()
    violations = bad_request.field_violations if bad_request else ()
    return ErrorDetails(
        violations=tuple(FieldViolation(item.field, item.description) for item in violations),
        retry_delay=retry.retry_delay.seconds + retry.retry_delay.nanos * 1e-9 if retry else None,
        reason=info.reason,
        domain=info.domain,
        metadata=dict(info.metadata),
    )


def _unpack(details: Iterable[PackedMessage], message: _M) -> _M | None:
    """The first detail of a kind, read into `message`."""
    wanted = f"google.rpc.{message.DESCRIPTOR.name}"
    for detail in details:
        if detail.type_url.rpartition("/")[2] == wanted and _parse(message, detail.value):
            return message
    return None


def _parse(message: Message, data: bytes) -> bool:
    try:
        message.ParseFromString(data)
    except DecodeError:
        return False
    return True
