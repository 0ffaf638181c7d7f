// A response as the page knows it: what was asked, its tokens, its steps and where later ones look.
// Takes the events of GenerationService.Generate, and the parts of AnalysisService.Trace.

import { maybe, number, quantile } from "../lib/numbers.js";
import { joinedText, tokenText } from "../lib/text.js";
import { StepMap } from "./stepmap.js";

/** Steps of less influence than this share of all are not worth branching at, as `attnrl trace` has it. */
const branchQuantile = 0.8;

export class TracedResponse {
  /** @param {object} request The fields of a `GenerateRequest` that say what was asked. */
  constructor(request) {
    this.request = request;
    this.policy = request.policy ?? "";
    this.version = 0;
    this.promptIds = [];
    this.promptText = "";
    /** One for each response token: `{id, text, logprob, entropy, top}`; `text` is base64. */
    this.tokens = [];
    this.steps = [];
    this.map = new StepMap();
    /** Maps of single heads, by `L3.H1`. */
    this.headMaps = new Map();
    /** What hiding or drawing a step again did, by `mode:step`. */
    this.ablations = new Map();
    this.ablationStart = null;
    this.separator = "";
    this.gap = request.capture?.gap ?? 4;
    this.layers = 0;
    this.heads = 0;
    this.mapsDropped = false;
    this.finish = null;
    this.error = null;
    this.isRunning = false;
    /** Rises with whatever changes beside the tokens of the step that is being written. */
    this.revision = 0;
  }

  get promptLength() {
    return this.promptIds.length || (this.steps[0]?.end ?? 0);
  }

  get ids() {
    return this.tokens.map((token) => token.id);
  }

  /** The text of response tokens. */
  textOf(start, end) {
    const texts = this.tokens.slice(start, end).map((token) => token.text);
    return texts.every((text) => text !== undefined) ? joinedText(texts) : "";
  }

  get text() {
    return this.textOf(0, this.tokens.length);
  }

  /** The text behind the last step that has closed: what is being written. */
  get tail() {
    return this.textOf(this.tailStart, this.tokens.length);
  }

  get tailStart() {
    const last = this.steps.at(-1);
    return last && last.index > 0 ? last.end - this.promptLength : 0;
  }

  /** Response tokens of a step: `{token, index}`, `index` from the response's start. */
  tokensOf(step) {
    const start = Math.max(0, step.start - this.promptLength);
    return this.tokens.slice(start, Math.max(0, step.end - this.promptLength))
      .map((token, place) => ({ token, index: start + place }));
  }

  // --- what comes from Generate

  take(event) {
    if (!event.tokens) this.revision += 1;
    if (event.started) this.#begin(event.started);
    else if (event.prompt) this.#takePrompt(event.prompt.run);
    else if (event.tokens) this.#takeTokens(event.tokens.run);
    else if (event.step) this.#close(event.step);
    else if (event.trace) this.takeTrace(event.trace.trace);
    else if (event.stepMap) this.takeMap(event.stepMap.rows);
    else if (event.finished) this.finish = event.finished;
  }

