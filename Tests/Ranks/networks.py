"""A job on three hosts, which are network namespaces of this machine: networks.py PROGRAM [--cut SECONDS] [--case PART].

The hosts have names, addresses and a switch of their own, and mpirun starts the ranks on them as it would over ssh. The job
must come to the metrics and weights of one rank alone: on a network that works, on one that is cut for a while in the middle,
on a slow one, and on one that loses packets. Needs root and iproute2; says so and passes where they are not to be had.
"""

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from worlds import World, job, outcome

COUNT = 3
AGENT = """#!/bin/sh
# Starts a command on a host, as ssh would: agent ADDRESS COMMAND...
number=${{1##*.}}
shift
exec ip netns exec {name}-h$number unshare --uts sh -c "hostname host$number; $*"
"""


def shell(command, check=True):
    return subprocess.run(command.split(), check=check, capture_output=True, text=True)


class Unavailable(Exception):
    pass


class Hosts:
    """Namespaces that see each other over a switch in one more, and nothing else."""

    def __init__(self, folder):
        self.name = f"attnrl{os.getpid()}"
        self.agent = folder / "agent"
        self.agent.write_text(AGENT.format(name=self.name))
        self.agent.chmod(0o755)

    def __enter__(self):
        try:
            self.make()
        except (OSError, subprocess.CalledProcessError) as error:
            self.__exit__()
            raise Unavailable(getattr(error, "stderr", "") or error) from error
        return self

    def make(self):
        shell("unshare --uts true")
        shell(f"ip netns add {self.name}-switch")
        self.switch("ip link add switch type bridge")
        self.switch("ip link set switch up")
        for number in range(1, COUNT + 1):
            shell(f"ip netns add {self.name}-h{number}")
            shell(f"ip link add eth0 netns {self.name}-h{number} type veth peer name port{number} netns {self.name}-switch")
            self.switch(f"ip link set port{number} master switch up")
            self.on(number, f"ip addr add 10.77.0.{number}/24 dev eth0")
            self.on(number, "ip link set eth0 up")
            self.on(number, "ip link set lo up")

    def __exit__(self, *_):
        for place in ["switch", *(f"h{number}" for number in range(1, COUNT + 1))]:
            with contextlib.suppress(OSError):
                shell(f"ip netns del {self.name}-{place}", check=False)

    def on(self, number, command, check=True):
        return shell(f"ip netns exec {self.name}-h{number} {command}", check)

    def switch(self, command):
        return shell(f"ip netns exec {self.name}-switch {command}")

    def inside(self):
        return ["ip", "netns", "exec", f"{self.name}-h1"]

    def launch(self, _):
        addresses = ",".join(f"10.77.0.{number}" for number in range(1, COUNT + 1))
        network = " ".join(f"--mca {layer}_tcp_if_include 10.77.0.0/24" for layer in ("btl", "oob"))
        root = "--allow-run-as-root" if os.geteuid() == 0 else ""
        # All three are one machine, whose memory the ranks must not share.
        mpirun = f"mpirun {root} --mca plm_rsh_agent {self.agent} --mca btl tcp,self {network} -np {COUNT} -H {addresses}"
        return [*self.inside(), "unshare", "--uts", "sh", "-c", f'hostname host1; exec {mpirun} "$@"', "sh"]


@contextlib.contextmanager
def cut(hosts, world, seconds):
    """Pulls a host's cable once the job is under way."""

    def pull():
        while json.loads(world.run("job", "get", "job-1", "-o", "json"))["steps_done"] < 2:
            time.sleep(0.1)
        hosts.switch("ip link set port3 down")
        time.sleep(seconds)
        hosts.switch("ip link set port3 up")

    thread = threading.Thread(target=pull)
    thread.start()
    yield
    thread.join()


@contextlib.contextmanager
def shaped(hosts, rule):
    for number in range(1, COUNT + 1):
        hosts.on(number, f"tc qdisc add dev eth0 root {rule}")
    yield
    for number in range(1, COUNT + 1):
        hosts.on(number, "tc qdisc del dev eth0 root")


@contextlib.contextmanager
def lossy(hosts, milliseconds, loss):
    """Frames pass through cables.py in place of the switch. netem would do the same, but few kernels have it."""
    script = Path(__file__).with_name("cables.py")
    carrier = subprocess.Popen(
        ["ip", "netns", "exec", f"{hosts.name}-switch", sys.executable, script, str(COUNT), str(milliseconds), str(loss)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    if not carrier.stdout.readline():
        raise Unavailable("there are no tap devices")
    for number in range(1, COUNT + 1):
        hosts.switch(f"ip link add pair{number} type bridge")
        for end in (f"cable{number}", f"port{number}"):
            hosts.switch(f"ip link set {end} master pair{number} up")
        hosts.switch(f"ip link set pair{number} up")
    yield
    for number in range(1, COUNT + 1):
        hosts.switch(f"ip link set port{number} master switch")
        hosts.switch(f"ip link del pair{number}")
    # The devices go with it.
    carrier.stdin.close()
    carrier.wait()


def play(program, hosts=None, disturbed=None):
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        file = folder / "job.yaml"
        file.write_text(job("grpo"))
        with World(program, COUNT if hosts else 1, folder, hosts) as world:
            world.run("job", "create", "-f", str(file))
            with disturbed(world) if disturbed else contextlib.nullcontext():
                world.run("job", "wait", "job-1")
            result = outcome(world)
            events = [json.loads(line).get("metrics", {})
                      for line in world.run("job", "logs", "job-1", "-o", "jsonl").splitlines()]
            world.stop()
            return result, *(sum(event.get(f"ranks/0/seconds_{what}", 0) for event in events) for what in ("waiting", "aside"))


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("program")
    arguments.add_argument("--cut", type=float, default=30, help="seconds")
    arguments.add_argument("--case", help="of those whose names contain this")
    options = arguments.parse_args()
    try:
        with tempfile.TemporaryDirectory() as folder, Hosts(Path(folder)) as hosts:
            sys.exit(run(options, hosts) > 0)
    except Unavailable as error:
        print(f"three hosts: left out, for this system makes no network namespaces here: {error}")


def run(options, hosts):
    alone, *_ = play(options.program)
    failures = 0
    cases = {
        "as they are": None,
        f"one cut off for {options.cut:.0f} s": lambda world: cut(hosts, world, options.cut),
        "with 20 Mbit/s each": lambda world: shaped(hosts, "tbf rate 20mbit burst 64kb latency 400ms"),
        "with 50 ms and 1 % of packets lost": lambda world: lossy(hosts, 50, 0.01),
    }
    for case, disturbed in cases.items():
        if options.case and options.case not in case:
            continue
        begin = time.monotonic()
        result, waited, aside = play(options.program, hosts, disturbed)
        print(f"three hosts, {case}: {'the same' if result == alone else 'OTHERWISE'} after "
              f"{time.monotonic() - begin:.0f} s, {waited:.1f} s of them waiting for ranks, and {aside:.1f} s of sums beside "
              "what was computed", flush=True)
        failures += result != alone
    return failures


if __name__ == "__main__":
    main()
