// The key that a server with keys asks for. It stays in this tab, and goes into a header, never into an address.

import { button, el, labelled } from "./dom.js";

const place = "attnrl-key";
let asking = null;

export function currentKey() {
  return sessionStorage.getItem(place);
}

export function forgetKey() {
  sessionStorage.removeItem(place);
}

/**
 * Asks for a key, once for all calls that wait for one.
 *
 * @returns {Promise<boolean>} Whether there is one now.
 */
export function askForKey(reason) {
  asking ??= ask(reason).finally(() => {
    asking = null;
  });
  return asking;
}

function ask(reason) {
  const field = el("input", { type: "password", autocomplete: "off", spellcheck: "false", required: true, name: "key" });
  const form = el("form", { method: "dialog" },
    el("h2", { id: "key-title" }, "This server asks for a key"),
    el("p", {}, reason),
    labelled("Key", field, "Kept in this tab until it is closed."),
    el("div", { class: "row end" },
      button("Cancel", () => dialog.close("")), el("button", { type: "submit", class: "main", value: "use" }, "Use it")));
  const dialog = el("dialog", { "aria-labelledby": "key-title" }, form);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      const given = dialog.returnValue === "use" && field.value.trim();
      if (given) sessionStorage.setItem(place, given);
      dialog.remove();
      resolve(Boolean(given));
    });
  });
}
