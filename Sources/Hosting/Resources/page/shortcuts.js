// Keys: everything that can be done has one, or is a button that the Tab key reaches.

import { el } from "./lib/dom.js";
import { shown } from "./parts/dialogs.js";

/**
 * @param {[string, string, (event: KeyboardEvent) => void][]} keys Key, what it does, and does it.
 */
export function listenForKeys(keys) {
  const byKey = new Map(keys.map(([key, , act]) => [key, act]));
  byKey.set("?", () => showKeys(keys));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.target.closest?.("input, textarea, select") && event.key !== "Escape") return;
    const act = byKey.get(event.key);
    if (!act) return;
    event.preventDefault();
    act(event);
  });
}

export function showKeys(keys) {
  const more = [["↑ ↓ Enter", "in rows: move, lock or choose"], ["← →", "in the tree: fold and unfold; in the map and among tokens: move"],
    ["Ctrl+Enter", "in the prompt: run"], ["?", "this list"]];
  shown("Keys", el("dl", { class: "keys" }, [...keys, ...more].map(([key, text]) =>
    el("div", {}, el("dt", {}, el("kbd", {}, key === "Escape" ? "Esc" : key)), el("dd", {}, text)))));
}
