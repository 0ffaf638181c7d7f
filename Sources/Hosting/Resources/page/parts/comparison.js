// Two responses side by side: their steps lined up, influence beside influence, and the difference.

import { el } from "../lib/dom.js";
import { count, figure } from "../lib/numbers.js";
import { aligned } from "../model/aligning.js";

export function comparison(first, second) {
  const pairs = aligned(first.steps, second.steps);
  const most = Math.max(first.largestInfluence, second.largestInfluence) || 1;
  const titles = [heading(first), "Influence", "Difference", "Influence", heading(second)];
  return el("div", {}, el("p", { class: "faint" }, sameness(first, second, pairs)), el("table", { class: "comparison" },
    el("thead", {}, el("tr", {}, titles.map((title) => el("th", { scope: "col" }, title)))),
    el("tbody", {}, pairs.map(([i, j]) => row(first.steps[i], second.steps[j], most)))));
}

function heading(response) {
  return `${response.policy} version ${response.version}${response.leaf === undefined ? "" : `, #${response.leaf}`}`;
}

function sameness(first, second, pairs) {
  const same = pairs.filter(([i, j]) => i !== null && j !== null && first.steps[i].text === second.steps[j].text).length;
  return `${count(same, "step")} the same, of ${first.steps.length} and ${second.steps.length}; the prompt is step 0. `
    + "The difference is right minus left, of steps that stand side by side with the same text.";
}

function row(left, right, most) {
  const isSame = left && right && left.text.trim() === right.text.trim();
  return el("tr", { class: isSame ? "same" : "differs" },
    text(left), influence(left, most), difference(isSame ? right.influence - left.influence : null, most), influence(right, most), text(right));
}

function text(step) {
  return el("td", { class: "text" }, step ? [el("span", { class: "faint" }, `${step.index} `), el("span", {}, step.text.trim())] : "");
}

function influence(step, most) {
  if (!step || step.index === 0) return el("td", {});
  return el("td", { class: "number" }, el("span", { class: "bar", "aria-hidden": "true", vars: { "--share": (step.influence / most).toFixed(4) } }),
    ` ${figure(step.influence)}`);
}

function difference(value, most) {
  if (value === null) return el("td", {});
  const sign = value > 0 ? "+" : "";
  const kind = value > 0 ? "more" : value < 0 ? "less" : "none";
  return el("td", { class: `number difference ${kind}` },
    el("span", { class: "bar", "aria-hidden": "true", vars: { "--share": Math.min(1, Math.abs(value) / most).toFixed(4) } }),
    ` ${value === 0 ? "·" : sign + figure(value)}`);
}
