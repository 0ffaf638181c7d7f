// Verdicts as shape, word and colour: none of them alone.

import { el } from "../lib/dom.js";

const verdicts = {
  REWARD_VERDICT_CORRECT: ["right", "✓", "right"],
  REWARD_VERDICT_INCORRECT: ["wrong", "✗", "wrong"],
  REWARD_VERDICT_NO_ANSWER: ["none", "∅", "no answer"],
  REWARD_VERDICT_PARSE_ERROR: ["none", "¿", "unreadable"],
  REWARD_VERDICT_TIMEOUT: ["none", "…", "too much work to compare"],
  REWARD_VERDICT_INTERNAL: ["none", "!", "could not be judged"],
  REWARD_VERDICT_UNDECIDED: ["none", "?", "undecided"],
};

/** `right`, `wrong`, `none` or `unjudged`: what a person said before what a verifier did. */
export function standing(tree, rollout) {
  const mark = tree.marks.get(rollout.index);
  if (mark !== undefined) return mark ? "right" : "wrong";
  return verdicts[rollout.verdict]?.[0] ?? "unjudged";
}

export function verdictMark(tree, rollout) {
  const mark = tree.marks.get(rollout.index);
  if (mark !== undefined) return chip(mark ? "right" : "wrong", mark ? "✓" : "✗", mark ? "right, by hand" : "wrong, by hand", "✎");
  const [kind, sign, word] = verdicts[rollout.verdict] ?? ["unjudged", "○", "not judged"];
  return chip(kind, sign, word);
}

function chip(kind, sign, word, extra = "") {
  return el("span", { class: `verdict ${kind}`, title: word }, el("span", { "aria-hidden": "true" }, sign + extra),
    el("span", { class: "unseen" }, word));
}
