// Which version of a policy: the one served now, or one of those that are loaded.

import { el, replace } from "../lib/dom.js";
import { clock } from "../lib/numbers.js";
import { session } from "../session.js";

export class VersionChoice {
  /** @param {HTMLSelectElement} policy Where the policy is chosen. */
  constructor(policy) {
    this.policy = policy;
    this.root = el("select", { name: "version" });
    policy.addEventListener("change", () => this.#list());
    session.policies.watch(() => this.#list());
    this.#list();
  }

  /** The version's number, undefined for the one served now. */
  get value() {
    return this.root.value || undefined;
  }

  #list() {
    const chosen = this.root.value;
    const policy = session.policies.value.find(({ name }) => name === this.policy.value);
    const versions = (policy?.versions ?? []).toReversed();
    replace(this.root, el("option", { value: "" }, `served now${policy ? ` (${policy.version})` : ""}`),
      versions.map(({ version, loadedAt }) => el("option", { value: version }, `${version}, of ${clock(loadedAt)}`)));
    this.root.value = versions.some(({ version }) => String(version) === chosen) ? chosen : "";
  }
}
