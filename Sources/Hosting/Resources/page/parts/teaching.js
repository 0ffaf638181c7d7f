// Teach: what was marked or edited goes to a job that takes feedback, or begins one.

import { button, choice, el, labelled, replace } from "../lib/dom.js";
import { call, exchange } from "../lib/api.js";
import { count } from "../lib/numbers.js";
import { randomName } from "../lib/text.js";
import { wholeText } from "../model/growing.js";
import { isShipped, shippedData } from "../model/shipped.js";
import { go } from "../router.js";
import { problemText, session } from "../session.js";
import { Notice } from "./notice.js";
import { createJob } from "./spec-editor.js";

const states = ["JOB_STATE_QUEUED", "JOB_STATE_RUNNING", "JOB_STATE_PAUSED"];

export class Teaching {
  #jobs = [];

  constructor() {
    this.notice = new Notice();
    this.count = el("p", {});
    this.judged = el("input", { type: "checkbox", on: { change: () => this.update(session.tree.value) } });
    this.jobs = el("select", { "aria-label": "Job" });
    this.send = button("Send to the job", () => this.#send(this.#chosen), { class: "main" });
    this.kind = choice([["sft", "SFT: learn the right answers"], ["grpo", "GRPO: learn from right and wrong"],
      ["direct_advantage", "Direct advantage: fit what branches are worth"]], "grpo");
    this.running = el("div", { class: "row" }, labelled("Running job", this.jobs), this.send);
    this.begin = button("Begin a job…", () => this.#begin());
    this.root = el("section", { class: "panel", "aria-labelledby": "teach-title" }, el("h3", { id: "teach-title" }, "Teach"),
      this.count, this.notice.root, el("div", { class: "row" }, labelled("What the verifier judged, too", this.judged)),
      this.running, el("div", { class: "row" }, labelled("A new job", this.kind), this.begin, button("Look for running jobs", () => this.refresh())));
    this.#listed = false;
  }

  #listed;

  get #chosen() {
    return this.#jobs.find((job) => job.id === this.jobs.value);
  }

  update(tree) {
    const marked = tree ? this.#lessons(tree) : [];
    this.root.hidden = !tree;
    this.count.textContent = marked.length === 0
      ? "Mark leaves right or wrong, or edit an answer; then send them to a job to learn from."
      : `${count(marked.length, "answer")} ${this.judged.checked ? "judged, marked" : "marked"} or edited: ${marked.filter(({ isRight }) => isRight).length} right.`;
    // What can be done next is the button that is filled.
    this.running.hidden = this.#jobs.length === 0;
    this.begin.classList.toggle("main", marked.length > 0 && this.#jobs.length === 0);
    this.send.disabled = marked.length === 0 || !this.#chosen;
    if (tree && !this.#listed) this.refresh();
  }

  #lessons(tree) {
    return lessonsOf(tree, this.judged.checked);
  }

  /** Looks for jobs that take feedback. */
  async refresh() {
    this.#listed = true;
    try {
      const answer = await call("TrainingService/ListJobs", { states });
      this.#jobs = (answer.jobs ?? []).filter((job) => job.specification?.feedback?.enabled);
    } catch {
      // A server without jobs: nothing to send to.
      this.#jobs = [];
    }
    replace(this.jobs, this.#jobs.length ? this.#jobs.map((job) =>
      el("option", { value: job.id }, `${job.id} ${job.specification.kind} ${job.specification.name ?? ""}`))
      : el("option", { value: "" }, "none takes feedback"));
    this.update(session.tree.value);
  }

  async #send(job) {
    const tree = session.tree.value;
    this.notice.busy(`Sending to ${job.id}`);
    try {
      const records = await recordsFor(tree, this.#lessons(tree), job.specification.kind);
      if (records.length === 0) throw new Error("An SFT job learns right answers: mark one right, or edit one.");
      const [answer] = await exchange("TrainingService/Feedback", [{ job: job.id, records, requestId: randomName() }]);
      const refused = (answer.refused ?? []).map(({ reason }) => reason);
      if (refused.length) this.notice.failed(`${count(answer.taken ?? 0, "answer")} taken. ${refused.join(" ")}`);
      else this.notice.done(`${count(answer.taken ?? 0, "answer")} taken by ${job.id}.`);
      this.notice.root.append(button("Watch it", () => go("jobs", job.id), { class: "main" }));
      this.notice.root.scrollIntoView({ block: "nearest" });
    } catch (error) {
      this.notice.failed(error.message);
    }
  }

  async #begin() {
    const tree = session.tree.value;
    const job = await createJob(specificationFor(tree, this.#lessons(tree).length, this.kind.value), "A job for this tree",
      "It can be created as it is. What is marked is sent to it, and its curves are in Jobs.");
    if (!job) return;
    await this.refresh();
    this.jobs.value = job.id;
    if (this.#lessons(tree).length > 0 && job.specification?.feedback?.enabled) await this.#send(job);
    else go("jobs", job.id);
  }
}

/**
 * What a person said of responses, and a verifier too where it counts: `{rollout, isRight, worth}`. An edited answer is
 * right; `worth` is that of the response as it was drawn, undefined where nobody judged it.
 */
function lessonsOf(tree, withVerdicts) {
  const lessons = [];
  for (const rollout of tree.rollouts.filter(Boolean)) {
    const mark = tree.marks.get(rollout.index);
    const worth = mark === undefined ? (withVerdicts ? rollout.reward : undefined) : Number(mark);
    const isEdited = tree.edits.has(rollout.index);
    if (worth !== undefined || isEdited) lessons.push({ rollout, worth, isRight: isEdited || worth === 1 });
  }
  return lessons;
}

async function recordsFor(tree, lessons, kind) {
  const prompt = problemText(tree.request.prompt) || tree.promptText;
  const records = [];
  for (const { rollout, worth } of lessons) {
    const edit = tree.edits.get(rollout.index);
    const drawn = edit !== undefined && worth === undefined ? null : await wholeText(tree, rollout);
    if (kind === "sft") {
      if (edit !== undefined || worth === 1) records.push({ prompt, answer: edit ?? drawn });
      continue;
    }
    if (drawn !== null) records.push({ prompt, rewarded: { response: drawn, reward: worth } });
    if (edit !== undefined) records.push({ prompt, rewarded: { response: edit, reward: 1 } });
  }
  return records;
}

/** A job to begin with: it learns what is marked first, and then from data. */
function specificationFor(tree, lessons, kind) {
  const knows = isShipped(tree.policy);
  const rest = kind === "sft"
    ? { batch: { sequences_per_step: Math.max(1, lessons) } }
    : { reward: { kind: knows ? "task" : "math" }, rollout: { group_size: 8, max_tokens: 700 }, batch: { prompts_per_step: 4 } };
  return {
    kind, name: "taught by hand", policy: tree.policy, steps: 10, feedback: { enabled: true },
    data: { train: knows ? shippedData : "", ...(tree.request.prompt?.chat ? { chat: true } : {}) },
    optimizer: { learning_rate: knows ? 1e-4 : 1e-6 }, publish: { every_steps: 2 }, ...rest,
  };
}
