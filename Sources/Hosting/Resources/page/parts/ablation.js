// The causal column: what becomes of what follows when a step is taken away. Its cost is said before.

import { button, choice, el, labelled, replace } from "../lib/dom.js";
import { count, figure, whole } from "../lib/numbers.js";
import { ablate } from "../model/asking.js";
import { watched } from "./notice.js";

const modes = [["ABLATION_MODE_HIDE", "hide it from later tokens"], ["ABLATION_MODE_RESAMPLE", "draw it again"]];

export class AblationPanel {
  constructor(response, selection, notice, changed) {
    Object.assign(this, { response, selection, notice, changed });
    const tell = () => this.#tellCost();
    this.mode = choice(modes, "ABLATION_MODE_HIDE", { on: { change: tell } });
    this.samples = el("input", { type: "number", min: 0, max: 64, value: 0, on: { input: tell } });
    this.length = el("input", { type: "number", min: 1, value: 256, on: { input: tell } });
    this.cost = el("p", { class: "cost" });
    this.one = button("Ablate this step", () => this.#run([this.selection.locked.value]));
    this.all = button("All steps", () => this.#run([]));
    this.root = el("details", { class: "panel" }, el("summary", {}, "Does it matter? Take the step away"),
      el("div", { class: "row" }, labelled("How", this.mode), labelled("Continuations", this.samples),
        labelled("Tokens of each at most", this.length)),
      this.cost, el("div", { class: "row" }, this.one, this.all));
    selection.locked.watch(tell);
    tell();
  }

  get #options() {
    const samples = Number(this.samples.value);
    return {
      mode: this.mode.value, samples,
      sampling: { ...this.response.request.sampling, maxTokens: Number(this.length.value) || 256, minTokens: undefined },
    };
  }

  /** Tokens that ablating steps computes and draws at most; see docs/ablation.md. */
  #costOf(steps) {
    const { mode, samples } = this.#options;
    const end = this.response.promptLength + this.response.tokens.length;
    const passes = mode === "ABLATION_MODE_HIDE" ? steps.reduce((sum, step) => sum + end - step.end, 0) : 0;
    return { passes, drawn: steps.length * 2 * samples * (Number(this.length.value) || 0) };
  }

  #tellCost() {
    const { steps } = this.response;
    const locked = steps[this.selection.locked.value];
    const some = steps.slice(1).filter((step) => step.end < steps.at(-1)?.end).slice(0, 64);
    const needsDraws = this.mode.value === "ABLATION_MODE_RESAMPLE" && Number(this.samples.value) === 0;
    this.one.disabled = !locked || locked.index === 0 || needsDraws;
    this.all.disabled = needsDraws;
    replace(this.cost, needsDraws ? "Drawing a step again needs continuations to compare: give 1 or more." : [
      locked?.index ? `This step: ${phrase(this.#costOf([locked]))}. ` : "Lock a step to ablate it alone. ",
      `All (${count(some.length, "step")}): ${phrase(this.#costOf(some))}.`]);
  }

  async #run(steps) {
    const text = steps.length ? `Ablating step ${steps[0]}` : "Ablating the steps, one at a time";
    await watched(this.notice, text, (signal) =>
      ablate(this.response, { ...this.#options, ...(steps.length ? { steps } : {}) }, this.changed, signal));
    this.changed();
  }
}

function phrase({ passes, drawn }) {
  const parts = [];
  if (passes > 0) parts.push(`${whole(passes)} tokens computed again`);
  if (drawn > 0) parts.push(`at most ${whole(drawn)} drawn`);
  return parts.join(", ") || "nothing to compute";
}

/** What taking a step away did, for the description of the step. */
export function ablationResults(response, step) {
  const parts = [];
  for (const [mode, name] of modes) {
    const effect = response.ablations.get(`${mode}:${step}`);
    if (!effect) continue;
    if (effect.forced) parts.push(forcedLine(effect.forced));
    if (effect.sampled) parts.push(el("p", {}, `${name}: `, sampledText(effect.sampled)), answersTable(effect.sampled));
  }
  return parts.length ? el("div", { class: "ablated" }, el("h4", {}, "Taken away"), parts) : null;
}

function forcedLine(forced) {
  const bound = forced.lowerBound ? "at least " : "";
  const answer = forced.answerLogprobChange === undefined ? ""
    : `; the answer's ln p changes by ${figure(Number(forced.answerLogprobChange))}`;
  return el("p", {}, `Hidden: KL ${bound}${figure(forced.divergence ?? 0)} nats, mean over ${count(forced.tokens ?? 0, "later token")}${answer}.`);
}

function sampledText(sampled) {
  return `changed answers ${figure(sampled.changed ?? 0)}, total variation ${figure(sampled.totalVariation ?? 0)}`;
}

function answersTable(sampled) {
  const rows = (sampled.answers ?? []).map((answer) => el("tr", {}, el("td", {}, answer.answer ?? "(none)"),
    el("td", {}, answer.withStep ?? 0), el("td", {}, answer.withoutStep ?? 0)));
  return el("table", {}, el("thead", {}, el("tr", {}, ["Answer", "With it", "Without"].map((name) => el("th", { scope: "col" }, name)))),
    el("tbody", {}, rows));
}
