// A tree of responses: what was drawn, and the nodes that follow from it. See docs/trees.md.

import { maybe, number } from "../lib/numbers.js";

export class ResponseTree {
  constructor({ policy = "", version = 0, promptIds = [], promptText = "", request = {} } = {}) {
    Object.assign(this, { policy, version: number(version), promptIds, promptText, request });
    /** By index; see `TreeRollout`. Those drawn by the page have `texts`, a base64 text for each token. */
    this.rollouts = [];
    this.notes = [];
    this.finished = null;
    this.error = null;
    this.isRunning = false;
    /** What a person said of a rollout, by index: true is right. */
    this.marks = new Map();
    /** Answers that a person wrote instead, by index. */
    this.edits = new Map();
    this.step = null;
    /** Why a verifier did not judge. */
    this.notJudged = null;
    /** Texts of nodes, by `rollout:start:end`, as the server gave them. */
    this.texts = new Map();
  }

  /**
   * Takes an event of AnalysisService.Explore.
   *
   * @param {{base: number, at?: {rollout: number, offset: number}}} graft Where the rollouts go: behind `base` others,
   *   continuing one of them at `at`.
   */
  take(event, graft = { base: 0 }) {
    const isWhole = graft.base === 0;
    if (event.started && isWhole) this.#begin(event.started);
    else if (event.rollout) this.add(grafted(event.rollout, graft));
    else if (event.note) this.notes.push(event.note.text);
    else if (event.nodes && isWhole) event.nodes.nodes.forEach((node) => this.#takeText(node));
    else if (event.finished) this.finished = event.finished;
  }

  #begin(started) {
    this.policy = started.policy;
    this.version = number(started.version);
    this.promptIds = started.promptIds ?? [];
    this.promptText = started.promptText ?? "";
    this.request.sampling = started.sampling;
  }

  #takeText(node) {
    if (node.rollout === undefined && !node.end) return;
    this.texts.set(nodeKey(node.rollout ?? 0, node.start ?? 0, node.end ?? 0), node.text ?? "");
  }

  add(rollout) {
    this.rollouts[rollout.index] = rollout;
    return rollout;
  }

  get nextIndex() {
    return this.rollouts.length;
  }

  /** Where a rollout's own tokens begin in its whole response. */
  startOf(rollout) {
    return rollout.fork?.offset ?? 0;
  }

  lengthOf(rollout) {
    return this.startOf(rollout) + rollout.ids.length;
  }

  /** Tokens of a rollout's whole response, up to `end`. */
  idsOf(rollout, end = this.lengthOf(rollout)) {
    const start = this.startOf(rollout);
    const kept = rollout.fork ? this.idsOf(this.rollouts[rollout.fork.rollout], Math.min(start, end)) : [];
    return end > start ? [...kept, ...rollout.ids.slice(0, end - start)] : kept;
  }

  /** What a response is worth: what a person said, or the reward. Null where nobody judged it. */
  worthOf(rollout) {
    const mark = this.marks.get(rollout.index);
    return mark === undefined ? maybe(rollout.reward) : Number(mark);
  }

  /**
   * The nodes: each rollout is cut where others leave it, and ends in a node of its own.
   *
   * @returns {{id, parent, rollout, start, end, isLeaf, leaves, value, children, influence}[]} Node 0 is the prompt.
   */
  nodes() {
    const root = { id: 0, parent: null, rollout: null, start: 0, end: 0, children: [], isLeaf: false };
    const all = [root];
    const segments = new Map();
    for (const rollout of this.rollouts.filter(Boolean)) this.#addSegments(rollout, all, segments);
    for (let index = all.length - 1; index >= 0; index--) this.#value(all[index], all);
    return all;
  }

  #addSegments(rollout, all, segments) {
    const ends = this.#cuts(rollout);
    let start = this.startOf(rollout);
    let parent = rollout.fork ? (segments.get(`${rollout.fork.rollout}:${rollout.fork.offset}`) ?? 0) : 0;
    for (const [place, end] of ends.entries()) {
      const node = {
        id: all.length, parent, rollout: rollout.index, start, end, children: [], isLeaf: place === ends.length - 1,
        influence: this.#influenceAt(rollout, start, all[parent]),
      };
      all.push(node);
      all[parent].children.push(node.id);
      segments.set(`${rollout.index}:${end}`, node.id);
      [parent, start] = [node.id, end];
    }
  }

  /** Where a rollout's nodes end: at the places where others leave it, and at its own end. */
  #cuts(rollout) {
    const [start, end] = [this.startOf(rollout), this.lengthOf(rollout)];
    const places = new Set();
    for (const other of this.rollouts.filter(Boolean)) {
      if (other.fork?.rollout === rollout.index && other.fork.offset > start) places.add(other.fork.offset);
    }
    return [...[...places].sort((a, b) => a - b), end];
  }

  #influenceAt(rollout, start, parent) {
    if (parent.children.length === 0 && parent.id === 0) return 0;
    return number(rollout.steps?.find((step) => number(step.start) === start)?.influence);
  }

  #value(node, all) {
    const own = node.isLeaf ? [this.worthOf(this.rollouts[node.rollout])] : [];
    const below = node.children.map((child) => all[child]);
    node.leaves = own.length + below.reduce((sum, child) => sum + child.leaves, 0);
    const sums = [...own, ...below.map((child) => child.sum)];
    node.sum = sums.includes(null) ? null : sums.reduce((sum, value) => sum + value, 0);
    node.value = node.sum === null || node.leaves === 0 ? null : node.sum / node.leaves;
  }

  /** A fork that names the rollout whose own tokens end at `offset`. */
  forkAt(rollout, offset) {
    let owner = rollout;
    while (owner.fork && offset <= owner.fork.offset) owner = this.rollouts[owner.fork.rollout];
    return offset === 0 ? undefined : { rollout: owner.index, offset };
  }

  toJSON() {
    const { isRunning, marks, edits, texts, ...rest } = this;
    return { ...rest, marks: [...marks], edits: [...edits], texts: [...texts] };
  }

  static from(json) {
    const tree = new ResponseTree(json);
    tree.rollouts = json.rollouts ?? [];
    tree.notes = json.notes ?? [];
    tree.finished = json.finished ?? null;
    for (const name of ["marks", "edits", "texts"]) tree[name] = new Map(json[name] ?? []);
    return tree;
  }

  /** A tree as the API and files have it (`attnrl.v1.Tree`). */
  static fromMessage(message) {
    const tree = new ResponseTree(message);
    tree.step = message.step === undefined ? null : number(message.step);
    for (const rollout of message.rollouts ?? []) tree.add(grafted(rollout, { base: 0 }));
    for (const node of message.nodes ?? []) tree.#takeText(node);
    return tree;
  }
}

export function nodeKey(rollout, start, end) {
  return `${rollout}:${start}:${end}`;
}

/** A rollout as the API has it, with what is left out filled in. */
function grafted(message, { base, at }) {
  const keep = at?.offset ?? 0;
  const fork = message.fork
    ? { rollout: (message.fork.rollout ?? 0) + base, offset: (message.fork.offset ?? 0) + keep }
    : at;
  const steps = (message.steps ?? []).map((step) => ({ ...step, start: (step.start ?? 0) + keep }));
  return { ...message, index: (message.index ?? 0) + base, ids: message.ids ?? [], fork, steps };
}