  #begin(started) {
    this.policy = started.policy;
    this.version = number(started.version);
    this.request.sampling = started.sampling;
  }

  #takePrompt(run) {
    this.promptIds.push(...(run.ids ?? []));
    this.promptText += run.text ?? "";
    this.steps[0] = step({ start: 0, end: this.promptIds.length, text: this.promptText });
  }

  #takeTokens(run) {
    (run.ids ?? []).forEach((id, index) => this.tokens.push({
      id, text: run.texts?.[index], logprob: maybe(run.logprobs?.[index]), entropy: maybe(run.entropies?.[index]),
      top: run.top?.[index] ?? null,
    }));
  }

  #close(closed) {
    const index = closed.step.index ?? 0;
    // A response that is cut again at its end begins anew.
    if (index < this.steps.length) this.steps.length = Math.max(1, index);
    this.steps[index] = step(closed.step);
    closed.influence?.forEach((value, place) => {
      if (this.steps[place]) this.steps[place].influence = value;
    });
    closed.excess?.forEach((value, place) => {
      if (this.steps[place]) this.steps[place].excess = value;
    });
    this.map.rows[index] = closed.attention ?? [];
    if (!this.map.rows[0]) this.map.rows[0] = [0];
  }

  // --- what comes from Trace

  takePart(part) {
    this.revision += 1;
    if (part.tokens) this.#takeTokens(part.tokens);
    else if (part.trace) this.takeTrace(part.trace);
    else if (part.stepMap) this.takeMap(part.stepMap);
  }

  takeTrace(trace) {
    this.policy = trace.policy;
    this.version = number(trace.version);
    this.separator = trace.separator ?? "";
    this.gap = trace.gap ?? 0;
    this.layers = trace.layers ?? 0;
    this.heads = trace.heads ?? 0;
    this.mapsDropped = trace.mapsDropped ?? false;
    this.steps = (trace.steps ?? []).map(step);
    if (!this.promptText) this.promptText = this.steps[0]?.text ?? "";
    if (!this.map.rows.length || this.map.rows.length > this.steps.length) this.map = new StepMap();
  }

  /** Leaves a token that ends responses out of the last step's text, as where the response was drawn. */
  hideEnd(ends) {
    const [last, token] = [this.steps.at(-1), this.tokens.at(-1)];
    if (!last?.index || !token || !ends.includes(token.id)) return;
    const text = tokenText(token.text);
    if (last.text.endsWith(text)) last.text = last.text.slice(0, last.text.length - text.length);
  }

  takeMap(rows) {
    if (rows.kind !== "STEP_MAP_HEADS") return this.map.take(rows);
    const name = headName(rows.head);
    if (!this.headMaps.has(name)) this.headMaps.set(name, new StepMap());
    this.headMaps.get(name).take(rows);
  }

  // --- what follows

  /** The least influence worth branching at, and null where no step has any; see `attnrl trace`. */
  get branchThreshold() {
    const influence = this.steps.slice(1).map((each) => each.influence);
    const positive = influence.filter((value) => value > 0);
    if (positive.length === 0) return null;
    return quantile(branchQuantile, influence) || Math.min(...positive);
  }

  /** Steps worth branching at, the most influential first. */
  get branchSteps() {
    const threshold = this.branchThreshold;
    if (threshold === null) return [];
    return this.steps.slice(1).filter((each) => each.influence >= threshold).sort((a, b) => b.influence - a.influence);
  }

  get largestInfluence() {
    return this.steps.reduce((most, each) => Math.max(most, each.influence), 0);
  }

  /** Heads by the influence they give to any step, strongest first: `{layer, head, name, influence, steps}`. */
  get strongestHeads() {
    const heads = new Map();
    for (const each of this.steps) {
      for (const { layer, head, influence } of each.topHeads) {
        const name = headName({ layer, head });
        const known = heads.get(name) ?? { layer, head, name, influence: 0, steps: 0 };
        known.influence = Math.max(known.influence, influence);
        known.steps += 1;
        heads.set(name, known);
      }
    }
    return [...heads.values()].sort((a, b) => b.influence - a.influence);
  }

  // --- files

  toJSON() {
    const { isRunning, revision, headMaps, ablations, map, ...rest } = this;
    const maps = [...headMaps].map(([name, each]) => [name, each.rows]);
    return { ...rest, map: map.rows, headMaps: maps, ablations: [...ablations] };
  }

  /** Reads what `toJSON` wrote. */
  static from(json) {
    const response = new TracedResponse(json.request ?? {});
    for (const [name, value] of Object.entries(json)) {
      if (name in response && !["map", "headMaps", "ablations", "text", "ids"].includes(name)) assign(response, name, value);
    }
    response.map = new StepMap(json.map ?? []);
    response.headMaps = new Map((json.headMaps ?? []).map(([name, rows]) => [name, new StepMap(rows)]));
    response.ablations = new Map(json.ablations ?? []);
    return response;
  }
}

function assign(response, name, value) {
  const field = Object.getOwnPropertyDescriptor(response, name);
  if (field?.writable) response[name] = value;
}

/** A head's name, `L3.H1`. */
export function headName(head) {
  return `L${head?.layer ?? 0}.H${head?.head ?? 0}`;
}

function step(message) {
  return {
    index: message.index ?? 0, start: message.start ?? 0, end: message.end ?? 0, text: message.text ?? "",
    influence: number(message.influence), excess: number(message.excess),
    meanLogprob: maybe(message.meanLogprob), meanEntropy: maybe(message.meanEntropy),
    afterThinking: message.afterThinking ?? false,
    topHeads: (message.topHeads ?? []).map((top) => ({
      layer: top.head?.layer ?? 0, head: top.head?.head ?? 0, influence: number(top.influence),
    })),
  };
}
