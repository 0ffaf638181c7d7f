"""Servers for the benchmarks beside."""

import subprocess


def serve(program, *arguments):
    """A server on a free port, as a process and the port."""
    process = subprocess.Popen(
        [program, "serve", "--port", "0", *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    return process, int(process.stdout.readline().strip().rsplit(":", 1)[1])
