"""Draws docs/images/loop.svg: one response of a tree with the influence of its steps, and what was drawn again from it.

    attnrl serve --shipped &
    attnrl explore --file PROBLEM.txt --reward task --width 2 --seed N --save tree.json
    python docs/images/loop.py tree.json [RESPONSE] > docs/images/loop.svg

RESPONSE is the number of a response drawn from the prompt; without it, the first wrong one that was put right by branching.
"""

import json
import sys
from html import escape

WIDTH, LEFT, BARS, RIGHT, ROW = 1000, 20, 440, 610, 26
BRANCHED, PLAIN, RIGHT_INK, WRONG_INK = "#d98200", "#9aa1ab", "#0a7d36", "#b42318"


def main(file, number=None):
    with open(file) as opened:
        tree = json.load(opened)
    rollouts, forks = tree["rollouts"], {}
    for rollout in rollouts:
        if "fork" in rollout:
            forks.setdefault(rollout["fork"]["rollout"], {}).setdefault(rollout["fork"]["offset"], []).append(rollout)
    wrong = [
        index for index, places in forks.items()
        if not rollouts[index]["reward"] and any(child["reward"] for place in places.values() for child in place)
    ]
    index = int(number) if number is not None else wrong[0]
    print(picture(tree, rollouts[index], forks[index]))


def texts(rollout):
    """Of each step, as the tree has them: cut at blank lines."""
    return [text.strip() for text in rollout["text"].split("\n\n")]


def picture(tree, rollout, forks):
    steps = [step | {"text": text} for step, text in zip(rollout["steps"], texts(rollout), strict=False)]
    most = max(step["influence"] for step in steps)
    rows, top = [], 84
    add = rows.append
    add(text(LEFT, 28, "1  Sample a response and trace it", size=15, weight=600))
    question = tree["prompt_text"].strip().splitlines()
    add(text(LEFT, 50, f"{len(question) - 1} sentences such as “{question[0]}”  {question[-1]}", "#555", 12))
    add(text(BARS, 76, "what later steps look back at", "#555", 12))
    for place, step in enumerate(steps):
        y, isBranched = top + place * (ROW + 6), step["start"] in forks
        add(box(LEFT, y, 406, *(("#fdf0d5", BRANCHED) if isBranched else ("#f3f4f6", "#d0d3d8"))))
        add(text(LEFT + 10, y + 17, cut(step["text"], 64), "#111", 11.5))
        if step["influence"]:
            width = round(100 * step["influence"] / most)
            add(f'<rect x="{BARS}" y="{y + 6}" width="{width}" height="14" rx="2" fill="{BRANCHED if isBranched else PLAIN}"/>')
            add(text(BARS + 6 + width, y + 18, f"{step['influence']:.3f}", "#333", 11))
    end = top + len(steps) * (ROW + 6)
    add(text(LEFT, end + 16, verdict(rollout), ink(rollout), 12, 600))
    add(text(RIGHT, 76, "2  Draw again from the steps that matter", size=15, weight=600))
    y = 92
    for fork, children in sorted(forks.items()):
        place = next(place for place, step in enumerate(steps) if step["start"] == fork)
        add(text(RIGHT, y + 12, f"in place of step {place + 1}", "#555", 12))
        y += 20
        begin = top + place * (ROW + 6) + ROW / 2
        add(f'<path d="M{BARS + 140} {begin} C {RIGHT - 20} {begin}, {RIGHT - 30} {y + 13}, {RIGHT} {y + 13}" fill="none" '
            f'stroke="{BRANCHED}" stroke-width="2"/>')
        for child in children:
            add(box(RIGHT, y, 320, "#f3f4f6", "#d0d3d8"))
            add(text(RIGHT + 10, y + 17, f"{cut(texts(child)[0], 42)} … {answer(child)}", "#111", 11.5))
            add(text(RIGHT + 330, y + 17, "right" if child["reward"] else "wrong", ink(child), 13, 600))
            y += ROW + 8
        y += 14
    add(text(RIGHT, y + 20, "3  Learn which way was better", size=15, weight=600))
    add(text(RIGHT, y + 42, "Each stretch is worth the mean of what came of it; the policy is", "#555", 12))
    add(text(RIGHT, y + 58, "trained towards the better ones, and the next round begins.", "#555", 12))
    height = round(max(end + 34, y + 76))
    title = "A response in steps with the influence of each, and what was drawn again from two of them"
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="system-ui, sans-serif" role="img">',
        f"<title>{title}</title>", '<rect width="100%" height="100%" fill="#fff"/>', *rows, "</svg>",
    ])


def verdict(rollout):
    return "right" if rollout["reward"] else "wrong"


def answer(rollout):
    """The number in the last box."""
    return rollout["text"].rpartition("\\boxed{")[2].rstrip("}\n ")


def ink(rollout):
    return RIGHT_INK if rollout["reward"] else WRONG_INK


def cut(text, length):
    return text if len(text) <= length else text[: length - 1] + "…"


def text(x, y, content, fill="#111", size=13, weight=400):
    return f'<text x="{x}" y="{y}" fill="{fill}" font-size="{size}" font-weight="{weight}">{escape(content)}</text>'


def box(x, y, width, fill, stroke):
    return f'<rect x="{x}" y="{y}" width="{width}" height="{ROW}" rx="5" fill="{fill}" stroke="{stroke}"/>'


if __name__ == "__main__":
    main(*sys.argv[1:])
