// What to ask: policy, text or chat, how tokens are drawn, where steps end.

import { choice, el, labelled, replace } from "../lib/dom.js";
import { count, whole } from "../lib/numbers.js";
import { isShipped, shippedProblem } from "../model/shipped.js";
import { session } from "../session.js";
import { VersionChoice } from "./version-choice.js";

const separators = [["", "auto"], ["STEP_SEPARATOR_BLANK_LINE", "blank lines"], ["STEP_SEPARATOR_LINE", "line breaks"],
  ["STEP_SEPARATOR_SENTENCE", "sentences"], ["STEP_SEPARATOR_TOKEN", "every token"]];

const numbers = [
  ["temperature", "Temperature", { min: 0, step: 0.05 }], ["topP", "top p", { min: 0.01, max: 1, step: 0.01 }],
  ["topK", "top k", { min: 0, step: 1 }], ["minP", "min p", { min: 0, max: 1, step: 0.01 }],
  ["maxTokens", "Tokens at most", { min: 1, step: 1 }], ["seed", "Seed", { min: 0, step: 1 }],
];

const question = "A farmer has 12 cows and buys 8 more. Then he sells 5. Each cow gives 4 litres of milk a day. "
  + "How many litres does he get in a week? Think step by step.";

export class PromptForm {
  #isOwn = false;
  /** The policy that fields were filled for. */
  #suggested = null;

  /** @param {() => void} run */
  constructor(run) {
    this.policy = el("select", { name: "policy", on: { change: () => this.#policyChosen() } });
    this.version = new VersionChoice(this.policy);
    this.about = el("p", { class: "faint" });
    this.mode = choice([["text", "Text"], ["chat", "Chat"]], "text", { on: { change: () => this.#modeChosen() } });
    this.text = el("textarea", { rows: 3, name: "prompt", spellcheck: "false", on: { input: () => { this.#isOwn = true; } } });
    this.system = el("textarea", { rows: 2, name: "system" });
    this.systemField = labelled("System message", this.system);
    this.thinking = choice([["", "as the template has it"], ["true", "on"], ["false", "off"]], "");
    this.thinkingField = labelled("Thinking", this.thinking);
    this.fields = Object.fromEntries(numbers.map(([name, , range]) =>
      [name, el("input", { type: "number", name, ...range })]));
    this.separator = choice(separators, "");
    this.gap = el("input", { type: "number", min: 1, value: 4 });
    this.go = el("button", { type: "submit", class: "main" }, "Run");
    this.root = this.#layout(run);
    session.policies.watch(() => this.#listPolicies());
    this.#listPolicies();
  }

  #layout(run) {
    const form = el("form", { class: "prompt-form", "aria-label": "What to ask" },
      el("div", { class: "row" }, labelled("Policy", this.policy), labelled("As", this.mode)), this.about,
      labelled("Prompt", this.text), this.systemField, this.#settings(),
      el("div", { class: "row" }, this.go, el("span", { class: "faint" }, "Ctrl+Enter")));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      run();
    });
    form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
    });
    return form;
  }

  #settings() {
    return el("details", {}, el("summary", {}, "Settings"),
      el("div", { class: "row" }, numbers.map(([name, title]) => labelled(title, this.fields[name]))),
      el("div", { class: "row" }, labelled("Version", this.version.root), labelled("Steps end at", this.separator),
        labelled("D: later steps skipped", this.gap), this.thinkingField),
      el("p", { class: "faint" }, "What is empty is what the policy suggests; the seed is drawn."));
  }

  #listPolicies() {
    const policies = session.policies.value;
    const chosen = this.policy.value;
    replace(this.policy, policies.map((policy) => el("option", { value: policy.name }, policy.name)));
    if (policies.some((policy) => policy.name === chosen)) this.policy.value = chosen;
    this.#policyChosen();
  }

  #policyChosen() {
    const policy = this.chosen;
    if (!policy) return;
    replace(this.about, `version ${policy.version}, ${policy.family}, ${whole(policy.parameters)} parameters, `
      + `${count(policy.layers, "layer")} × ${policy.heads} heads, context of ${whole(policy.context)} tokens`);
    if (this.#isOwn || this.#suggested === policy.name) return;
    this.#suggested = policy.name;
    const isKnown = isShipped(policy.name);
    this.mode.value = policy.hasChatTemplate && !isKnown ? "chat" : "text";
    this.text.value = isKnown ? shippedProblem : question;
    if (!isKnown && !this.fields.maxTokens.value) this.fields.maxTokens.value = 256;
    this.#modeChosen();
  }

  #modeChosen() {
    this.systemField.hidden = this.thinkingField.hidden = this.mode.value !== "chat";
  }

  get chosen() {
    return session.policies.value.find((policy) => policy.name === this.policy.value);
  }

  /** Whether opening the page may ask at once: the model that ships answers in an instant. */
  get isLight() {
    return isShipped(this.chosen?.name) && !this.#isOwn;
  }

  get request() {
    const capture = { gap: Number(this.gap.value) || 4 };
    if (this.separator.value) capture.separator = this.separator.value;
    return { policy: this.policy.value, version: this.version.value, prompt: this.#prompt, sampling: this.#sampling, capture };
  }

  get #prompt() {
    if (this.mode.value === "text") return { text: this.text.value };
    const messages = [{ role: "user", content: this.text.value }];
    if (this.system.value) messages.unshift({ role: "system", content: this.system.value });
    const chat = { messages };
    if (this.thinking.value) chat.enableThinking = this.thinking.value === "true";
    return { chat };
  }

  get #sampling() {
    const sampling = {};
    for (const [name] of numbers) {
      const text = this.fields[name].value.trim();
      // A seed has 64 bits: more than a number holds.
      if (text !== "") sampling[name] = name === "seed" ? text : Number(text);
    }
    return sampling;
  }

  /** Shows what was asked, as when a link or a file is opened. */
  show(request) {
    this.#isOwn = true;
    if ([...this.policy.options].some((option) => option.value === request.policy)) this.policy.value = request.policy;
    const { chat, text } = request.prompt ?? {};
    this.mode.value = chat ? "chat" : "text";
    const of = (role) => chat?.messages.findLast((message) => message.role === role)?.content ?? "";
    this.text.value = chat ? of("user") : (text ?? this.text.value);
    this.system.value = chat ? of("system") : "";
    for (const [name] of numbers) this.fields[name].value = request.sampling?.[name] ?? "";
    this.separator.value = request.capture?.separator ?? "";
    this.gap.value = request.capture?.gap ?? 4;
    this.#modeChosen();
  }

  /** Asks for the same with this seed next time, or with another one. */
  set seed(seed) {
    this.fields.seed.value = seed ?? "";
  }

  buttons(...more) {
    this.go.after(...more);
  }

  setBusy(isBusy) {
    this.go.disabled = isBusy;
  }

  focus() {
    this.text.focus();
  }
}
