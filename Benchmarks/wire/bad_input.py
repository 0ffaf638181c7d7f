"""Sends a server what it should never be sent, and checks that it answers, harms no one else and grows by nothing.

    python bad_input.py ATTNRL_BINARY MODEL_FOLDER [NAME...]

Needs grpcio, grpcio-tools, and a small model with its tokenizer, such as Tests/Fixtures/qwen2. One line a check; ends
with an error at the first that fails. Names choose checks. While each runs, another client generates; its tokens must
be those it gets from an idle server. Each check runs several times, and after the first, memory and files must not grow.
"""

import concurrent.futures
import contextlib
import json
import os
import pathlib
import random
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time

# Its handlers may end a child that is forked while calls are made.
os.environ["GRPC_ENABLE_FORK_SUPPORT"] = "0"

import grpc  # noqa: E402
from stock_client import Server, make_stubs  # noqa: E402

MIB = 1 << 20
HEALTH = "/grpc.health.v1.Health/Check"
GENERATE = "/attnrl.v1.GenerationService/Generate"
LOAD = "/attnrl.v1.PolicyService/LoadPolicy"
UNLOAD = "/attnrl.v1.PolicyService/UnloadPolicy"
CHECKS = []


def check(rounds=3):
    """Makes a function a check, which says what it saw or asserts."""

    def register(function):
        CHECKS.append((function, rounds))
        return function

    return register


class HardenedServer(Server):
    """A server that may do no more than a stranger where this runs as root: permissions mean nothing to root."""

    def __init__(self, binary, model, *options):
        user = {"user": 65534, "group": 65534} if os.geteuid() == 0 else {}
        self.process = subprocess.Popen(
            [binary, "serve", "--model", f"main={model}", "--port", "0", *options], stdout=subprocess.PIPE, text=True,
            stderr=subprocess.DEVNULL, **user,
        )
        line = self.process.stdout.readline()
        assert line, f"the server did not start: status {self.process.wait()}"
        self.address = line.split()[-1]

    def channel(self, *options):
        private = ("grpc.use_local_subchannel_pool", 1)
        return grpc.insecure_channel(self.address, options=[private, ("grpc.max_send_message_length", -1), *options])


# Calls with bytes for messages, so that anything can be sent.


def call(channel, method, request, timeout=60):
    """The answers' bytes, and the status."""
    answers = channel.unary_stream(method)(request, timeout=timeout)
    received = []
    try:
        received.extend(answers)
    except grpc.RpcError as error:
        return received, error
    return received, None


def refused(channel, method, request, code, *texts):
    """Asserts that a call is refused with this code, by a message that holds these texts."""
    _, error = call(channel, method, request)
    assert error is not None, f"{method} was not refused"
    assert error.code() == code, f"{method}: {error.code()} {error.details()}, not {code}"
    for text in texts:
        assert str(text) in error.details(), f"{text!r} is not in: {error.details()}"
    return error


def is_healthy(channel):
    answers, error = call(channel, HEALTH, b"", timeout=10)
    assert error is None and answers == [b"\x08\x01"], f"health: {answers} {error}"


# Requests.


def generate_request(length=8, n=1, max_tokens=64, policy="main", **sampling):
    from attnrl.v1 import common_pb2, generation_pb2

    options = {"max_tokens": max_tokens, "ignore_eos": True, "seed": 1, **sampling}
    return generation_pb2.GenerateRequest(
        policy=policy, n=n, prompt=common_pb2.Prompt(token_ids=common_pb2.TokenIds(ids=range(5, 5 + length))),
        sampling=common_pb2.SamplingOptions(**options),
    ).SerializeToString()


def tokens_of(answers):
    """Tokens by response."""
    from attnrl.v1 import generation_pb2

    tokens = {}
    for answer in map(generation_pb2.GenerateResponse.FromString, answers):
        if answer.WhichOneof("event") == "tokens":
            tokens.setdefault(answer.tokens.index, []).extend(answer.tokens.run.ids)
    return tokens


