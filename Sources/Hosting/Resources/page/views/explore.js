// Explore a response: ask, watch it being written, look closer, go on from a step.

import { button, el, labelled, oncePerFrame, replace } from "../lib/dom.js";
import { generate, givenOf, trace } from "../model/asking.js";
import { branch, judge, tokensOf, treeOf } from "../model/growing.js";
import { TracedResponse } from "../model/response.js";
import { Notice, watched } from "../parts/notice.js";
import { PromptForm } from "../parts/prompt-form.js";
import { ResponseView } from "../parts/response-view.js";
import { copyLink } from "../share.js";
import { session } from "../session.js";
import { go } from "../router.js";
import { askText } from "../parts/dialogs.js";

export class ExploreView {
  #stop = null;
  #view = null;

  constructor() {
    this.notice = new Notice();
    this.form = new PromptForm(() => this.run());
    this.count = el("input", { type: "number", min: 1, max: 64, value: 2 });
    this.form.root.querySelector("details").append(labelled("Branches of a step", this.count));
    this.place = el("div", { class: "response-place" });
    this.root = el("div", { class: "view explore" }, el("h1", { class: "unseen" }, "Explore a response"),
      this.form.root, this.notice.root, this.place);
    session.response.watch((response) => this.#show(response));
    this.#show(session.response.value);
  }

  get selection() {
    return this.#view?.selection;
  }

  get list() {
    return this.#view?.list;
  }

  /** Asks for what the form says. */
  async run() {
    const response = new TracedResponse(this.form.request);
    session.request = structuredClone(response.request);
    await this.#follow(response, (changed, signal) => generate(response, changed, signal));
  }

  /** Runs at once where that costs nothing, so that there is something to see. */
  runIfLight() {
    if (this.form.isLight && !session.response.value) this.run();
  }

  stop() {
    this.#stop?.abort();
  }

  async #follow(response, work) {
    this.stop();
    const stop = (this.#stop = new AbortController());
    session.response.value = response;
    this.notice.busy("Being written", () => stop.abort());
    this.form.setBusy(true);
    const view = this.#view;
    try {
      await work(() => view.update(), stop.signal);
      this.notice.clear();
    } catch (error) {
      if (this.#stop === stop) this.#failed(response, error);
    } finally {
      if (this.#stop === stop) this.form.setBusy(false);
    }
  }

  #failed(response, error) {
    const ways = [["Run again", () => this.run()]];
    if (response.tokens.length > 0 && error.isPassing) ways.push(["Go on from what came", () => this.#goOn(response)]);
    this.notice.failed(error.message, ways);
  }

  /** Goes on behind the tokens that came before the connection broke. */
  async #goOn(response) {
    session.tree.value = treeOf(response);
    await this.#branchFrom(response, response.tokens.length, undefined, 1);
  }

  #show(response) {
    if (!response) return replace(this.place, el("p", { class: "faint" }, "A response appears here, step by step."));
    if (response.promptIds.length === 0 && response.steps.length > 0) {
      // Saved by a client that does not know the prompt's tokens.
      this.#view = new ResponseView(response);
      return replace(this.place, el("p", { class: "faint" }, "This was saved without the prompt's tokens: it can be looked at, and not branched."),
        this.#view.root);
    }
    this.#view = new ResponseView(response, {
      branch: (step) => this.#branchFrom(response, step.start - response.promptLength),
      edit: (step) => this.#edit(response, step),
      token: (index, other) => this.#branchFrom(response, index, { ids: [other.id], texts: [other.text] }),
      link: () => copyLink(this.notice),
    });
    return replace(this.place, this.#actions(response), this.#view.root);
  }

  #actions(response) {
    return el("div", { class: "row response-actions" },
      button("Grow a tree of responses", () => go("tree")),
      button("Look again with the version served now", () => this.#again(response)),
      response.leaf === undefined ? null : button("Back to the tree", () => go("tree")));
  }

  /** Traces the same tokens with what is served now, and compares. */
  async #again(response) {
    const other = await watched(this.notice, "Looking at the same tokens with the version that is served now",
      (signal) => trace(givenOf(response, response.policy), signal));
    if (!other) return;
    session.compared.value = [response, other];
    go("compare");
  }

  async #edit(response, step) {
    const text = await askText(`Edit step ${step.index}, and go on from there`, step.text);
    if (text === null || text === step.text) return;
    try {
      await this.#branchFrom(response, step.start - response.promptLength, await tokensOf(response.policy, text), 1);
    } catch (error) {
      this.notice.failed(error.message);
    }
  }

  /** Draws responses that leave this one at a token, and shows the tree they grow. */
  async #branchFrom(response, offset, forced, n = Math.max(1, Number(this.count.value) || 2)) {
    const tree = response.leaf === undefined || !session.tree.value ? treeOf(response) : session.tree.value;
    response.leaf ??= 0;
    session.tree.value = tree;
    go("tree");
    await growTree(tree, (changed, signal) => branchJudged(tree, { rollout: tree.rollouts[response.leaf], offset, forced }, n, changed, signal));
  }
}

/** Draws responses that leave another, and has them judged as the form of the tree says. */
export async function branchJudged(tree, from, n, changed, signal) {
  await branch(tree, from, n, changed, signal);
  const verifier = session.verifier();
  if (verifier) await judgeAll(tree, verifier, changed, signal);
}

/** Judges what is not judged; why that fails is told with the tree, which is whole without. */
export async function judgeAll(tree, verifier, changed, signal) {
  tree.notJudged = null;
  try {
    await judge(tree, verifier, changed, signal);
  } catch (error) {
    if (signal?.aborted) throw error;
    tree.notJudged = error.message;
  }
  changed();
}

/** Follows the growth of the tree at hand; what fails is told there. */
export async function growTree(tree, grow) {
  const stop = new AbortController();
  tree.stop = () => stop.abort();
  const changed = oncePerFrame(() => session.tree.value === tree && session.tree.tell());
  try {
    await grow(changed, stop.signal);
  } catch (error) {
    tree.error = stop.signal.aborted ? "Stopped." : error.message;
  }
  changed();
}
