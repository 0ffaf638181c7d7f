// What there is to say about one step: its numbers, its heads, where it looks and who looks at it, its tokens.

import { button, el, oncePerFrame, replace } from "../lib/dom.js";
import { count, figure } from "../lib/numbers.js";
import { headName } from "../model/response.js";
import { ablationResults } from "./ablation.js";
import { tokenChips } from "./tokens.js";

/** Other steps named in each list. */
const linkLimit = 5;
/** Steps that are suggested for branching while none is chosen. */
const suggestionLimit = 3;

export class StepDetail {
  /** @param {object} actions `branch(step)`, `edit(step)`, `link()` and `token(index, other)`; those that are there. */
  constructor(response, selection, actions = {}) {
    Object.assign(this, { response, selection, actions });
    this.body = el("div", {});
    this.root = el("section", { class: "panel detail", "aria-labelledby": "step-title" },
      el("h3", { id: "step-title" }, "Step"), this.body);
    this.update = oncePerFrame(() => this.#show());
    selection.watchSteps(this.update);
  }

  #show() {
    const step = this.response.steps[this.selection.described];
    this.root.querySelector("h3").textContent = step ? (step.index === 0 ? "Step 0, the prompt" : `Step ${step.index}`) : "Step";
    if (!step) {
      replace(this.body, el("p", { class: "faint" }, "Point at a step to preview it, click or press Enter to lock it."), this.#suggestions());
      return;
    }
    const isLocked = this.selection.locked.value === step.index;
    replace(this.body,
      this.#figures(step), isLocked ? this.#buttons(step) : el("p", { class: "faint" }, "Click or Enter locks it."),
      this.#heads(step), this.#links(step), ablationResults(this.response, step.index),
      isLocked && step.index > 0 ? tokenChips(this.response.tokensOf(step), this.actions.token) : null);
  }

  /** Where a person may begin who has chosen nothing yet. */
  #suggestions() {
    const { branch } = this.actions;
    if (!branch || this.response.isRunning) return null;
    const steps = this.response.branchSteps.slice(0, suggestionLimit);
    if (steps.length === 0) return null;
    return [el("p", {}, "Worth branching at: draw other ways to go on from"),
      el("div", { class: "row" }, steps.map((step, place) => button(`step ${step.index}`, () => branch(step), { class: place === 0 ? "main" : "" })))];
  }

  #figures(step) {
    const pairs = [
      ["Tokens", `${step.start}–${step.end} (${step.end - step.start})`],
      ["Influence", figure(step.influence)], ["Excess", figure(step.excess)],
      ["Mean ln p", figure(step.meanLogprob)], ["Mean entropy", figure(step.meanEntropy)],
    ];
    return el("dl", { class: "figures" }, pairs.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));
  }

  #buttons(step) {
    const { branch, edit, link } = this.actions;
    const canBranch = step.index > 0 && branch && !this.response.isRunning;
    return el("div", { class: "row" },
      canBranch ? button("Branch here", () => branch(step), { class: "main", title: "b" }) : null,
      canBranch ? button("Edit and continue", () => edit(step), { title: "e" }) : null,
      link ? button("Copy link", link) : null);
  }

  #heads(step) {
    if (step.topHeads.length === 0) return null;
    const texts = step.topHeads.map((head) => `${headName(head)} ${figure(head.influence)}`);
    return el("p", {}, "Strongest heads: ", el("span", { class: "mono" }, texts.join(", ")));
  }

  #links(step) {
    const { map } = this.response;
    const all = map.lookingAt(step.index);
    return el("div", { class: "links" },
      this.#list("Looks back at", map.lookedAt(step.index)), this.#list("Is looked at by", all),
      all.length > linkLimit ? el("p", { class: "faint" }, `and ${count(all.length - linkLimit, "more step")}`) : null);
  }

  #list(title, pairs) {
    const items = pairs.slice(0, linkLimit).map(({ step, value }) =>
      el("li", {}, button(`step ${step}`, () => this.#go(step), { class: "link" }), ` ${figure(value)}`));
    return el("div", {}, el("h4", {}, title), items.length ? el("ul", {}, items) : el("p", { class: "faint" }, "no step"));
  }

  #go(step) {
    this.selection.locked.value = step;
    document.querySelector(`.step[data-step="${step}"]`)?.scrollIntoView({ block: "center" });
  }
}
