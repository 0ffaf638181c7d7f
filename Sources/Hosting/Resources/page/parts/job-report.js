// A job: its state, curves, events, checkpoints and specification.

import { button, choice, el, labelled, oncePerFrame, passage, replace } from "../lib/dom.js";
import { bytes, clock, count, figure, figureOrZero } from "../lib/numbers.js";
import { stateName } from "../model/job.js";
import { curve } from "./curve.js";

/** Curves that are shown where a job has them; the others when asked for. */
const first = ["reward/mean", "eval/accuracy", "solved_all", "solved_none", "policy/entropy", "policy/clipped", "policy/lag",
  "policy/kl", "loss", "response/tokens", "influence/mean", "gradient_norm", "eval/pass_at_k", "eval/sound"];

export class JobReport {
  /**
   * @param {FollowedJob} followed
   * @param {(checkpoint: object) => void} take Copies a checkpoint's policy; null where there is no server.
   */
  constructor(followed, { take = null } = {}) {
    Object.assign(this, { followed, take, other: null });
    this.state = el("div", { class: "summary" });
    this.curves = el("div", { class: "curves" });
    this.all = el("input", { type: "checkbox", on: { change: () => this.update() } });
    this.table = el("details", {}, el("summary", {}, "The last figures as a table"), el("div", {}));
    this.events = el("ol", { class: "events", tabindex: "0", "aria-label": "Events, newest first" });
    this.checkpoints = el("div", {});
    this.specification = passage();
    this.update = oncePerFrame(() => this.#update());
    this.root = el("div", { class: "job-report" }, this.state, el("div", { class: "row" }, labelled("All curves", this.all)), this.curves, this.table,
      el("h3", {}, "Events"), this.events, el("h3", {}, "Checkpoints"), this.checkpoints,
      el("details", {}, el("summary", {}, "Specification, with every default"), this.specification));
    this.update();
  }

  #update() {
    const { followed } = this;
    replace(this.state, stateOf(followed));
    replace(this.curves, this.#names().map((name) => curve(name, this.#lines(name))));
    replace(this.table.lastElementChild, figuresTable(followed));
    replace(this.events, followed.events.toReversed().slice(0, 300).map(eventItem));
    this.#showCheckpoints();
    this.specification.textContent = JSON.stringify(followed.job?.specification ?? {}, null, 2);
  }

  /** Made anew only when there are others, so that buttons keep the focus. */
  #showCheckpoints() {
    const state = this.followed.checkpoints.map(({ step }) => step).join();
    if (this.checkpoints.dataset.state === state) return;
    this.checkpoints.dataset.state = state;
    replace(this.checkpoints, checkpointsTable(this.followed.checkpoints, this.take));
  }

  #names() {
    const names = [...this.followed.metrics.keys()].filter((name) => this.followed.metrics.get(name).size > 0);
    if (this.all.checked) return names.sort();
    return first.filter((name) => names.includes(name));
  }

  #lines(name) {
    const lines = [{ name: this.followed.id, points: this.followed.points(name) }];
    const others = this.other?.points(name) ?? [];
    if (others.length) lines.push({ name: this.other.id, points: others });
    return lines;
  }
}

function stateOf({ id, job }) {
  if (!job) return el("p", {}, "…");
  const total = job.totalSteps ? ` of ${job.totalSteps}` : "";
  return [
    el("h2", {}, id, " ", el("span", { class: `state ${stateName(job.state)}` }, stateName(job.state)),
      job.pending ? el("span", { class: "faint" }, ` (${job.pending} is pending)`) : null),
    el("p", { class: "faint" }, `${job.specification?.kind} of ${job.specification?.policy}, ${job.stepsDone ?? 0}${total} steps`,
      job.publishedVersion ? `, published as version ${job.publishedVersion}` : ""),
    job.reason ? el("p", {}, job.reason) : null,
    job.totalSteps ? el("progress", { max: job.totalSteps, value: job.stepsDone ?? 0, "aria-label": "Steps done" }) : null,
  ];
}

function eventItem(event) {
  const isWarning = event.note?.warning || event.stateChanged?.state === "JOB_STATE_FAILED";
  return el("li", { class: isWarning ? "warning" : "" }, el("time", {}, clock(event.time)), " ",
    el("span", { class: "faint" }, event.step ? `step ${event.step} ` : ""), isWarning ? "⚠ " : "", messageOf(event));
}

/** What an event says; of a step that is done, its reward or its loss. */
function messageOf({ message = "", step, stepDone }) {
  if (message !== `step ${step}`) return message;
  const name = ["reward/mean", "loss"].find((each) => stepDone?.metrics?.[each] !== undefined);
  return name ? `${name} ${figureOrZero(Number(stepDone.metrics[name]))}` : "";
}

function figuresTable(followed) {
  const rows = [...followed.metrics.keys()].sort().map((name) => {
    const [step, value] = followed.points(name).at(-1) ?? [];
    return el("tr", {}, el("td", {}, el("code", {}, name)), el("td", {}, step ?? ""), el("td", {}, figure(value)));
  });
  return el("table", {}, el("thead", {}, el("tr", {}, ["Metric", "Step", "Value"].map((name) => el("th", { scope: "col" }, name)))), el("tbody", {}, rows));
}

function checkpointsTable(checkpoints, take) {
  if (checkpoints.length === 0) return el("p", { class: "faint" }, "none yet");
  return el("div", {}, el("p", {}, count(checkpoints.length, "checkpoint")), el("table", {},
    el("thead", {}, el("tr", {}, ["Step", "Saved", "Size", "Folder on the server's machine", ...(take ? ["Policy"] : [])].map((name) => el("th", { scope: "col" }, name)))),
    el("tbody", {}, checkpoints.map((each) => el("tr", {}, el("td", {}, each.step), el("td", {}, clock(each.createdAt)),
      el("td", {}, bytes(each.bytes)), el("td", {}, el("code", {}, each.path)),
      take ? el("td", {}, button("Copy to…", () => take(each), { "aria-label": `Copy the policy of step ${each.step}` })) : null)))));
}

/** A choice of another job to draw beside. */
export function otherChoice(ids, chosen) {
  return choice([["", "nothing"], ...ids.map((id) => [id, id])], "", { on: { change: (event) => chosen(event.target.value) } });
}
