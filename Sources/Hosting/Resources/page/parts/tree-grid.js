// A tree as rows: value, leaves, tokens, influence, text. Rows are kept while the tree grows, so that cursor, choice and
// what is collapsed stay.

import { el, oncePerFrame } from "../lib/dom.js";
import { figure } from "../lib/numbers.js";
import { excerpt } from "../lib/text.js";
import { Signal } from "../lib/signal.js";
import { nodeText } from "../model/growing.js";
import { nodeKey } from "../model/tree.js";
import { standing, verdictMark } from "./verdict.js";

const titles = [["value", "Value"], ["leaves", "Leaves"], ["tokens", "Tokens"], ["influence", "Influence"], ["text", "Text"]];

export class TreeGrid {
  #rows = new Map();
  #collapsed = new Set();
  #nodes = [];
  #cursor = null;

  /** The node that is chosen, by key. */
  chosen = new Signal(null);
  /** `{standing, text}` that leaves must have to be listed. */
  filter = new Signal({ standing: "", text: "" });

  /** @param {() => ResponseTree|null} tree */
  constructor(tree) {
    this.tree = tree;
    this.body = el("div", { role: "rowgroup" });
    const head = titles.map(([name, title]) => el("div", { role: "columnheader", class: `cell ${name}` }, title));
    this.root = el("div", { role: "treegrid", class: "tree", "aria-label": "Tree of responses" },
      el("div", { role: "rowgroup" }, el("div", { role: "row", class: "node head" }, head)), this.body);
    this.update = oncePerFrame(() => this.refresh());
    this.body.addEventListener("click", (event) => this.#clicked(event));
    this.body.addEventListener("keydown", (event) => this.#key(event));
    this.filter.watch(this.update);
    this.chosen.watch(() => this.#point());
  }

  get chosenNode() {
    return this.#nodes.find((node) => keyOf(node) === this.chosen.value) ?? null;
  }

  collapseAll(isCollapsed) {
    this.#collapsed = new Set(isCollapsed ? this.#nodes.filter((node) => node.id > 0 && node.children.length).map(keyOf) : []);
    this.update();
  }

  /** Shows the tree as it is now. */
  refresh() {
    const tree = this.tree();
    this.#nodes = tree ? tree.nodes() : [];
    this.root.setAttribute("aria-busy", String(tree?.isRunning ?? false));
    const listed = this.#listed(tree);
    const wanted = new Set(listed.map(({ node }) => keyOf(node)));
    for (const [key, row] of this.#rows) {
      if (!wanted.has(key)) {
        row.remove();
        this.#rows.delete(key);
      }
    }
    listed.forEach((entry, place) => this.#place(tree, entry, place));
    this.#cursor = wanted.has(this.#cursor) ? this.#cursor : (keyOf(listed[0]?.node ?? { rollout: null }));
    this.#point();
  }

  /** Nodes to list, parents before children, with their depth. */
  #listed(tree) {
    if (!tree || this.#nodes.length === 0) return [];
    const fits = this.#fitting(tree);
    const listed = [];
    const waiting = [{ node: this.#nodes[0], level: 1 }];
    while (waiting.length > 0) {
      const entry = waiting.pop();
      if (!fits[entry.node.id]) continue;
      listed.push(entry);
      if (this.#collapsed.has(keyOf(entry.node))) continue;
      for (const child of entry.node.children.toReversed()) waiting.push({ node: this.#nodes[child], level: entry.level + 1 });
    }
    return listed;
  }

  /** Whether a node or one below it is a leaf that the filter lets through, by node. */
  #fitting(tree) {
    const { standing: wanted, text } = this.filter.value;
    const fits = new Array(this.#nodes.length).fill(wanted === "" && text === "");
    fits[0] = true;
    for (const node of this.#nodes.toReversed()) {
      if (node.isLeaf && this.#leafFits(tree, tree.rollouts[node.rollout], wanted, text)) fits[node.id] = true;
      if (fits[node.id] && node.parent !== null) fits[node.parent] = true;
    }
    return fits;
  }

  #leafFits(tree, rollout, wanted, text) {
    return (wanted === "" || standing(tree, rollout) === wanted)
      && (text === "" || (rollout.text ?? "").toLowerCase().includes(text.toLowerCase()));
  }

  #place(tree, { node, level }, place) {
    const key = keyOf(node);
    if (!this.#rows.has(key)) this.#rows.set(key, makeRow(key));
    const row = this.#rows.get(key);
    row.dataset.parent = node.parent === null ? "" : keyOf(this.#nodes[node.parent]);
    fill(row, tree, node, level, this.#collapsed.has(key), this.update);
    if (this.body.children[place] !== row) this.body.insertBefore(row, this.body.children[place] ?? null);
  }

  #clicked(event) {
    const row = event.target.closest("[data-key]");
    if (!row) return;
    if (event.target.closest(".twist")) this.#turn(row.dataset.key);
    this.#moveTo(row);
    this.chosen.value = row.dataset.key;
  }

  #turn(key, isCollapsed = !this.#collapsed.has(key)) {
    if (isCollapsed) this.#collapsed.add(key);
    else this.#collapsed.delete(key);
    this.update();
  }

  #key(event) {
    const row = event.target.closest("[data-key]");
    const moves = { ArrowDown: row?.nextElementSibling, ArrowUp: row?.previousElementSibling,
      Home: this.body.firstElementChild, End: this.body.lastElementChild };
    if (!row || event.ctrlKey || event.metaKey) return;
    if (event.key in moves) this.#moveTo(moves[event.key]);
    else if (event.key === "ArrowLeft" || event.key === "ArrowRight") this.#sideways(row, event.key === "ArrowLeft");
    else if (event.key === "Enter" || event.key === " ") this.chosen.value = row.dataset.key;
    else return;
    event.preventDefault();
  }

  /** Left folds, or goes to the parent; right unfolds, or goes to the first child. */
  #sideways(row, isLeft) {
    const expanded = row.getAttribute("aria-expanded");
    if (expanded === String(isLeft)) return this.#turn(row.dataset.key, isLeft);
    const parent = this.#rows.get(row.dataset.parent);
    return this.#moveTo(isLeft ? parent : expanded === "true" ? row.nextElementSibling : null);
  }

  move(by) {
    const now = this.#rows.get(this.#cursor);
    this.#moveTo(by > 0 ? (now?.nextElementSibling ?? now) : (now?.previousElementSibling ?? now));
  }

  #moveTo(row) {
    if (!row) return;
    this.#cursor = row.dataset.key;
    this.#point();
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }

  #point() {
    for (const [key, row] of this.#rows) {
      row.tabIndex = key === this.#cursor ? 0 : -1;
      row.setAttribute("aria-selected", String(key === this.chosen.value));
      row.classList.toggle("chosen", key === this.chosen.value);
    }
  }
}

/** What a node is known by while the tree grows: a rollout's place. The prompt is `root`. */
export function keyOf(node) {
  return node.rollout === null ? "root" : `${nodeKey(node.rollout, node.start, node.end)}${node.isLeaf ? ":leaf" : ""}`;
}

function makeRow(key) {
  const cells = titles.map(([name]) => el("div", { role: "gridcell", class: `cell ${name}` }));
  return el("div", { role: "row", class: "node", data: { key } }, cells);
}

function fill(row, tree, node, level, isCollapsed, again) {
  const text = nodeText(tree, node, again);
  const rollout = node.isLeaf ? tree.rollouts[node.rollout] : null;
  const state = [node.value, node.leaves, level, isCollapsed, text, node.children.length, rollout && standing(tree, rollout),
    rollout?.complete, tree.isRunning && rollout && !rollout.complete, tree.marks.has(node.rollout), tree.edits.has(node.rollout)].join("|");
  if (row.dataset.state === state) return;
  row.dataset.state = state;
  row.setAttribute("aria-level", String(level));
  if (node.children.length) row.setAttribute("aria-expanded", String(!isCollapsed));
  else row.removeAttribute("aria-expanded");
  row.classList.toggle("leaf", node.isLeaf);
  row.style.setProperty("--level", String(level - 1));
  const [value, leaves, tokens, influence, cell] = row.children;
  value.replaceChildren(...(node.value === null ? ["–"] : [
    el("span", { class: "bar", "aria-hidden": "true", vars: { "--share": String(Math.min(1, Math.max(0, node.value))) } }),
    node.value === 0 ? "0" : node.value.toFixed(3)]));
  leaves.textContent = String(node.leaves);
  tokens.textContent = node.rollout === null ? "prompt" : `${node.start}–${node.end}`;
  influence.textContent = node.influence ? figure(node.influence) : "";
  cell.replaceChildren(...textParts(tree, node, rollout, text, isCollapsed));
}

function textParts(tree, node, rollout, text, isCollapsed) {
  const twist = node.children.length
    ? el("span", { class: "twist", "aria-hidden": "true" }, isCollapsed ? "▸" : "▾") : el("span", { class: "twist none" });
  const parts = [twist];
  if (rollout) {
    parts.push(verdictMark(tree, rollout), el("b", {}, `#${rollout.index} `));
    if (!rollout.complete) parts.push(el("span", { class: "cut" }, tree.isRunning ? "… " : "cut "));
    if (rollout.forced) parts.push(el("span", { class: "cut" }, "edited "));
  }
  parts.push(el("span", { class: "node-text" }, text === null ? "…" : excerpt(text, 110)));
  return parts;
}