def generated(channel, request):
    answers, error = call(channel, GENERATE, request)
    assert error is None, error
    return tokens_of(answers)


def load_request(directory, name="second"):
    from attnrl.v1 import policy_pb2

    return policy_pb2.LoadPolicyRequest(directory=str(directory), name=name).SerializeToString()


def unload_request(name="second", drain=False):
    from attnrl.v1 import policy_pb2

    return policy_pb2.UnloadPolicyRequest(name=name, drain=drain).SerializeToString()


# Protobuf by hand.


def varint(value):
    encoded = bytearray()
    while value > 127:
        encoded.append(value & 127 | 128)
        value >>= 7
    return bytes(encoded) + bytes([value])


def delimited(field, content):
    return varint(field << 3 | 2) + varint(len(content)) + content


def string_fields(descriptor, prefix=()):
    """Paths to every text in a message and the messages in it."""
    for field in descriptor.fields:
        path = (*prefix, field)
        if field.type == field.TYPE_STRING:
            yield path
        elif field.type == field.TYPE_MESSAGE:
            yield from string_fields(field.message_type, path)


def methods():
    """Every method of the project's services, with the type of its requests."""
    from attnrl.v1 import analysis_pb2, generation_pb2, policy_pb2

    for file in (analysis_pb2, generation_pb2, policy_pb2):
        for service in file.DESCRIPTOR.services_by_name.values():
            for method in service.methods:
                yield f"/{service.full_name}/{method.name}", method.input_type


# Messages.


@check()
def nested_messages(context):
    delimited_deep, grouped = b"", varint(99 << 3 | 3) * 10_000 + varint(99 << 3 | 4) * 10_000
    for _ in range(10_000):
        delimited_deep = delimited(99, delimited_deep)
    for method, _ in methods():
        call(context.channel, method, delimited_deep)
        refused(context.channel, method, grouped, grpc.StatusCode.INVALID_ARGUMENT)
    return "10,000 deep, as messages and as groups, to each method"


@check(rounds=5)
def large_message(context):
    for size in (5 * MIB, 100 * MIB):
        refused(context.channel, GENERATE, bytes(size), grpc.StatusCode.RESOURCE_EXHAUSTED, size)
    return "5 MiB and 100 MiB are over the limit"


@check()
def invalid_text(context):
    count = 0
    for method, request in methods():
        for path in string_fields(request):
            content = b"a\xff"
            for field in reversed(path):
                content = delimited(field.number, content)
            name = ".".join(field.name for field in path)
            refused(context.channel, method, content, grpc.StatusCode.INVALID_ARGUMENT, name, "UTF-8")
            count += 1
    return f"{count} text fields name themselves"


@check()
def contradictory_options(context):
    nan, infinity = float("nan"), float("inf")
    wrong = [
        {"temperature": nan}, {"temperature": -1}, {"temperature": infinity}, {"top_p": 0}, {"top_p": nan},
        {"top_k": -1}, {"min_p": 2}, {"min_p": nan}, {"repetition_penalty": 0}, {"repetition_penalty": nan},
        {"max_tokens": -1}, {"min_tokens": 9, "max_tokens": 3}, {"stop": [""]}, {"stop_token_ids": [-1]},
        {"stop_token_ids": [1 << 30]}, {"logit_bias": [{"token_id": 1 << 30}]}, {"n": -1}, {"n": 257},
    ]
    for options in wrong:
        field = next(iter(options))
        refused(context.channel, GENERATE, generate_request(**options), grpc.StatusCode.INVALID_ARGUMENT, field)
    for bias in (nan, infinity, -infinity):
        options = {"logit_bias": [{"token_id": 1, "bias": bias}], "max_tokens": 4}
        call(context.channel, GENERATE, generate_request(**options))
    return f"{len(wrong)} kinds name their field"


