// The steps of a response as rows: number, branch mark, influence, effect, log-probability, entropy, text.
// Rows are made once and changed in place, so that a response can be watched while it is written.

import { el, oncePerFrame } from "../lib/dom.js";
import { figure } from "../lib/numbers.js";
import { tokenText } from "../lib/text.js";

const columns = [
  ["index", "Step", "Its number; 0 is the prompt"],
  ["mark", "▸", "Worth branching at: influence reaches the 0.8 quantile"],
  ["influence", "Influence", "Attention that later steps pay to it, the largest of all heads"],
  ["effect", "Effect", "What hiding it does to later tokens (KL, nats); asked for step by step"],
  ["logprob", "ln p", "Mean log-probability of its tokens"],
  ["entropy", "H", "Mean entropy of the distributions its tokens were drawn from"],
  ["text", "Text", "Shaded by what is chosen above"],
];

export class StepList {
  #rows = [];
  #response;
  #selection;
  #act;
  #shownState = "";

  /**
   * @param {(step: number) => void} act Called for a double click on a step.
   */
  constructor(response, selection, act = () => {}) {
    this.#response = response;
    this.#selection = selection;
    this.#act = act;
    const titles = columns.map(([name, title, hint]) =>
      el("div", { role: "columnheader", class: `cell ${name}`, title: hint }, title));
    this.tail = el("div", { class: "tail", "aria-live": "off" });
    this.body = el("div", { role: "rowgroup", class: "step-rows" });
    this.grid = el("div", { role: "grid", class: "steps", "aria-label": "Steps of the response" },
      el("div", { role: "rowgroup" }, el("div", { role: "row", class: "step head" }, titles)), this.body);
    this.root = el("div", { class: "steps-box" }, this.grid, this.tail);
    this.#listen();
    this.update = oncePerFrame(() => this.#update());
    selection.watchSteps(() => this.#point());
    for (const signal of [selection.shade, selection.query]) signal.watch(this.update);
  }

  /** The row of a step. */
  row(step) {
    return this.#rows[step]?.root;
  }

  get count() {
    return this.#rows.length;
  }

  /** Moves the cursor by some listed rows, and shows where it is. */
  move(by) {
    const listed = this.#rows.filter((row) => !row.root.hidden);
    if (listed.length === 0) return;
    const now = listed.findIndex((row) => row.step === this.#selection.shown);
    const next = now < 0 ? (by > 0 ? 0 : listed.length - 1) : Math.min(Math.max(now + by, 0), listed.length - 1);
    this.#selection.preview(listed[next].step);
    listed[next].root.focus({ preventScroll: true });
    listed[next].root.scrollIntoView({ block: "nearest" });
  }

  #listen() {
    const stepOf = (event) => {
      const row = event.target.closest?.(".step[data-step]");
      return row ? Number(row.dataset.step) : null;
    };
    this.body.addEventListener("pointerover", (event) => this.#selection.preview(stepOf(event)));
    this.body.addEventListener("pointerleave", () => this.#selection.preview(null));
    this.body.addEventListener("focusin", (event) => this.#selection.preview(stepOf(event)));
    this.body.addEventListener("click", (event) => this.#lock(stepOf(event)));
    this.body.addEventListener("dblclick", (event) => stepOf(event) !== null && this.#act(stepOf(event)));
    this.body.addEventListener("keydown", (event) => this.#key(event, stepOf(event)));
  }

  #lock(step) {
    // A click that ends a selection of text is none on the step.
    if (step !== null && getSelection().isCollapsed) this.#selection.toggle(step);
  }

  #key(event, step) {
    const moves = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity, PageDown: 10, PageUp: -10 };
    if (event.key in moves) this.move(moves[event.key]);
    else if (event.key === "Enter" || event.key === " ") this.#selection.toggle(step);
    else return;
    event.preventDefault();
  }

  #update() {
    this.tail.textContent = this.#response.isRunning ? this.#response.tail : "";
    this.tail.hidden = !this.tail.textContent;
    const state = [this.#response.revision, this.#selection.shade.value, this.#selection.query.value].join("|");
    if (state === this.#shownState) return;
    this.#shownState = state;
    this.#updateRows(this.#response.steps);
    this.#point();
  }

  #updateRows(steps) {
    while (this.#rows.length > steps.length) this.#rows.pop().root.remove();
    while (this.#rows.length < steps.length) this.#add(steps[this.#rows.length]);
    const scale = this.#scale();
    steps.forEach((step, index) => this.#rows[index].show(step, scale));
  }

  #add(step) {
    const row = new StepRow(step.index);
    row.root.tabIndex = this.#rows.length === 0 ? 0 : -1;
    this.#rows.push(row);
    this.body.append(row.root);
  }

  #scale() {
    const response = this.#response;
    const shade = this.#selection.shade.value;
    const steps = response.steps.slice(1);
    return {
      response, shade, query: this.#selection.query.value.toLowerCase(), threshold: response.branchThreshold,
      influence: response.largestInfluence, excess: Math.max(0, ...steps.map((step) => step.excess)),
      byToken: shade === "logprob" || shade === "entropy",
    };
  }

  #point() {
    const { shown, locked } = this.#selection;
    for (const row of this.#rows) {
      const isLocked = row.step === locked.value;
      row.root.classList.toggle("shown", row.step === shown);
      row.root.classList.toggle("locked", isLocked);
      row.root.setAttribute("aria-selected", String(isLocked));
      row.root.tabIndex = row.step === (shown ?? 0) ? 0 : -1;
    }
  }
}

class StepRow {
  #cells = {};
  #text = null;
  #isByToken = false;

  constructor(step) {
    this.step = step;
    for (const [name] of columns) this.#cells[name] = el("div", { role: "gridcell", class: `cell ${name}` });
    this.bar = el("span", { class: "bar", "aria-hidden": "true" });
    this.value = el("span", { class: "value" });
    this.#cells.influence.append(this.bar, this.value);
    this.root = el("div", { role: "row", class: "step", data: { step } }, Object.values(this.#cells));
    this.#cells.index.textContent = String(step);
  }

  show(step, scale) {
    const { root } = this;
    root.hidden = scale.query !== "" && !step.text.toLowerCase().includes(scale.query);
    root.classList.toggle("prompt", step.index === 0);
    // A long prompt scrolls in its cell.
    if (step.index === 0) this.#cells.text.tabIndex = 0;
    root.classList.toggle("after", step.afterThinking);
    this.#showInfluence(step, scale);
    put(this.#cells.effect, effectOf(step, scale.response));
    put(this.#cells.logprob, step.meanLogprob === null ? "" : figure(step.meanLogprob));
    put(this.#cells.entropy, step.meanEntropy === null ? "" : figure(step.meanEntropy));
    this.#showText(step, scale);
  }

  #showInfluence(step, { influence, excess, shade, threshold }) {
    const share = influence > 0 ? step.influence / influence : 0;
    const shadeShare = shade === "excess" ? (excess > 0 ? step.excess / excess : 0) : share;
    this.bar.style.setProperty("--share", share.toFixed(4));
    this.#cells.text.style.setProperty("--share", shadeShare.toFixed(4));
    put(this.value, step.index === 0 ? "" : figure(step.influence));
    const isMarked = threshold !== null && step.influence >= threshold && step.index > 0;
    put(this.#cells.mark, isMarked ? "▸" : "");
    this.#cells.mark.title = isMarked ? "Worth branching at" : "";
    this.root.classList.toggle("branch", isMarked);
  }

  #showText(step, scale) {
    const cell = this.#cells.text;
    cell.classList.toggle("by-token", scale.byToken);
    if (scale.byToken && step.index > 0) {
      cell.replaceChildren(...scale.response.tokensOf(step).map(({ token }) => shadedToken(token, scale.shade)));
      this.#text = null;
    } else if (this.#text !== step.text || this.#isByToken) {
      this.#text = step.text;
      // The blank lines that end a step would only take room.
      cell.textContent = step.text.trimEnd() || step.text;
    }
    this.#isByToken = scale.byToken;
  }
}

function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** The effect of a step that has been ablated, and nothing for others. */
function effectOf(step, response) {
  const hidden = response.ablations.get(`ABLATION_MODE_HIDE:${step.index}`);
  if (hidden?.forced) return (hidden.forced.lowerBound ? "≥" : "") + figure(hidden.forced.divergence ?? 0);
  const drawn = response.ablations.get(`ABLATION_MODE_RESAMPLE:${step.index}`);
  return drawn?.sampled ? `${figure(drawn.sampled.changed ?? 0)} ≠` : "";
}

/** Surprise is full at ln p = -5, and uncertainty at 5 nats. */
const fullShade = 5;

function shadedToken(token, shade) {
  const value = shade === "logprob" ? -(token.logprob ?? 0) : (token.entropy ?? 0);
  const share = Math.min(1, Math.max(0, value / fullShade));
  return el("span", { class: "tok", vars: { "--share": share.toFixed(3) } }, tokenText(token.text));
}
