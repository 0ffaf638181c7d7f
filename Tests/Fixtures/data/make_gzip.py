"""Writes two-members.jsonl.gz: 5000 records in two gzip members, as `cat a.gz b.gz` makes of two files."""

import gzip
import pathlib


def member(numbers: range) -> bytes:
    text = "".join(f'{{"prompt": "p{number}", "answer": "{number}"}}\n' for number in numbers)
    return gzip.compress(text.encode(), mtime=0)


target = pathlib.Path(__file__).with_name("two-members.jsonl.gz")
target.write_bytes(member(range(3000)) + member(range(3000, 5000)))
