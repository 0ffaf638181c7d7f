// Jobs: all of them, and one with what it says while it runs.

import { button, el, labelled, replace } from "../lib/dom.js";
import { call, stream } from "../lib/api.js";
import { clock } from "../lib/numbers.js";
import { FollowedJob, ended, pause, stateName } from "../model/job.js";
import { ResponseTree } from "../model/tree.js";
import { askText, confirmed } from "../parts/dialogs.js";
import { JobReport, otherChoice } from "../parts/job-report.js";
import { Notice, watched } from "../parts/notice.js";
import { createJob } from "../parts/spec-editor.js";
import { go, route } from "../router.js";
import { session } from "../session.js";

/** Seconds between two looks at the list. */
const between = 3;

export class JobsView {
  #shown = null;
  #jobs = [];

  constructor() {
    this.notice = new Notice();
    this.list = el("tbody", {});
    this.place = el("div", {});
    const titles = ["Job", "State", "Kind", "Policy", "Steps", "Created", "Name"];
    this.root = el("div", { class: "view jobs" }, el("h1", { class: "unseen" }, "Jobs"),
      el("div", { class: "row" }, button("New job…", () => this.#create(), { class: "main" })), this.notice.root,
      el("table", { class: "job-list" }, el("thead", {}, el("tr", {}, titles.map((title) => el("th", { scope: "col" }, title)))), this.list),
      this.place);
    route.watch(() => this.#routed());
    this.#routed();
  }

  #routed() {
    const isHere = route.value.name === "jobs";
    const id = isHere ? route.value.rest : "";
    if (isHere && !this.listing) this.#keepListing();
    if (!isHere) {
      this.listing?.abort();
      this.listing = null;
    }
    if (this.#shown?.followed.id === id) return;
    this.#shown?.stop.abort();
    this.#shown = null;
    session.job.value = null;
    this.place.replaceChildren();
    if (id) this.#show(id);
  }

  async #keepListing() {
    const stop = (this.listing = new AbortController());
    while (!stop.signal.aborted) {
      try {
        const answer = await call("TrainingService/ListJobs", {}, stop.signal);
        this.#jobs = answer.jobs ?? [];
        this.#list();
        this.notice.clear();
      } catch (error) {
        if (stop.signal.aborted) return;
        this.notice.failed(error.code === "unimplemented" || error.code === "failed_precondition"
          ? `${error.message}` : `${error.message} Trying again.`);
        if (!error.isPassing) return;
      }
      await pause(between, stop.signal);
    }
  }

  #list() {
    if (this.list.contains(document.activeElement) && this.list.childElementCount === this.#jobs.length) {
      this.#jobs.forEach((job, place) => replace(this.list.children[place].children[1], stateChip(job)));
      return;
    }
    replace(this.list, this.#jobs.length ? this.#jobs.map((job) => el("tr", {},
      el("td", {}, el("a", { href: `#jobs/${job.id}` }, job.id)), el("td", {}, stateChip(job)),
      el("td", {}, job.specification?.kind), el("td", {}, job.specification?.policy),
      el("td", {}, `${job.stepsDone ?? 0}${job.totalSteps ? ` of ${job.totalSteps}` : ""}`),
      el("td", {}, clock(job.createdAt)), el("td", {}, job.specification?.name ?? "")))
      : el("tr", {}, el("td", { colspan: 7 }, "No jobs yet.")));
  }

  #show(id) {
    const followed = new FollowedJob(id);
    const stop = new AbortController();
    const notice = new Notice();
    const report = new JobReport(followed, { take: (checkpoint) => this.#take(followed, checkpoint, notice) });
    const buttons = el("div", { class: "row" });
    this.#shown = { followed, stop };
    session.job.value = followed;
    replace(this.place, buttons, notice.root, report.root);
    const changed = (problem) => {
      report.update();
      this.#buttons(buttons, followed, report, notice);
      if (problem) notice.failed(problem);
      else if (notice.root.classList.contains("failed")) notice.clear();
    };
    followed.follow(changed, stop.signal).catch((error) => notice.failed(error.message));
  }

  /** Buttons that make sense in the job's state; made anew only when that changes, so that they keep the focus. */
  #buttons(place, followed, report, notice) {
    const { job } = followed;
    const state = `${job?.state}${job?.pending}${this.#jobs.length}`;
    if (place.dataset.state === state || !job) return;
    place.dataset.state = state;
    const act = (name, method) => button(name, () => watched(notice, `${name}: ${followed.id}`, async (signal) => {
      followed.job = await call(`TrainingService/${method}`, { id: followed.id }, signal);
      report.update();
    }));
    const step = el("input", { type: "number", min: 1, placeholder: "newest" });
    const isRunning = job.state === "JOB_STATE_RUNNING" || job.state === "JOB_STATE_QUEUED";
    replace(place,
      isRunning ? act("Pause", "PauseJob") : null, job.state === "JOB_STATE_PAUSED" ? act("Resume", "ResumeJob") : null,
      ended.has(job.state) ? null : button("Cancel", () => this.#cancel(followed, report, notice)),
      labelled("Step", step), button("Look at a tree", () => this.#openTree(followed, step.value, notice)),
      labelled("Draw beside", otherChoice(this.#jobs.map(({ id }) => id).filter((id) => id !== followed.id), (id) => this.#beside(id, report, notice))));
  }

  async #cancel(followed, report, notice) {
    if (!(await confirmed(`Cancel ${followed.id}?`, "It ends in the middle of its step and cannot go on. Its checkpoints stay.", "Cancel the job"))) return;
    await watched(notice, "Cancelling", async () => {
      followed.job = await call("TrainingService/CancelJob", { id: followed.id });
    });
    report.update();
  }

  /** Copies a checkpoint's policy to a folder on the server's machine. */
  async #take(followed, checkpoint, notice) {
    const directory = await askText(`Copy the policy of step ${checkpoint.step}`, "", {
      label: "A new folder on the server's machine, as a whole path", confirm: "Copy it", rows: 1 });
    if (!directory) return;
    const done = await watched(notice, "Copying", (signal) =>
      call("TrainingService/ExportCheckpoint", { job: followed.id, step: checkpoint.step, directory: directory.trim() }, signal));
    if (!done) return;
    notice.done(`Copied to ${done.directory}.`);
    notice.root.append(button("Serve it as the policy's next version", () => this.#serve(followed, done.directory, notice)));
  }

  /** Publishes a policy that was copied. */
  async #serve(followed, directory, notice) {
    const name = followed.job.specification.policy;
    const policy = await watched(notice, `Loading ${directory}`, (signal) =>
      call("PolicyService/LoadPolicy", { directory, name, asNewVersion: true }, signal));
    if (policy) notice.done(`${name} is served at version ${policy.version} now.`);
  }

  async #beside(id, report, notice) {
    report.other = null;
    if (id) {
      const other = new FollowedJob(id);
      await watched(notice, `Reading ${id}`, async (signal) => {
        for await (const event of stream("TrainingService/WatchJob", { id, pastOnly: true }, signal)) other.take(event);
        report.other = other;
      });
    }
    report.update();
  }

  /** Opens the last tree of a step that the job has kept; of the newest where none is named. */
  async #openTree(followed, step, notice) {
    const trees = new Map();
    const body = { job: followed.id, ...(step === "" ? {} : { step }) };
    await watched(notice, "Reading the trees that the job has kept", async (signal) => {
      for await (const { index = 0, tree } of stream("TrainingService/GetTrees", body, signal)) {
        const known = trees.get(index) ?? { ...tree, rollouts: [], nodes: [] };
        known.rollouts.push(...(tree.rollouts ?? []));
        known.nodes.push(...(tree.nodes ?? []));
        trees.set(index, known);
      }
    });
    const newest = [...trees.values()].at(-1);
    if (!newest) return notice.root.hidden && notice.failed("The job has kept no tree yet.");
    session.tree.value = ResponseTree.fromMessage(newest);
    return go("tree");
  }

  async #create() {
    const policy = session.policies.value[0]?.name ?? "";
    const job = await createJob({ kind: "grpo", policy, steps: 50, data: { train: "" } });
    if (job) go("jobs", job.id);
  }
}

function stateChip(job) {
  return el("span", { class: `state ${stateName(job.state)}` }, stateName(job.state));
}
