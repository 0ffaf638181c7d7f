#!/usr/bin/env python3
"""What a trace adds to a completion: the same request with and without one, in turns; with the standard library.

    Benchmarks/serving/trace.py PROGRAM [--model PATH] [--responses 8] [--tokens 500] [--pairs 15]

Without a model, the one that ships. Both ask for the same seed, so they draw the same tokens. One JSON line: medians and range
of the ratios, with over without.
"""

import argparse
import http.client
import json
import statistics
import time

from serving import serve

PROMPTS = {
    False: "%10;Li*4;Ai-5;M2;Pb-3;Kp+a;D2;Id+m;B7?K\n",
    True: "Explain, step by step, how to plan a small vegetable garden. Separate the steps by blank lines.\n\n",
}


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("program")
    arguments.add_argument("--model")
    arguments.add_argument("--responses", type=int, default=8)
    arguments.add_argument("--tokens", type=int, default=500)
    arguments.add_argument("--pairs", type=int, default=15)
    options = arguments.parse_args()
    process, port = serve(options.program, *(["--model", options.model] if options.model else ["--shipped"]))
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)

    def seconds(seed, is_traced):
        body = {
            "prompt": PROMPTS[bool(options.model)], "max_tokens": options.tokens, "n": options.responses, "seed": seed,
            "ignore_eos": True, "temperature": 1.0,
        }
        if is_traced:
            body["attnrl"] = {"trace": {}}
        begin = time.perf_counter()
        connection.request("POST", "/v1/completions", json.dumps(body), {"content-type": "application/json"})
        answer = connection.getresponse()
        text = answer.read()
        assert answer.status == 200, text
        return time.perf_counter() - begin

    try:
        seconds(0, True)
        ratios, plain = [], []
        for pair in range(options.pairs):
            order = [False, True] if pair % 2 == 0 else [True, False]
            times = {is_traced: seconds(pair + 1, is_traced) for is_traced in order}
            ratios.append(times[True] / times[False])
            plain.append(times[False])
    finally:
        process.terminate()
        process.wait(60)
    print(json.dumps({
        "seconds without": round(statistics.median(plain), 3), "ratio": round(statistics.median(ratios), 3),
        "least": round(min(ratios), 3), "most": round(max(ratios), 3),
    }))


if __name__ == "__main__":
    main()
