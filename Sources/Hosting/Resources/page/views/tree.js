// Branch: the tree of responses, while it grows. Leaves are opened, compared, marked, and given to a job.

import { button, choice, el, labelled, oncePerFrame, passage, replace } from "../lib/dom.js";
import { count, figureOrZero } from "../lib/numbers.js";
import { trace } from "../model/asking.js";
import { explore, nodeText, wholeText } from "../model/growing.js";
import { ResponseTree } from "../model/tree.js";
import { GrowForm } from "../parts/grow-form.js";
import { Notice, watched } from "../parts/notice.js";
import { askText } from "../parts/dialogs.js";
import { Teaching } from "../parts/teaching.js";
import { TreeGrid } from "../parts/tree-grid.js";
import { verdictMark } from "../parts/verdict.js";
import { go } from "../router.js";
import { session } from "../session.js";
import { branchJudged, growTree, judgeAll } from "./explore.js";

const standings = [["", "all"], ["right", "right ✓"], ["wrong", "wrong ✗"], ["none", "no answer ∅"], ["unjudged", "not judged ○"]];

export class TreeView {
  #first = null;

  /** @param {() => object} request Gives what to ask, as the form of Explore has it. */
  constructor(request) {
    this.request = request;
    this.notice = new Notice();
    this.grid = new TreeGrid(() => session.tree.value);
    this.form = new GrowForm((options) => this.grow(options));
    session.verifier = () => this.form.verifier;
    this.summary = el("div", { class: "summary" });
    this.side = el("section", { class: "panel", "aria-label": "What is chosen" });
    this.teaching = new Teaching(this.grid.update);
    this.update = oncePerFrame(() => this.#update());
    this.root = this.#layout();
    session.tree.watch(this.update);
    this.grid.chosen.watch(this.update);
    this.update();
  }

  #layout() {
    return el("div", { class: "view tree-view" }, el("h1", { class: "unseen" }, "Branch"),
      el("div", { class: "response" },
        el("div", { class: "response-main" }, this.form.root, this.summary, this.notice.root, this.#filters(),
          el("div", { class: "tree-scroller" }, this.grid.root)),
        el("aside", { class: "response-side", "aria-label": "About the leaf" }, this.side, this.teaching.root)));
  }

  #filters() {
    const set = (change) => { this.grid.filter.value = { ...this.grid.filter.value, ...change }; };
    return el("div", { class: "row tools" },
      labelled("Leaves", choice(standings, "", { on: { change: (event) => set({ standing: event.target.value }) } })),
      labelled("Find", el("input", { type: "search", class: "search", on: { input: (event) => set({ text: event.target.value }) } })),
      button("Fold all", () => this.grid.collapseAll(true)), button("Unfold all", () => this.grid.collapseAll(false)),
      button("Judge what is not judged", () => this.#judge()));
  }

  /** Grows a new tree from the prompt. */
  async grow(options) {
    const request = structuredClone(this.request());
    const tree = new ResponseTree({ policy: request.policy, request });
    session.tree.value = tree;
    await growTree(tree, (changed, signal) => explore(tree, options, changed, signal));
  }

  /** Has what was branched by hand or opened judged, as the form says. */
  async #judge() {
    const tree = session.tree.value;
    const { verifier } = this.form;
    if (!tree || tree.isRunning) return;
    if (!verifier) return this.notice.failed("Say above what responses are judged by.");
    await watched(this.notice, "Judging", (signal) => judgeAll(tree, verifier, this.update, signal));
  }

  #update() {
    const tree = session.tree.value;
    this.grid.refresh();
    this.#tell(tree);
    replace(this.summary, tree ? summaryOf(tree) : el("p", { class: "faint" }, "Grow a tree, or branch a step of a response."));
    const node = this.grid.chosenNode;
    replace(this.side, node ? this.#about(tree, node) : el("p", { class: "faint" }, "Choose a leaf to look at it, and to say whether it is right or wrong."));
    this.teaching.update(tree);
  }

