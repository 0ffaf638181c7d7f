"""Writes pairs.jsonl anew: asks math-verify for its verdict on each pair.

    pip install math-verify==0.9.0
    python Tests/Fixtures/rewards/judge.py

Pairs are added by hand, as {"gold": ..., "candidate": ...}; "correct" is filled in. "departs" says that attnrl decides
otherwise, for a reason that docs/rewards.md gives, and is kept.
"""

import json
from pathlib import Path

from math_verify import parse, verify

path = Path(__file__).with_name("pairs.jsonl")
pairs = [json.loads(line) for line in path.read_text().splitlines()]
for pair in pairs:
    gold = parse("$" + pair["gold"] + "$")
    candidate = parse("\\boxed{" + pair["candidate"] + "}")
    pair["correct"] = bool(verify(gold, candidate))
path.write_text("".join(json.dumps(pair, ensure_ascii=False) + "\n" for pair in pairs))
