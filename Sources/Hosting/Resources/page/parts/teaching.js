// Teach: what was marked or edited goes to a job that takes feedback, or begins one.

import { button, choice, el, labelled, replace } from "../lib/dom.js";
import { call, exchange } from "../lib/api.js";
import { count } from "../lib/numbers.js";
import { randomName } from "../lib/text.js";
import { wholeText } from "../model/growing.js";
import { go } from "../router.js";
import { problemText, session } from "../session.js";
import { Notice } from "./notice.js";
import { createJob } from "./spec-editor.js";

/** Problems of the kind that the shipped model knows best; see examples/demo.yaml. */
const shippedData = "graph:leaves=2-3,derived=6-7,need=8-10,distractors=0,constants=0.7,modulus=10";
const states = ["JOB_STATE_QUEUED", "JOB_STATE_RUNNING", "JOB_STATE_PAUSED"];

export class Teaching {
  #jobs = [];

  constructor() {
    this.notice = new Notice();
    this.count = el("p", {});
    this.jobs = el("select", { "aria-label": "Job" });
    this.send = button("Send to the job", () => this.#send(this.#chosen), { class: "main" });
    this.kind = choice([["sft", "SFT: learn the right answers"], ["grpo", "GRPO: learn from right and wrong"]], "grpo");
    this.root = el("section", { class: "panel", "aria-labelledby": "teach-title" }, el("h3", { id: "teach-title" }, "Teach"),
      this.count, el("div", { class: "row" }, labelled("Running job", this.jobs), this.send, button("Look for jobs", () => this.refresh())),
      el("div", { class: "row" }, labelled("Or begin one", this.kind), button("Begin a job…", () => this.#begin())), this.notice.root);
    this.#listed = false;
  }

  #listed;

  get #chosen() {
    return this.#jobs.find((job) => job.id === this.jobs.value);
  }

  update(tree) {
    const marked = tree ? markedOf(tree) : [];
    this.root.hidden = !tree;
    this.count.textContent = marked.length === 0
      ? "Mark leaves right or wrong, or edit an answer; then send them to a job to learn from."
      : `${count(marked.length, "answer")} marked or edited: ${marked.filter(({ isRight }) => isRight).length} right.`;
    this.send.disabled = marked.length === 0 || !this.#chosen;
    if (tree && !this.#listed) this.refresh();
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
      const records = await recordsFor(tree, job.specification.kind);
      if (records.length === 0) throw new Error("An SFT job learns right answers: mark one right, or edit one.");
      const [answer] = await exchange("TrainingService/Feedback", [{ job: job.id, records, requestId: randomName() }]);
      const refused = (answer.refused ?? []).map(({ reason }) => reason);
      if (refused.length) this.notice.failed(`${count(answer.taken ?? 0, "answer")} taken. ${refused.join(" ")}`);
      else this.notice.done(`${count(answer.taken ?? 0, "answer")} taken by ${job.id}.`);
      this.notice.root.append(button("Watch it", () => go("jobs", job.id)));
    } catch (error) {
      this.notice.failed(error.message);
    }
  }

  async #begin() {
    const tree = session.tree.value;
    const job = await createJob(specificationFor(tree, this.kind.value), "A job for this tree");
    if (!job) return;
    await this.refresh();
    this.jobs.value = job.id;
    if (markedOf(tree).length > 0 && job.specification?.feedback?.enabled) await this.#send(job);
    else go("jobs", job.id);
  }
}

/** What a person said of responses: `{rollout, isRight}`; an edited answer is right. */
function markedOf(tree) {
  return tree.rollouts.filter((rollout) => rollout && (tree.marks.has(rollout.index) || tree.edits.has(rollout.index)))
    .map((rollout) => ({ rollout, isRight: tree.edits.has(rollout.index) || tree.marks.get(rollout.index) }));
}

async function recordsFor(tree, kind) {
  const prompt = problemText(tree.request.prompt);
  const records = [];
  for (const { rollout } of markedOf(tree)) {
    const mark = tree.marks.get(rollout.index);
    const edit = tree.edits.get(rollout.index);
    const drawn = edit !== undefined && mark === undefined ? null : await wholeText(tree, rollout);
    if (kind === "sft") {
      if (edit ?? mark) records.push({ prompt, answer: edit ?? drawn });
      continue;
    }
    if (drawn !== null && mark !== undefined) records.push({ prompt, rewarded: { response: drawn, reward: Number(mark) } });
    if (edit !== undefined) records.push({ prompt, rewarded: { response: edit, reward: 1 } });
  }
  return records;
}

/** A job to begin with: it learns what is marked first, and then from data. */
function specificationFor(tree, kind) {
  const isShipped = tree.policy === "shipped";
  const rest = kind === "sft"
    ? { batch: { sequences_per_step: Math.max(1, markedOf(tree).length) } }
    : { reward: { kind: isShipped ? "task" : "math" }, rollout: { group_size: 8, max_tokens: 160 }, batch: { prompts_per_step: 4 } };
  return {
    kind, name: "taught by hand", policy: tree.policy, steps: 10, feedback: { enabled: true },
    data: { train: isShipped ? shippedData : "", ...(tree.request.prompt?.chat ? { chat: true } : {}) },
    optimizer: { learning_rate: isShipped ? 5e-4 : 1e-6 }, publish: { every_steps: 2 }, ...rest,
  };
}
