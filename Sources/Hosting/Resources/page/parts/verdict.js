// Verdicts as shape, word and colour: none of them alone.

import { el } from "../lib/dom.js";

const verdicts = {
  CORRECT: ["right", "✓", "right"],
  INCORRECT: ["wrong", "✗", "wrong"],
  NO_ANSWER: ["none", "∅", "no answer"],
  PARSE_ERROR: ["none", "¿", "unreadable"],
  TIMEOUT: ["none", "…", "too much work to compare"],
  INTERNAL: ["none", "!", "could not be judged"],
  UNDECIDED: ["none", "?", "undecided"],
};

/** Messages of the API and files of the program spell a verdict with a prefix or without. */
function verdictOf(rollout) {
  return verdicts[rollout.verdict?.replace("REWARD_VERDICT_", "")];
}

/** `right`, `wrong`, `none` or `unjudged`: what a person said before what a verifier did. */
export function standing(tree, rollout) {
  const mark = tree.marks.get(rollout.index);
  if (mark !== undefined) return mark ? "right" : "wrong";
  return verdictOf(rollout)?.[0] ?? "unjudged";
}

export function verdictMark(tree, rollout) {
  const mark = tree.marks.get(rollout.index);
  if (mark !== undefined) return chip(mark ? "right" : "wrong", mark ? "✓" : "✗", mark ? "right, by hand" : "wrong, by hand", "✎");
  const [kind, sign, word] = verdictOf(rollout) ?? ["unjudged", "○", "not judged"];
  return chip(kind, sign, word);
}

function chip(kind, sign, word, extra = "") {
  return el("span", { class: `verdict ${kind}`, title: word }, el("span", { "aria-hidden": "true" }, sign + extra),
    el("span", { class: "unseen" }, word));
}