  #tell(tree) {
    if (!tree) return;
    if (tree.isRunning) this.notice.busy(`Growing: ${count(tree.rollouts.filter(Boolean).length, "response")} so far`, tree.stop);
    else if (tree.error) this.notice.failed(`${tree.error} What was drawn until then is shown.`);
    else if (this.notice.root.classList.contains("busy")) this.notice.clear();
  }

  #about(tree, node) {
    const text = nodeText(tree, node, this.update) ?? "…";
    if (node.rollout === null) return [el("h3", {}, "The prompt"), passage(tree.promptText)];
    const rollout = tree.rollouts[node.rollout];
    return [
      el("h3", {}, node.isLeaf ? `Response #${rollout.index} ` : `Tokens ${node.start}–${node.end}`, node.isLeaf ? verdictMark(tree, rollout) : null),
      el("p", { class: "faint" }, `${count(node.leaves, "response")} below, value ${figureOrZero(node.value)}`,
        rollout.reward === undefined ? "" : `, reward ${rollout.reward}`),
      el("div", { class: "row" }, node.isLeaf ? this.#leafButtons(tree, rollout) : null, this.#growButtons(tree, node, rollout)),
      tree.edits.has(rollout.index) ? [el("h4", {}, "Edited answer"), passage(tree.edits.get(rollout.index))] : null,
      passage(text),
    ];
  }

  #leafButtons(tree, rollout) {
    const pressed = (mark) => String(tree.marks.get(rollout.index) === mark);
    return [
      button("✓ Right", () => this.mark(true), { "aria-pressed": pressed(true), class: "right" }),
      button("✗ Wrong", () => this.mark(false), { "aria-pressed": pressed(false), class: "wrong" }),
      button("Edit the answer", () => this.#edit(tree, rollout)),
      button("Look closer", () => this.#open(tree, rollout)),
      button(this.#first === null ? "Compare…" : `Compare with #${this.#first}`, () => this.#compare(tree, rollout)),
    ];
  }

  #growButtons(tree, node, rollout) {
    if (tree.isRunning) return null;
    const isCut = node.isLeaf && !rollout.complete;
    const grow = (offset, n) => growTree(tree, (changed, signal) => branchJudged(tree, { rollout, offset }, n, changed, signal));
    return [
      button("Branch at its start", () => grow(node.start, 2)),
      isCut ? button("Continue from here", () => grow(node.end, 1)) : null,
    ];
  }

  /** Marks the chosen leaf right or wrong; the same again takes the mark away. */
  mark(isRight) {
    const node = this.grid.chosenNode;
    const tree = session.tree.value;
    if (!node?.isLeaf) return;
    if (tree.marks.get(node.rollout) === isRight) tree.marks.delete(node.rollout);
    else tree.marks.set(node.rollout, isRight);
    session.tree.tell();
  }

  async #edit(tree, rollout) {
    const whole = await wholeText(tree, rollout);
    const text = await askText(`The answer that #${rollout.index} should have been`, tree.edits.get(rollout.index) ?? whole, { confirm: "Keep it" });
    if (text === null) return;
    if (text === whole) tree.edits.delete(rollout.index);
    else tree.edits.set(rollout.index, text);
    session.tree.tell();
  }

  async #trace(tree, rollout) {
    const response = await watched(this.notice, `Looking at #${rollout.index}: ${count(tree.lengthOf(rollout), "token")} are computed`,
      (signal) => trace({
        request: { ...tree.request, policy: tree.policy }, promptIds: tree.promptIds, promptText: tree.promptText, ids: tree.idsOf(rollout),
      }, signal));
    if (response) response.leaf = rollout.index;
    return response;
  }

  async #open(tree, rollout) {
    const response = await this.#trace(tree, rollout);
    if (!response) return;
    session.response.value = response;
    go("explore");
  }

  async #compare(tree, rollout) {
    if (this.#first === null || !tree.rollouts[this.#first]) {
      this.#first = rollout.index;
      return this.update();
    }
    const pair = [];
    for (const index of [this.#first, rollout.index]) pair.push(await this.#trace(tree, tree.rollouts[index]));
    this.#first = null;
    if (pair.includes(undefined)) return this.update();
    session.compared.value = pair;
    return go("compare");
  }
}

function summaryOf(tree) {
  const leaves = tree.rollouts.filter(Boolean);
  const judged = leaves.map((rollout) => tree.worthOf(rollout)).filter((worth) => worth !== null);
  const mean = judged.length ? judged.reduce((sum, worth) => sum + worth, 0) / judged.length : null;
  const drawn = leaves.reduce((sum, rollout) => sum + rollout.ids.length - (rollout.forced ?? 0), 0);
  return [
    el("h2", {}, tree.policy || "Tree", tree.version ? el("span", { class: "faint" }, ` version ${tree.version}`) : null),
    el("p", { class: "faint" }, `${count(leaves.length, "response")}, ${count(drawn, "token")} drawn`,
      mean === null ? "" : `; mean reward ${mean.toFixed(3)} of ${judged.length} judged`,
      tree.finished?.undrawn ? `; ${count(tree.finished.undrawn, "branch")} not drawn` : ""),
    tree.notJudged ? el("p", { class: "failed" }, `Not judged: ${tree.notJudged}`) : null,
    tree.notes.map((note) => el("p", { class: "faint" }, note)),
  ];
}
