// A job as its events tell of it; follows them across broken connections and restarts of the server.

import { call, stream } from "../lib/api.js";
import { number } from "../lib/numbers.js";

/** States that nothing leaves. */
export const ended = new Set(["JOB_STATE_SUCCEEDED", "JOB_STATE_FAILED", "JOB_STATE_CANCELLED"]);

/** Seconds between attempts to reach a server that has gone: doubling, up to the last. */
const waits = [0.5, 1, 2, 4, 8];

/** Events kept for reading; metrics are kept of all. */
const eventLimit = 2000;

export class FollowedJob {
  constructor(id) {
    this.id = id;
    this.job = null;
    this.events = [];
    /** Values by step, by name: a step that is done again replaces what it was. */
    this.metrics = new Map();
    this.sequence = 0;
    this.checkpoints = [];
  }

  take(event) {
    this.sequence = number(event.sequence);
    this.events.push(event);
    if (this.events.length > eventLimit) this.events.shift();
    const metrics = event.stepDone?.metrics ?? event.evaluated?.metrics;
    if (metrics) this.#takeMetrics(number(event.step), metrics);
    if (event.stateChanged && this.job) this.job = { ...this.job, state: event.stateChanged.state, reason: event.stateChanged.reason ?? "" };
    if (event.stepDone && this.job) this.job = { ...this.job, stepsDone: event.step };
  }

  #takeMetrics(step, metrics) {
    for (const [name, value] of Object.entries(metrics)) {
      if (!this.metrics.has(name)) this.metrics.set(name, new Map());
      if (Number.isFinite(Number(value))) this.metrics.get(name).set(step, Number(value));
    }
  }

  /** A metric's points, by step. */
  points(name) {
    return [...(this.metrics.get(name) ?? [])].sort(([a], [b]) => a - b);
  }

  async refresh() {
    this.job = await call("TrainingService/GetJob", { id: this.id });
    this.checkpoints = (await call("TrainingService/ListCheckpoints", { job: this.id })).checkpoints ?? [];
  }

  /**
   * Follows the job to its end, and again when the connection breaks.
   *
   * @param {(problem: string|null) => void} changed Called for what came, and with what is wrong.
   */
  async follow(changed, signal) {
    for (let attempt = 0; !signal.aborted; attempt++) {
      try {
        await this.refresh();
        changed(null);
        for await (const event of stream("TrainingService/WatchJob", { id: this.id, afterSequence: String(this.sequence) }, signal)) {
          attempt = -1;
          this.take(event);
          changed(null);
        }
        await this.refresh();
        changed(null);
        if (ended.has(this.job.state)) return;
      } catch (error) {
        if (signal.aborted) return;
        if (!error.isPassing) throw error;
        changed(`${error.message} Trying again.`);
      }
      await pause(waits[Math.min(Math.max(attempt, 0), waits.length - 1)], signal);
    }
  }

  toJSON() {
    const metrics = [...this.metrics].map(([name, points]) => [name, [...points]]);
    return { id: this.id, job: this.job, events: this.events, metrics, checkpoints: this.checkpoints };
  }

  static from(json) {
    const job = Object.assign(new FollowedJob(json.id), { job: json.job, events: json.events ?? [], checkpoints: json.checkpoints ?? [] });
    job.metrics = new Map((json.metrics ?? []).map(([name, points]) => [name, new Map(points)]));
    return job;
  }
}

export function pause(seconds, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, seconds * 1000);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    }, { once: true });
  });
}

/** A state as people read it. */
export function stateName(state) {
  return (state ?? "").replace("JOB_STATE_", "").toLowerCase();
}
