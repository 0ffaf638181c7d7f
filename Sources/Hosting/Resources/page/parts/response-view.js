// A response with everything that is shown of it: arcs, steps, map, heads, and what there is to say about a step.

import { choice, el, labelled, oncePerFrame, replace } from "../lib/dom.js";
import { count } from "../lib/numbers.js";
import { Arcs } from "./arcs.js";
import { AblationPanel } from "./ablation.js";
import { StepDetail } from "./detail.js";
import { Heads } from "./heads.js";
import { MapPicture } from "./map.js";
import { Notice } from "./notice.js";
import { Selection } from "./selection.js";
import { StepList } from "./steps.js";

const shades = [["influence", "influence"], ["excess", "excess"], ["logprob", "surprise (−ln p)"], ["entropy", "entropy"]];
const separators = {
  STEP_SEPARATOR_BLANK_LINE: "blank lines", STEP_SEPARATOR_LINE: "line breaks", STEP_SEPARATOR_TOKEN: "every token",
  STEP_SEPARATOR_SENTENCE: "sentences", STEP_SEPARATOR_TEXT: "a text of one's own",
};

const meanName = "mean of all heads";

export class ResponseView {
  /**
   * @param {TracedResponse} response
   * @param {object} [actions] What can be done with it; nothing where there is no server.
   */
  constructor(response, actions = null, selection = new Selection()) {
    Object.assign(this, { response, selection, notice: new Notice() });
    this.list = new StepList(response, selection, (step) => actions?.branch?.(response.steps[step]));
    this.scroller = el("div", { class: "steps-scroller" });
    this.arcs = new Arcs(response, selection, this.list, this.scroller);
    this.scroller.append(el("div", { class: "arcs-gutter" }, this.arcs.root), this.list.root);
    this.map = new MapPicture(selection, () => response.headMaps.get(selection.head.value) ?? response.map, { side: 340 });
    this.heads = new Heads(response, selection, this.notice, { live: Boolean(actions) });
    this.detail = new StepDetail(response, selection, actions ?? {});
    this.ablation = actions ? new AblationPanel(response, selection, this.notice, () => this.update()) : null;
    this.summary = el("div", { class: "summary" });
    this.update = oncePerFrame(() => this.#update());
    this.root = this.#layout();
    this.update();
  }

  #layout() {
    return el("div", { class: "response" },
      el("div", { class: "response-main" }, this.summary, this.#tools(), this.notice.root, this.scroller),
      el("aside", { class: "response-side", "aria-label": "About the response" }, this.detail.root,
        this.ablation?.root ?? null,
        el("section", { class: "panel", "aria-labelledby": "map-title" },
          el("h3", { id: "map-title" }, "Step map"), this.#mapTools(), this.map.root),
        this.heads.root));
  }

  #tools() {
    const { selection } = this;
    const search = el("input", {
      type: "search", placeholder: "/", class: "search", on: { input: (event) => { selection.query.value = event.target.value; } },
    });
    const floor = el("input", {
      type: "range", min: 0, max: 0.95, step: 0.05, value: selection.arcFloor.value,
      on: { input: (event) => { selection.arcFloor.value = Number(event.target.value); } },
    });
    return el("div", { class: "row tools" },
      labelled("Shade by", choice(shades, selection.shade.value, {
        on: { change: (event) => { selection.shade.value = event.target.value; } } })),
      labelled("Find", search), labelled("Arcs above", floor));
  }

  #mapTools() {
    const box = el("input", {
      type: "checkbox", checked: this.selection.withPrompt.value,
      on: { change: (event) => { this.selection.withPrompt.value = event.target.checked; } },
    });
    this.mapName = el("span", { class: "faint" });
    this.selection.head.watch((head) => { this.mapName.textContent = head ?? meanName; });
    this.mapName.textContent = meanName;
    return el("div", { class: "row" }, labelled("With the prompt, a sink", box), this.mapName);
  }

  #update() {
    this.list.update();
    if (this.revision === this.response.revision) return;
    this.revision = this.response.revision;
    this.arcs.update();
    this.map.update();
    this.heads.update();
    this.detail.update();
    replace(this.summary, ...summaryOf(this.response));
  }
}

function summaryOf(response) {
  const steps = Math.max(0, response.steps.length - 1);
  const parts = [`${count(response.promptLength || response.steps[0]?.end || 0, "prompt token")}, `
    + `${count(response.tokens.length, "response token")} in ${count(steps, "step")}`];
  if (separators[response.separator]) parts.push(`cut at ${separators[response.separator]}`);
  if (response.layers) {
    parts.push(`influence: attention from steps at least ${response.gap} later, largest of `
      + `${response.layers} layers × ${response.heads} heads`);
  }
  return [
    el("h2", {}, response.policy || "Response", response.version ? el("span", { class: "faint" }, ` version ${response.version}`) : null),
    el("p", { class: "faint" }, parts.join("; "), "."),
    response.finish?.reason === "FINISH_REASON_LENGTH" ? el("p", { class: "faint" }, "Cut at its limit of tokens.") : null,
    response.mapsDropped ? el("p", { class: "faint" }, "The step map was left out: so many steps take too much memory.") : null,
    response.error ? el("p", { class: "failed" }, `⚠ ${response.error} What had come until then is shown.`) : null,
  ].filter(Boolean);
}
