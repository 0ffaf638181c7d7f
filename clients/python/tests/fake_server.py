"""A gRPC server in this process, which answers what a test tells it to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
from google.protobuf.any_pb2 import Any as PackedMessage
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message

from attnrl import _methods as methods
from attnrl._methods import Method
from attnrl._proto.attnrl.client import grpc_standard_pb2 as standard
from attnrl._proto.attnrl.v1 import analysis_pb2, generation_pb2, policy_pb2, preference_pb2, training_pb2

HANG_SECONDS = 600
"""What guards against hanging and nothing else: no test fails because a machine was busy for less than this."""

REQUESTS: dict[str, type[Message]] = {
    methods.GENERATE.path: generation_pb2.GenerateRequest,
    methods.SCORE.path: generation_pb2.ScoreRequest,
    methods.ABORT.path: generation_pb2.AbortRequest,
    methods.ADD_PAIRS.path: preference_pb2.AddPairsRequest,
    methods.COMPARE.path: preference_pb2.CompareRequest,
    methods.GET_PREFERENCES.path: preference_pb2.GetPreferencesRequest,
    methods.LIST_SETS.path: preference_pb2.ListSetsRequest,
    methods.DELETE_SET.path: preference_pb2.DeleteSetRequest,
    methods.TRACE.path: analysis_pb2.TraceRequest,
    methods.SUGGEST_BRANCHES.path: analysis_pb2.SuggestBranchesRequest,
    methods.ABLATE.path: analysis_pb2.AblateRequest,
    methods.EXPLORE.path: analysis_pb2.ExploreRequest,
    methods.VERIFY.path: analysis_pb2.VerifyRequest,
    methods.GET_VIEWER.path: analysis_pb2.GetViewerRequest,
    methods.LIST_POLICIES.path: policy_pb2.ListPoliciesRequest,
    methods.GET_POLICY.path: policy_pb2.GetPolicyRequest,
    methods.LOAD_POLICY.path: policy_pb2.LoadPolicyRequest,
    methods.UNLOAD_POLICY.path: policy_pb2.UnloadPolicyRequest,
    methods.SWITCH_VERSION.path: policy_pb2.SwitchVersionRequest,
    methods.TOKENIZE.path: policy_pb2.TokenizeRequest,
    methods.DETOKENIZE.path: policy_pb2.DetokenizeRequest,
    methods.GET_TOKENIZER.path: policy_pb2.GetTokenizerRequest,
    methods.PAUSE.path: policy_pb2.PauseRequest,
    methods.RESUME.path: policy_pb2.ResumeRequest,
    methods.GET_PAUSE_STATE.path: policy_pb2.GetPauseStateRequest,
    methods.CREATE_JOB.path: training_pb2.CreateJobRequest,
    methods.GET_JOB.path: training_pb2.GetJobRequest,
    methods.LIST_JOBS.path: training_pb2.ListJobsRequest,
    methods.CANCEL_JOB.path: training_pb2.CancelJobRequest,
    methods.PAUSE_JOB.path: training_pb2.PauseJobRequest,
    methods.RESUME_JOB.path: training_pb2.ResumeJobRequest,
    methods.WATCH_JOB.path: training_pb2.WatchJobRequest,
    methods.LIST_CHECKPOINTS.path: training_pb2.ListCheckpointsRequest,
    methods.EXPORT_CHECKPOINT.path: training_pb2.ExportCheckpointRequest,
    methods.GET_TREES.path: training_pb2.GetTreesRequest,
    methods.FEEDBACK.path: training_pb2.FeedbackRequest,
    methods.HEALTH_CHECK.path: standard.HealthCheckRequest,
}

Answer = Callable[[Any, grpc.ServicerContext], Iterable[Message]]


class FakeServer(grpc.GenericRpcHandler):
    """Answers each method as the test last said, and keeps the requests it got."""

    def __init__(self, credentials: grpc.ServerCredentials | None = None) -> None:
        """Serves on a free port, with TLS where credentials are given."""
        self.requests: list[Any] = []
        self.metadata: list[dict[str, Any]] = []
        self.called = threading.Event()
        self.cancelled = threading.Event()
        self._answers: dict[str, Answer] = {}
        self._server = grpc.server(ThreadPoolExecutor(4), handlers=[self])
        any_port = "127.0.0.1:0"
        if credentials is None:
            self.port = self._server.add_insecure_port(any_port)
        else:
            self.port = self._server.add_secure_port(any_port, credentials)
        self.target = f"127.0.0.1:{self.port}"
        self._server.start()

    def stop(self) -> None:
        """Ends every call."""
        self._server.stop(None).wait()

    def answer(self, method: Method[Any], *messages: Message) -> None:
        """Answers a method with messages."""
        self.answer_by(method, lambda request, context: messages)

    def answer_by(self, method: Method[Any], answer: Answer) -> None:
        """Answers a method by a function."""
        self._answers[method.path] = answer

    def service(self, details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler[Any, Any] | None:
        """The handler of one call. Methods that answer once are unary here, as they are on the real server."""
        answer = self._answers.get(details.method)
        if answer is None:
            return None

        def stream(request: Message, context: grpc.ServicerContext) -> Iterator[Message]:
            self.requests.append(request)
            self.metadata.append(dict(context.invocation_metadata()))
            context.add_callback(self.cancelled.set)
            self.called.set()
            yield from answer(request, context)

        def unary(request: Message, context: grpc.ServicerContext) -> Message:
            return next(stream(request, context))

        known = {method.path: method for method in vars(methods).values() if isinstance(method, Method)}
        serve = {
            "request_deserializer": REQUESTS[details.method].FromString,
            "response_serializer": lambda message: message.SerializeToString(),
        }
        if known[details.method].streams:
            return grpc.unary_stream_rpc_method_handler(stream, **serve)
        return grpc.unary_unary_rpc_method_handler(unary, **serve)


def error_details(*details: Message, code: int = 0, message: str = "") -> tuple[tuple[str, bytes], ...]:
    """Trailers that carry details as the server packs them."""
    packed = [
        PackedMessage(type_url=f"type.googleapis.com/google.rpc.{item.DESCRIPTOR.name}", value=item.SerializeToString())
        for item in details
    ]
    status = standard.Status(code=code, message=message, details=packed)
    return (("grpc-status-details-bin", status.SerializeToString()),)


def retry_after(seconds: float) -> standard.RetryInfo:
    """A detail that asks to try again later."""
    whole = int(seconds)
    return standard.RetryInfo(retry_delay=Duration(seconds=whole, nanos=int((seconds - whole) * 1e9)))


def fail(context: grpc.ServicerContext, code: grpc.StatusCode, message: str, *details: Message) -> Iterator[Message]:
    """Ends a call with an error."""
    context.set_trailing_metadata(error_details(*details))
    context.abort(code, message)
    yield from ()
