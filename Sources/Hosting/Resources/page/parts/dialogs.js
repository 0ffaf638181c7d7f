// Questions to the person.

import { button, el, labelled } from "../lib/dom.js";

/** Shows a dialog; its promise has the form's answer, and null where it was closed otherwise. */
function asked(title, content, answer, confirm) {
  const form = el("form", { method: "dialog" }, el("h2", {}, title), content,
    el("div", { class: "row end" }, button("Cancel", () => dialog.close("")),
      el("button", { type: "submit", class: "main", value: "yes" }, confirm)));
  const dialog = el("dialog", { "aria-label": title }, form);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue === "yes" ? answer() : null);
      dialog.remove();
    });
  });
}

/** Asks for a text. */
export function askText(title, text, { label = "Text", confirm = "Go on", rows = 8 } = {}) {
  const field = el("textarea", { rows, value: text });
  return asked(title, labelled(label, field), () => field.value, confirm);
}

/** Asks whether to do something that cannot be undone. */
export async function confirmed(title, text, confirm) {
  return (await asked(title, el("p", {}, text), () => true, confirm)) === true;
}

/** Shows something to read. */
export function shown(title, ...content) {
  const dialog = el("dialog", { "aria-label": title }, el("h2", {}, title), content,
    el("div", { class: "row end" }, button("Close", () => dialog.close(), { class: "main" })));
  document.body.append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.showModal();
  return dialog;
}