@check()
def long_prompt(context):
    from attnrl.v1 import common_pb2, generation_pb2

    refused(context.channel, GENERATE, generate_request(length=0), grpc.StatusCode.INVALID_ARGUMENT)
    ids = common_pb2.TokenIds(ids=[5] * 100_000)
    request = generation_pb2.GenerateRequest(prompt=common_pb2.Prompt(token_ids=ids)).SerializeToString()
    refused(context.channel, GENERATE, request, grpc.StatusCode.INVALID_ARGUMENT, 100_000)
    text = common_pb2.Prompt(text="word " * 200_000)
    request = generation_pb2.GenerateRequest(prompt=text).SerializeToString()
    refused(context.channel, GENERATE, request, grpc.StatusCode.INVALID_ARGUMENT)
    return "no tokens, 100,000 tokens and 1 MB of text"


@check()
def noise(context):
    random_bytes = random.Random(1)
    for method, _ in methods():
        for _ in range(50):
            call(context.channel, method, random_bytes.randbytes(random_bytes.randrange(60)))
    return "50 messages of noise to each method"


# Calls.


@check(rounds=4)
def cancelled_anywhere(context):
    """Before its headers leave, in the prompt, in the stream, and after the end."""
    request, ended = generate_request(length=400, n=4, max_tokens=100), 0
    for step in range(60):
        answers = context.channel.unary_stream(GENERATE)(request)
        if step % 3 == 0:
            time.sleep(step * 0.0003)
        elif step % 3 == 1:
            for _ in zip(range(step), answers):
                pass
        elif step % 15 == 2:
            ended += len(list(answers)) > 0
        # A third of them: at once, perhaps before the headers leave.
        answers.cancel()
    return f"60 calls cancelled, {ended} of them after the end"


@check(rounds=4)
def cancelled_watches(context):
    """All streams a connection may have, over and over, on one connection."""
    with context.server.channel() as channel, concurrent.futures.ThreadPoolExecutor(64) as pool:
        watch = channel.unary_stream("/grpc.health.v1.Health/Watch")
        kept = watch(b"")
        for _ in range(4):
            watches = list(pool.map(lambda _: watch(b""), range(999)))
            assert set(pool.map(next, watches)) == {b"\x08\x01"}
            for answers in watches:
                answers.cancel()
        for answers in watches:
            assert answers.code() == grpc.StatusCode.CANCELLED, answers.details()
        is_healthy(channel)
        assert kept.is_active(), f"the connection was closed: {kept.details()}"
        kept.cancel()
    return "4 times 999 watches, and one that lives on"


@check()
def stopped_reader(context):
    """Reads one message of many, then nothing for a while; then all, or never again."""
    request = generate_request(n=256, max_tokens=200)
    for reads_on in (True, False):
        with context.server.channel(("grpc.http2.bdp_probe", 0)) as channel:
            answers = channel.unary_stream(GENERATE)(request)
            first = next(answers)
            deadline = time.monotonic() + 1.5
            while time.monotonic() < deadline:
                is_healthy(context.channel)
                assert generated(context.channel, context.request) == context.tokens
            if reads_on:
                tokens = tokens_of([first, *answers])
                assert sorted(map(len, tokens.values())) == [200] * 256
    return "51,200 tokens waited for their reader; others did not"


@check()
def past_deadlines(context):
    codes = set()
    for index in range(200):
        _, error = call(context.channel, GENERATE, generate_request(n=64, max_tokens=400), timeout=index * 1e-5)
        codes.add(error and error.code())
    assert codes == {grpc.StatusCode.DEADLINE_EXCEEDED}, codes
    return "200 deadlines from 0 to 2 ms"


@check(rounds=4)
def many_at_once(context):
    """2,000 requests where 100 may be in flight or wait."""
    request = generate_request(n=4, max_tokens=100)
    expected = generated(context.channel, request)
    served = 0
    with contextlib.ExitStack() as stack:
        channels = [stack.enter_context(context.server.channel()) for _ in range(4)]
        calls = [channels[index % 4].unary_stream(GENERATE)(request, timeout=60) for index in range(2000)]
        for answers in calls:
            try:
                assert tokens_of(answers) == expected
                served += 1
            except grpc.RpcError as error:
                assert error.code() == grpc.StatusCode.RESOURCE_EXHAUSTED, error
                assert "the limit is 100" in error.details(), error.details()
    assert 50 <= served < 2000, served
    return f"{served} served, the rest refused"


