// What goes on, in words: progress with a way to stop it, and failures with a way out.

import { button, el, replace } from "../lib/dom.js";

export class Notice {
  root = el("div", { class: "notice", role: "status", "aria-live": "polite", hidden: true });

  /** @param {() => void} [stop] Ends what goes on. */
  busy(text, stop) {
    this.#show("busy", el("span", { class: "spinner", "aria-hidden": "true" }), el("span", {}, text),
      stop ? button("Stop", stop) : null);
  }

  /** @param {[string, () => void][]} ways Buttons that lead on. */
  failed(text, ways = []) {
    this.#show("failed", el("strong", {}, "⚠ "), el("span", {}, text), ways.map(([name, act]) => button(name, act)));
  }

  done(text) {
    this.#show("done", el("span", {}, text));
  }

  clear() {
    this.root.hidden = true;
    this.root.className = "notice";
    this.root.replaceChildren();
  }

  #show(kind, ...children) {
    this.root.hidden = false;
    this.root.className = `notice ${kind}`;
    replace(this.root, ...children);
  }
}

/** Runs something that may take long: shows it, lets it be stopped, and shows why it failed. */
export async function watched(notice, text, work) {
  const stop = new AbortController();
  notice.busy(text, () => stop.abort());
  try {
    const result = await work(stop.signal);
    notice.clear();
    return result;
  } catch (error) {
    if (stop.signal.aborted) notice.done("Stopped.");
    else notice.failed(error.message);
    return undefined;
  }
}
