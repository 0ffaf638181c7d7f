// Compare: two leaves, two versions, two policies.

import { button, choice, el, labelled, oncePerFrame, replace } from "../lib/dom.js";
import { generate, givenOf, trace } from "../model/asking.js";
import { TracedResponse } from "../model/response.js";
import { comparison } from "../parts/comparison.js";
import { Notice, watched } from "../parts/notice.js";
import { VersionChoice } from "../parts/version-choice.js";
import { session } from "../session.js";

const ways = [["same", "look at the same tokens"], ["new", "answer the same prompt, with the same seed"]];

export class CompareView {
  constructor() {
    this.notice = new Notice();
    this.policy = el("select", {});
    this.version = new VersionChoice(this.policy);
    this.way = choice(ways, "same");
    this.place = el("div", {});
    this.update = oncePerFrame(() => this.#update());
    this.root = el("div", { class: "view compare" }, el("h1", { class: "unseen" }, "Compare"),
      el("div", { class: "row" }, labelled("Let", this.policy), labelled("version", this.version.root), labelled("and", this.way), button("Compare", () => this.#run(), { class: "main" })),
      el("p", { class: "faint" }, "Compares the response that is explored with what a policy makes of it, at the version served now "
        + "or an earlier one that is still loaded. Two leaves of a tree are compared from the tree."), this.notice.root, this.place);
    session.compared.watch(this.update);
    session.policies.watch(() => this.#listPolicies());
    this.#listPolicies();
    this.update();
  }

  #listPolicies() {
    const chosen = this.policy.value;
    replace(this.policy, session.policies.value.map(({ name }) => el("option", { value: name }, name)));
    if (session.policies.value.some(({ name }) => name === chosen)) this.policy.value = chosen;
  }

  #update() {
    const [first, second] = session.compared.value;
    replace(this.place, first && second ? comparison(first, second) : el("p", {}, "Nothing is compared yet."));
  }

  async #run() {
    const response = session.response.value;
    if (!response || response.tokens.length === 0) return this.notice.failed("Explore a response first: it is what is compared.");
    const [policy, version] = [this.policy.value, this.version.value];
    const other = await watched(this.notice, `${policy} is at it`, (signal) => (this.way.value === "same"
      ? trace(givenOf(response, policy, version), signal)
      : this.#answer(response, policy, version, signal)));
    if (other) session.compared.value = [response, other];
    return undefined;
  }

  async #answer(response, policy, version, signal) {
    const { prompt, sampling, capture } = response.request;
    const other = new TracedResponse({ policy, version, prompt, sampling, capture });
    await generate(other, () => {}, signal);
    return other;
  }
}