# Policies.


def damaged_policies(model, folder):
    """Folders that cannot be loaded, by name, with what the refusal must name."""

    def copy(name):
        target = folder / name
        shutil.copytree(model, target)
        return target

    def rewrite_header(path, change):
        file = path.read_bytes()
        (length,) = struct.unpack("<Q", file[:8])
        header = json.loads(file[8 : 8 + length])
        change(header)
        encoded = json.dumps(header).encode()
        path.write_bytes(struct.pack("<Q", len(encoded)) + encoded + file[8 + length :])

    weights = copy("truncated") / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1000])
    yield weights.parent, ["model.safetensors"]

    weights = copy("header-only") / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:5])
    yield weights.parent, ["model.safetensors"]

    norm = "model.layers.0.input_layernorm.weight"
    weights = copy("missing-tensor") / "model.safetensors"
    rewrite_header(weights, lambda header: header.update({"other": header.pop(norm)}))
    yield weights.parent, [norm, weights.parent]

    gate = "model.layers.1.mlp.gate_proj.weight"
    weights = copy("turned-tensor") / "model.safetensors"
    rewrite_header(weights, lambda header: header[gate]["shape"].reverse())
    yield weights.parent, [gate, "model.safetensors", "64", "160"]

    target = copy("no-weights")
    (target / "model.safetensors").unlink()
    yield target, [target]

    target = copy("missing-shard")
    (target / "model.safetensors").unlink()
    index = {"weight_map": {norm: "model-00001-of-00001.safetensors"}}
    (target / "model.safetensors.index.json").write_text(json.dumps(index))
    yield target, ["model-00001-of-00001.safetensors"]

    target = copy("unfit-tokenizer")
    tokenizer = json.loads((target / "tokenizer.json").read_text())
    tokenizer["added_tokens"] = [
        {"id": 4000, "content": "<far>", "single_word": False, "lstrip": False, "rstrip": False, "normalized": False,
         "special": True}
    ]
    (target / "tokenizer.json").write_text(json.dumps(tokenizer))
    yield target, ["tokenizer"]

    for name, content in (("config", b"\xff"), ("config", b"[" * 100_000), ("tokenizer", b"{"), ("tokenizer", b"")):
        target = copy(f"bad-{name}-{len(content)}")
        (target / f"{name}.json").write_bytes(content)
        yield target, [f"{name}.json"]

    target = copy("no-permission")
    target.chmod(0)
    yield target, [target, "permissions"]

    target = copy("no-read")
    (target / "model.safetensors").chmod(0)
    yield target, ["model.safetensors"]

    yield folder / "nowhere", [folder / "nowhere"]


@check()
def damaged_files(context):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        count = 0
        for directory, texts in damaged_policies(context.model, folder):
            _, error = call(context.channel, LOAD, load_request(directory))
            assert error is not None, f"{directory.name} was loaded"
            codes = (grpc.StatusCode.FAILED_PRECONDITION, grpc.StatusCode.NOT_FOUND)
            assert error.code() in codes, f"{directory.name}: {error}"
            for text in texts:
                assert str(text) in error.details(), f"{directory.name}: {text!r} is not in: {error.details()}"
            if context.says_more:
                print(f"  {directory.name}: {error.details()}")
            count += 1
        (folder / "no-permission").chmod(0o755)
    return f"{count} damaged policies refused by name"


