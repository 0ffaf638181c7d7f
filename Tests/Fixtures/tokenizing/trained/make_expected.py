"""Writes expected.json: the ids that the `tokenizers` library gives texts under tokenizer.json.

Needs the Python package tokenizers. tokenizer.json is what TrainedTokenizerTests train: where the trainer changes, put
its new file here first. Run in this folder: python make_expected.py
"""

import json

from tokenizers import Tokenizer

TEXTS = [
    "",
    " ",
    "The cat sat on the mat.",
    "the then there, the other then; \\boxed{12}",
    "%23;Kl*5;E9?K\n",
    "E9=e9\n\nKl*5;l11*5=k9\n\n\\boxed{9}",
    "zKz",
    "kkKk9k",
    "9",
    "99",
    "12",
    "123",
    "0123 12 9 23",
    "9*12=k9\n\n\\boxed{23}",
    "\n",
    "\n\n",
    "\n\n\n",
    "\n\n\n\n \n\n",
    "a.b|(c) a.b a.b|(c",
    "é e\u0301 É éé9",
    "日本語 123456 ９",
    "\0\x7f\r\n\t  x",
    "😀 cats  cat   the",
    "<eos>",
    "9<eos><pad>the<eos",
    "\\boxed{\\boxed{}}}",
    "of the cats and the cat's others",
    "12.9-23/12",
]


def main() -> None:
    tokenizer = Tokenizer.from_file("tokenizer.json")
    cases = [{"text": text, "ids": tokenizer.encode(text).ids} for text in TEXTS]
    assert all(tokenizer.decode(c["ids"], skip_special_tokens=False) == c["text"] for c in cases)
    with open("expected.json", "w") as file:
        file.write(json.dumps(cases, indent=1) + "\n")


if __name__ == "__main__":
    main()
