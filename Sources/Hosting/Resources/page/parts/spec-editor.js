// A job's specification: a text that is checked while it is written, and a form that knows every field.

import { button, el, labelled, oncePerFrame, replace } from "../lib/dom.js";
import { call, file } from "../lib/api.js";

/** How long typing rests before the text is checked. */
const rest = 400;

export class SpecEditor {
  #timer = 0;
  #checks = 0;

  /** @param {() => void} checked Called when the text was checked; `isValid` says what came of it. */
  constructor(specification, checked = () => {}) {
    this.checked = checked;
    this.isValid = false;
    this.text = el("textarea", {
      class: "spec mono", rows: 18, spellcheck: "false", value: JSON.stringify(specification, null, 2), on: { input: () => this.#changed() },
    });
    this.problems = el("ul", { class: "problems", "aria-live": "polite" });
    this.search = el("input", { type: "search", on: { input: () => this.#list() } });
    this.rows = el("tbody", {});
    this.fields = [];
    this.root = el("div", { class: "spec-editor" },
      el("div", {}, labelled("Specification, JSON or YAML", this.text), this.problems),
      el("div", {}, labelled("Find a field", this.search), el("div", { class: "field-table" }, el("table", {},
        el("thead", {}, el("tr", {}, ["Field", "Value", "Meaning"].map((name) => el("th", { scope: "col" }, name)))), this.rows))));
    this.#list = oncePerFrame(this.#listNow.bind(this));
    this.#load();
    this.#changed();
  }

  #list;

  get value() {
    return this.text.value;
  }

  async #load() {
    try {
      this.fields = await (await file("fields.json")).json();
    } catch {
      replace(this.rows, el("tr", {}, el("td", { colspan: 3 }, "The table of fields is not there: see docs/jobs.md.")));
      return;
    }
    this.#list();
  }

  #changed() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#check(), rest);
  }

  async #check() {
    const check = ++this.#checks;
    try {
      await call("TrainingService/CreateJob", { text: this.value, validateOnly: true });
      if (check === this.#checks) this.#report([]);
    } catch (error) {
      if (check === this.#checks) this.#report(error.problems.length ? error.problems : [{ field: "", description: error.message }]);
    }
  }

  #report(problems) {
    this.isValid = problems.length === 0;
    replace(this.problems, problems.map(({ field, description }) =>
      el("li", { class: "failed" }, field ? el("code", {}, field) : null, ` ${description}`)));
    if (this.isValid) replace(this.problems, el("li", { class: "fine" }, "✓ Nothing is wrong with it."));
    this.#list();
    this.checked();
  }

  get #parsed() {
    try {
      return JSON.parse(this.value);
    } catch {
      return null;
    }
  }

  #listNow() {
    if (this.fields.length === 0) return;
    const specification = this.#parsed;
    const words = this.search.value.toLowerCase();
    const fits = this.fields.filter((field) => (!specification?.kind || field.kinds.includes(specification.kind))
      && `${field.path} ${field.meaning}`.toLowerCase().includes(words));
    if (this.rows.contains(document.activeElement)) return;
    replace(this.rows, fits.map((field) => el("tr", {}, el("td", {}, el("code", {}, field.path)),
      el("td", {}, this.#input(field, specification)), el("td", {}, meaning(field)))));
  }

  #input(field, specification) {
    const value = at(specification ?? {}, field.path);
    const props = { disabled: specification === null, "aria-label": field.path, on: { change: (event) => this.#set(field, event.target.value) } };
    const choices = field.type.startsWith("one of ") ? field.type.slice(7).split(", ")
      : field.type === "true or false" ? ["true", "false"] : null;
    if (!choices) return el("input", { type: "text", value: value ?? "", placeholder: field.default, ...props });
    const options = [["", `default: ${field.default}`], ...choices.map((name) => [name, name])];
    const select = el("select", props, options.map(([key, text]) => el("option", { value: key }, text)));
    select.value = value === undefined ? "" : String(value);
    return select;
  }

  #set(field, text) {
    const specification = this.#parsed;
    if (!specification) return;
    put(specification, field.path, text === "" ? undefined : valueOf(field, text));
    this.text.value = JSON.stringify(specification, null, 2);
    this.#changed();
  }
}

function meaning(field) {
  return [field.meaning.replaceAll("`", "'"), el("small", {}, ` ${[field.range, field.default && `default ${field.default}`].filter(Boolean).join("; ")}`)];
}

function valueOf({ type }, text) {
  if (type === "true or false") return text === "true";
  if (type.startsWith("list of ")) return text.split(",").map((part) => part.trim());
  const isNumber = ["number", "whole number"].includes(type) && text.trim() !== "" && Number.isFinite(Number(text));
  // What does not fit in a double stays a text, which the server reads as well.
  return isNumber && !(type === "whole number" && !Number.isSafeInteger(Number(text))) ? Number(text) : text;
}

function at(object, path) {
  return path.split(".").reduce((value, name) => value?.[name], object);
}

function put(object, path, value) {
  const names = path.split(".");
  const last = names.pop();
  let place = object;
  for (const name of names) place = place[name] ??= {};
  if (value === undefined) delete place[last];
  else place[last] = value;
}

/** Lets a person write a specification, and creates its job. Gives the job, and null where none was wanted. */
export function createJob(specification, title = "A new job", hint = "") {
  const editor = new SpecEditor(specification, () => { create.disabled = !editor.isValid; });
  const failure = el("p", { class: "failed", role: "alert" });
  const create = button("Create", async () => {
    try {
      job = await call("TrainingService/CreateJob", { text: editor.value });
      dialog.close();
    } catch (error) {
      failure.textContent = error.message;
    }
  }, { class: "main", disabled: true });
  const dialog = el("dialog", { class: "wide", "aria-label": title }, el("h2", {}, title), hint ? el("p", {}, hint) : null, editor.root, failure,
    el("div", { class: "row end" }, button("Cancel", () => dialog.close()), create));
  let job = null;
  document.body.append(dialog);
  dialog.showModal();
  // Its beginning is what one reads first.
  editor.text.setSelectionRange(0, 0);
  editor.text.scrollTop = 0;
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(job);
    });
  });
}
