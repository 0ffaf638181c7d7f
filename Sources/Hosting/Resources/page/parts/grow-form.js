// How a tree is to grow: how wide and deep, what it may draw, and what responses are judged by.

import { choice, el, labelled } from "../lib/dom.js";
import { whole } from "../lib/numbers.js";
import { isShipped } from "../model/shipped.js";

const kinds = [["", "nothing"], ["VERIFIER_KIND_TASK", "the built-in task"], ["VERIFIER_KIND_MATH", "mathematics: the last box"],
  ["VERIFIER_KIND_EXACT", "the text behind </think>"]];
const strategies = [["", "attention"], ["BRANCH_STRATEGY_EXCESS", "excess of attention"],
  ["BRANCH_STRATEGY_TOKEN_ENTROPY", "entropy"], ["BRANCH_STRATEGY_KURTOSIS", "receiver heads"],
  ["BRANCH_STRATEGY_FIRST_STEPS", "first steps"], ["BRANCH_STRATEGY_RANDOM", "chance"]];

export class GrowForm {
  constructor(grow) {
    const size = (value, max) => el("input", { type: "number", min: 0, max, value, on: { input: () => this.#tell() } });
    this.width = size(3, 256);
    this.points = size(2, 64);
    this.continuations = size(2, 256);
    this.depth = size(1, 16);
    this.budget = size(8192, 1 << 20);
    this.strategy = choice(strategies, "");
    this.kind = choice(kinds, "", { on: { change: () => this.#kindChosen() } });
    this.truth = el("input", { type: "text", name: "truth" });
    this.truthField = labelled("Right answer", this.truth);
    this.cost = el("span", { class: "faint" });
    this.root = this.#layout(grow);
    this.#kindChosen();
    this.#tell();
  }

  #layout(grow) {
    const form = el("form", { class: "grow-form", "aria-label": "How the tree grows" },
      el("div", { class: "row" }, labelled("Responses", this.width), labelled("Points of each", this.points),
        labelled("Continuations", this.continuations), labelled("Levels", this.depth), labelled("Tokens in all", this.budget)),
      el("div", { class: "row" }, labelled("Branched by", this.strategy), labelled("Judged by", this.kind), this.truthField),
      el("div", { class: "row" }, el("button", { type: "submit", class: "main" }, "Grow"), this.cost));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      grow(this.options);
    });
    return form;
  }

  #kindChosen() {
    this.truthField.hidden = ["", "VERIFIER_KIND_TASK"].includes(this.kind.value);
  }

  #tell() {
    const [width, points, continuations, depth] = [this.width, this.points, this.continuations, this.depth]
      .map((field) => Number(field.value) || 0);
    let all = 0;
    for (let level = 0, count = width; level <= depth && all < 1e6; level++, count *= points * continuations) all += count;
    this.cost.textContent = `${whole(all)} responses at most, and never more than ${whole(this.budget.value || 0)} tokens drawn.`;
  }

  /** What responses are judged by; undefined for nothing. */
  get verifier() {
    if (!this.kind.value) return undefined;
    return { kind: this.kind.value, truth: this.truthField.hidden ? undefined : this.truth.value };
  }

  get options() {
    const { verifier } = this;
    const branches = { count: Number(this.points.value) || undefined, strategy: this.strategy.value || undefined };
    return {
      width: Number(this.width.value), continuations: Number(this.continuations.value) || undefined,
      depth: Number(this.depth.value), maxTokensTotal: Number(this.budget.value) || undefined, branches, verifier,
    };
  }

  /** A problem of a built-in task is judged by the task. */
  suggest(policy) {
    if (isShipped(policy)) this.kind.value = "VERIFIER_KIND_TASK";
    this.#kindChosen();
  }
}
