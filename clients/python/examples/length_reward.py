"""Serves a reward that a training job asks: right answers, and the shorter the better.

    attnrl serve --model DIR --jobs ./jobs &
    python length_reward.py --port 9000 --length 400
    attnrl job create -f ../../../examples/grpo.yaml --set reward.kind=external \\
        --set reward.external.address=127.0.0.1:9000

A right response of no characters would be worth 1, one of `--length` characters or more 0.5, and a wrong one 0.
"""

from __future__ import annotations

import argparse
import functools

from attnrl import Judgement, Verdict, serve_reward

BOX = r"\boxed{"


def last_boxed(response: str) -> str | None:
    """What stands in the last box, up to its first closing brace; None where there is no whole box."""
    _, found, rest = response.rpartition(BOX)
    answer, closed, _ = rest.partition("}")
    return answer.strip() if found and closed else None


def reward(length: int, prompt: str, response: str, truth: str) -> Judgement:
    """Judges one response."""
    answer = last_boxed(response)
    if answer is None:
        return Judgement(Verdict.NO_ANSWER)
    if answer != truth.strip():
        return Judgement(Verdict.INCORRECT, answer=answer)
    return Judgement(Verdict.CORRECT, score=1 - 0.5 * min(len(response) / length, 1), answer=answer)


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description="Serve a reward for right and short responses.")
    parser.add_argument(
        "--host", default="127.0.0.1", help="where to listen; one that others can reach needs a key and TLS"
    )
    parser.add_argument("--port", type=int, default=9000, help="0 takes a free one")
    parser.add_argument("--length", type=int, default=400, metavar="CHARACTERS")
    parser.add_argument("--key-file", metavar="FILE", help="the key that callers need")
    parser.add_argument("--tls-cert", metavar="FILE", help="the certificate to serve TLS with")
    parser.add_argument("--tls-key", metavar="FILE", help="its key")
    arguments = parser.parse_args()
    if arguments.length < 1:
        parser.error("--length: give 1 or more")
    with serve_reward(
        functools.partial(reward, arguments.length),
        host=arguments.host,
        port=arguments.port,
        key_file=arguments.key_file,
        tls_cert=arguments.tls_cert,
        tls_key=arguments.tls_key,
    ) as server:
        print(f"judging on {server.address}", flush=True)
        server.wait()


if __name__ == "__main__":
    main()
