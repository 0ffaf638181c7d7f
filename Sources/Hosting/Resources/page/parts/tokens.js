// The tokens of a step: log-probability, entropy, and what else might have come, from where one can go on.

import { button, el, replace } from "../lib/dom.js";
import { figure } from "../lib/numbers.js";
import { tokenText, visible } from "../lib/text.js";

/** Tokens shown of one step. */
const tokenLimit = 400;

/**
 * @param {{token: object, index: number}[]} tokens
 * @param {(index: number, alternative: {id: number, text: string}) => void} [branch] Goes on with another token.
 */
export function tokenChips(tokens, branch) {
  const readout = el("div", { class: "token-readout", "aria-live": "polite" });
  const show = (entry) => replace(readout, describe(entry, branch));
  const chips = tokens.slice(0, tokenLimit).map((entry, place) => chip(entry, place, show));
  const row = el("div", { class: "chips", role: "toolbar", "aria-label": "Tokens of the step" }, chips);
  row.addEventListener("keydown", (event) => rove(event, chips));
  if (tokens.length > 0) show(tokens[0]);
  const more = tokens.length > tokenLimit ? el("p", {}, `The first ${tokenLimit} of ${tokens.length} tokens.`) : null;
  return el("div", { class: "tokens" }, row, more, readout);
}

function chip(entry, place, show) {
  const surprise = Math.min(1, -(entry.token.logprob ?? 0) / 5);
  return button(visible(tokenText(entry.token.text)) || "∅", () => show(entry), {
    class: "tok", tabindex: place === 0 ? "0" : "-1", vars: { "--share": surprise.toFixed(3) },
    on: { pointerenter: () => show(entry), focus: () => show(entry) },
  });
}

/** Left and right go from chip to chip: the row is one stop of the Tab key. */
function rove(event, chips) {
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const now = chips.indexOf(document.activeElement);
  const next = chips[now + (by ?? 0)];
  if (!by || now < 0 || !next) return;
  chips[now].tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
  event.preventDefault();
}

function describe({ token, index }, branch) {
  return [
    el("p", {}, el("code", {}, visible(tokenText(token.text))), ` token ${index}, id ${token.id}: ln p `,
      el("b", {}, figure(token.logprob)), ", entropy ", el("b", {}, figure(token.entropy))),
    el("ul", { class: "alternatives" }, alternatives(token).map((other) => el("li", {}, alternative(other, token, index, branch)))),
  ];
}

function alternatives(token) {
  return (token.top?.ids ?? []).map((id, place) => ({
    id, text: token.top.texts?.[place], logprob: Number(token.top.logprobs?.[place]),
  }));
}

function alternative(other, token, index, branch) {
  const share = Math.exp(other.logprob);
  const parts = [el("span", { class: "bar", "aria-hidden": "true", vars: { "--share": share.toFixed(4) } }),
    el("code", {}, visible(tokenText(other.text)) || "∅"), ` ${(100 * share).toFixed(1)}%`];
  if (!branch || other.id === token.id) return el("span", { class: "alternative" }, parts);
  return button(parts, () => branch(index, other), { class: "alternative", title: "Go on with this token instead" });
}
