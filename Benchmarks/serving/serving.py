"""Servers for the benchmarks beside."""

import pathlib
import subprocess

# What the shipped model is asked.
PROBLEM = (pathlib.Path(__file__).resolve().parents[2] / "examples/problem.txt").read_text()


def serve(program, *arguments):
    """A server on a free port, as a process and the port."""
    process = subprocess.Popen(
        [program, "serve", "--port", "0", *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    return process, int(process.stdout.readline().strip().rsplit(":", 1)[1])
