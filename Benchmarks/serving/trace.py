#!/usr/bin/env python3
"""What a trace adds to a completion: the same request with and without one, in turns; with the standard library.

    Benchmarks/serving/trace.py PROGRAM [--model PATH] [--responses 8] [--tokens 500] [--pairs 15] [--threads 2]

Without a model, the one that ships, which is asked examples/problem.txt; another one is asked by its chat template. Both
requests have the same seed, so they draw the same tokens. One JSON line: medians and range of the ratios, with over
without, of the server's processor time and of time.
"""

import argparse
import http.client
import json
import os
import statistics
import time

from serving import PROBLEM, serve

QUESTION = "Explain, step by step, how to plan a small vegetable garden."


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("program")
    arguments.add_argument("--model")
    arguments.add_argument("--responses", type=int, default=8)
    arguments.add_argument("--tokens", type=int, default=500)
    arguments.add_argument("--pairs", type=int, default=15)
    arguments.add_argument("--threads", default=str(os.cpu_count()))
    options = arguments.parse_args()
    process, port = serve(
        options.program, "--threads", options.threads, *(["--model", options.model] if options.model else ["--shipped"]))
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    path, prompt = "/v1/completions", {"prompt": PROBLEM}
    if options.model:
        path, prompt = "/v1/chat/completions", {"messages": [{"role": "user", "content": QUESTION}]}

    def processor_seconds():
        fields = open(f"/proc/{process.pid}/stat").read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def seconds(seed, is_traced):
        body = prompt | {
            "max_tokens": options.tokens, "n": options.responses, "seed": seed, "ignore_eos": True, "temperature": 1.0,
        }
        if is_traced:
            body["attnrl"] = {"trace": {}}
        begin = time.perf_counter(), processor_seconds()
        connection.request("POST", path, json.dumps(body), {"content-type": "application/json"})
        answer = connection.getresponse()
        text = answer.read()
        assert answer.status == 200, text
        return time.perf_counter() - begin[0], processor_seconds() - begin[1]

    try:
        for is_traced in (True, False):
            seconds(0, is_traced)
        pairs = []
        for pair in range(options.pairs):
            order = [False, True] if pair % 2 == 0 else [True, False]
            times = {is_traced: seconds(pair + 1, is_traced) for is_traced in order}
            pairs.append((times[False], times[True]))
    finally:
        process.terminate()
        process.wait(60)
    result = {"seconds without": round(statistics.median(without[0] for without, _ in pairs), 3)}
    for index, name in enumerate(["time", "processor time"]):
        ratios = [traced[index] / without[index] for without, traced in pairs]
        result[name] = {
            "ratio": round(statistics.median(ratios), 3), "least": round(min(ratios), 3), "most": round(max(ratios), 3)}
    print(json.dumps(result))


if __name__ == "__main__":
    main()
