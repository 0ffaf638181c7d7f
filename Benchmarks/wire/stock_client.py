"""Measures a server with stock clients: grpcio with stubs made from protos/, server reflection, h2load, plain sockets.

    python stock_client.py ATTNRL_BINARY MODEL_FOLDER

Needs grpcio, grpcio-tools, grpcio-reflection, grpcio-health-checking, and h2load. One JSON line a figure.
"""

import concurrent.futures
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import time

import grpc

ROOT = pathlib.Path(__file__).resolve().parents[2]


def say(**fields):
    print(json.dumps(fields), flush=True)


class Server:
    """A server on a free port, and what the system knows of its process."""

    def __init__(self, binary, model):
        self.process = subprocess.Popen(
            [binary, "serve", "--model", model, "--port", "0", "--max-requests", "100000"], stdout=subprocess.PIPE, text=True,
            stderr=subprocess.DEVNULL,
        )
        self.address = self.process.stdout.readline().split()[-1]

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def resident_bytes(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) * 1024

    def open_files(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def stop(self):
        self.process.terminate()
        return self.process.wait(30)


def make_stubs(folder):
    from grpc_tools import protoc

    files = [str(path.relative_to(ROOT / "protos")) for path in (ROOT / "protos/attnrl/v1").glob("*.proto")]
    assert protoc.main(["", f"-I{ROOT / 'protos'}", f"--python_out={folder}", f"--grpc_python_out={folder}", *files]) == 0
    sys.path.insert(0, folder)


def reflected(channel):
    """Lists services by reflection, and calls one knowing nothing but what reflection says."""
    from google.protobuf.descriptor_pool import DescriptorPool
    from google.protobuf.message_factory import GetMessageClass
    from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

    database = ProtoReflectionDescriptorDatabase(channel)
    services = sorted(database.get_services())
    method = DescriptorPool(database).FindServiceByName("attnrl.v1.PolicyService").FindMethodByName("ListPolicies")
    request, response = GetMessageClass(method.input_type), GetMessageClass(method.output_type)
    call = channel.unary_unary(
        "/attnrl.v1.PolicyService/ListPolicies", request.SerializeToString, response.FromString
    )
    say(figure="reflection", services=services, policies=[policy.name for policy in call(request()).policies])


def unary_rate(server):
    """h2load on grpc.health.v1.Health/Check: requests a second, and for each second of the server's processor time."""
    with tempfile.NamedTemporaryFile() as body:
        body.write(b"\0\0\0\0\0")  # an empty message
        body.flush()
        before = server.cpu_seconds()
        output = subprocess.run(
            ["h2load", "-n", "500000", "-c", "8", "-m", "100", "-t", "1", "-d", body.name, "-H",
             "content-type: application/grpc", "-H", "te: trailers",
             f"http://{server.address}/grpc.health.v1.Health/Check"],
            capture_output=True, text=True, check=True,
        ).stdout
    used = server.cpu_seconds() - before
    rate = float(re.search(r"([\d.]+) req/s", output).group(1))
    succeeded = int(re.search(r"(\d+) succeeded", output).group(1))
    say(figure="unary", requests_per_second=rate, per_server_cpu_second=500000 / used, succeeded=succeeded)


def streamed_messages(channel):
    """At least 100,000 messages of one stream, counted token by token."""
    from attnrl.v1 import common_pb2, generation_pb2, generation_pb2_grpc

    stub = generation_pb2_grpc.GenerationServiceStub(channel)
    request = generation_pb2.GenerateRequest(
        prompt=common_pb2.Prompt(token_ids=common_pb2.TokenIds(ids=[5, 6, 7, 8])), n=256,
        sampling=common_pb2.SamplingOptions(max_tokens=480, ignore_eos=True, seed=1),
    )
    start, messages, tokens, finished = time.perf_counter(), 0, [0] * 256, 0
    positions = [4] * 256
    for message in stub.Generate(request):
        messages += 1
        if message.WhichOneof("event") == "tokens":
            run = message.tokens
            assert run.run.start == positions[run.index], "a run is missing or out of order"
            positions[run.index] += len(run.run.ids)
            tokens[run.index] += len(run.run.ids)
        finished += message.WhichOneof("event") == "finished"
    assert tokens == [480] * 256 and finished == 256
    seconds = time.perf_counter() - start
    say(figure="stream", messages=messages, tokens=sum(tokens), lost=0, seconds=seconds)


def idle_streams(server, count=1000):
    """Health watches that wait, all at once."""
    from grpc_health.v1 import health_pb2, health_pb2_grpc

    before = server.resident_bytes()
    with grpc.insecure_channel(server.address) as channel:
        stub = health_pb2_grpc.HealthStub(channel)
        with concurrent.futures.ThreadPoolExecutor(64) as pool:
            watches = list(pool.map(lambda _: stub.Watch(health_pb2.HealthCheckRequest()), range(count)))
            answers = list(pool.map(next, watches))
        assert all(answer.status == health_pb2.HealthCheckResponse.SERVING for answer in answers)
        grown = server.resident_bytes() - before
        assert stub.Check(health_pb2.HealthCheckRequest()).status == health_pb2.HealthCheckResponse.SERVING
        for watch in watches:
            watch.cancel()
    say(figure="idle streams", streams=count, bytes_each=grown / count)


def connections(server, count=10000):
    """Connects and disconnects, half of them in the middle of the preface."""
    host, port = server.address.rsplit(":", 1)
    preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\4\0\0\0\0\0"

    def connect(index):
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall(preface if index % 2 else preface[:11])
            if index % 2:
                connection.recv(9)

    for index in range(1000):
        connect(index)
    time.sleep(1)
    files, memory = server.open_files(), server.resident_bytes()
    start = time.perf_counter()
    for index in range(count):
        connect(index)
    seconds = time.perf_counter() - start
    time.sleep(1)
    say(
        figure="connections", count=count, seconds=seconds, files_grown=server.open_files() - files,
        bytes_grown=server.resident_bytes() - memory,
    )


def main(binary, model):
    server = Server(binary, model)
    try:
        with tempfile.TemporaryDirectory() as folder:
            make_stubs(folder)
            with grpc.insecure_channel(server.address) as channel:
                reflected(channel)
                streamed_messages(channel)
        unary_rate(server)
        idle_streams(server)
        connections(server)
    finally:
        code = server.stop()
    say(figure="drain", exit_code=code)


if __name__ == "__main__":
    main(*sys.argv[1:])