@check(rounds=4)
def loaded_and_unloaded(context):
    request = generate_request(policy="second", n=8, max_tokens=300)
    whole = cut = 0
    for drain in (True, False) * 3:
        _, error = call(context.channel, LOAD, load_request(context.model))
        assert error is None, error
        answers = context.channel.unary_stream(GENERATE)(request)
        received = [next(answers)]
        _, error = call(context.channel, UNLOAD, unload_request(drain=drain))
        assert error is None, error
        try:
            received.extend(answers)
            assert sorted(map(len, tokens_of(received).values())) == [300] * 8
            whole += 1
        except grpc.RpcError as error:
            assert not drain and error.code() == grpc.StatusCode.ABORTED, error
            cut += 1
    assert whole >= 3
    refused(context.channel, GENERATE, request, grpc.StatusCode.NOT_FOUND, "second")
    return "drained ones ended whole"


@check(rounds=1)
def stopped_while_loading(context):
    for delay in (0, 0.005, 0.02, 0.05, 0.1):
        server = HardenedServer(context.binary, context.model)
        with server.channel() as channel, concurrent.futures.ThreadPoolExecutor(16) as pool:
            loads = [pool.submit(call, channel, LOAD, load_request(context.model, f"p{index}")) for index in range(16)]
            time.sleep(delay)
            server.process.send_signal(signal.SIGTERM)
            assert server.process.wait(20) == 0, server.process.returncode
            codes = {error.code() for _, error in (load.result() for load in loads) if error is not None}
        assert codes <= {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED}, codes
    return "5 servers ended with status 0"


# All of them.


class Context:
    """What checks share: a server, a connection, and a request whose tokens are known."""

    def __init__(self, binary, model):
        self.binary, self.model, self.says_more = binary, model, False
        self.server = HardenedServer(binary, model, "--max-requests", "100")
        self.channel = self.server.channel()
        self.request = generate_request(length=12, n=2, max_tokens=60)
        self.tokens = generated(self.channel, self.request)

    @contextlib.contextmanager
    def bystander(self):
        """Another client that generates all the while."""
        stopped, faults, rounds = threading.Event(), [], []

        def work():
            with self.server.channel() as channel:
                while not stopped.is_set():
                    answers, error = call(channel, GENERATE, self.request)
                    if error is None and tokens_of(answers) == self.tokens:
                        rounds.append(1)
                    elif error is None or error.code() != grpc.StatusCode.RESOURCE_EXHAUSTED:
                        faults.append(error or "other tokens")

        thread = threading.Thread(target=work)
        thread.start()
        try:
            yield rounds
        finally:
            stopped.set()
            thread.join()
        assert not faults, f"a bystander got {faults[0]}"

    def run(self, function, rounds):
        said, sizes, bystander_rounds = "", [], 0
        start = time.monotonic()
        for _ in range(rounds):
            with self.bystander() as done:
                said = function(self)
            bystander_rounds += len(done)
            is_healthy(self.channel)
            assert generated(self.channel, self.request) == self.tokens, "tokens changed"
            time.sleep(0.3)
            sizes.append((self.server.resident_bytes(), self.server.open_files()))
        memory, files = sizes[-1][0] - sizes[0][0], sizes[-1][1] - sizes[0][1]
        seconds = time.monotonic() - start
        print(
            f"ok  {function.__name__}: {said}; {rounds} rounds in {seconds:.1f} s, {memory / MIB:+.1f} MiB, "
            f"{files:+d} files, {bystander_rounds} bystanders served", flush=True,
        )
        assert memory < 24 * MIB, f"memory grows: {[size >> 20 for size, _ in sizes]} MiB"
        assert files <= 0, f"files stay open: {[count for _, count in sizes]}"


def main(binary, model, *names):
    with tempfile.TemporaryDirectory() as stubs, tempfile.TemporaryDirectory() as name:
        make_stubs(stubs)
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        copy = pathlib.Path(shutil.copytree(model, folder / "model"))
        context = Context(binary, copy)
        context.says_more = "damaged_files" in names
        try:
            for function, rounds in CHECKS:
                if not names or function.__name__ in names:
                    context.run(function, rounds)
            context.channel.close()
        finally:
            code = context.server.stop()
        assert code == 0, f"the server ended with status {code}"


if __name__ == "__main__":
    main(*sys.argv[1:])
