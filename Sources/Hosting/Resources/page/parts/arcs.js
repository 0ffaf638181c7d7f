// Arcs beside the steps: which later step looks back at which. Drawn for what is in view only.

import { el, oncePerFrame } from "../lib/dom.js";
import { colour } from "../lib/colour.js";

/** Arcs drawn at a time: more of them are a stain. */
const arcLimit = 120;

export class Arcs {
  #context;
  #strongest = [];
  #strongestOf = "";

  constructor(response, selection, list, scroller) {
    Object.assign(this, { response, selection, list, scroller });
    this.root = el("canvas", { class: "arcs", "aria-hidden": "true" });
    this.#context = this.root.getContext("2d");
    this.update = oncePerFrame(() => this.#draw());
    scroller.addEventListener("scroll", this.update, { passive: true });
    new ResizeObserver(this.update).observe(list.root);
    selection.watchSteps(this.update);
    for (const signal of [selection.arcFloor, selection.head]) signal.watch(this.update);
  }

  get #map() {
    return this.response.headMaps.get(this.selection.head.value) ?? this.response.map;
  }

  #draw() {
    const size = this.#fit();
    if (size.width === 0) return;
    const places = new Places(this.list, this.scroller);
    const shown = this.selection.shown;
    const arcs = shown === null ? this.#all() : this.#around(shown);
    const largest = arcs.reduce((most, arc) => Math.max(most, arc.value), 0);
    for (const arc of arcs) {
      if (arc.value < largest * this.selection.arcFloor.value) continue;
      const [from, to] = [places.middle(arc.from), places.middle(arc.to)];
      if (from === null || to === null || Math.max(from, to) < 0 || Math.min(from, to) > size.height) continue;
      this.#arc(from, to, size.width, arc, arc.value / largest);
    }
  }

  #fit() {
    const ratio = devicePixelRatio || 1;
    const [width, height] = [this.root.clientWidth, this.scroller.clientHeight];
    this.root.style.height = `${height}px`;
    [this.root.width, this.root.height] = [width * ratio, height * ratio];
    this.#context.setTransform(ratio, 0, 0, ratio, 0, 0);
    return { width, height };
  }

  /** The strongest arcs of the response, found again when it has grown. */
  #all() {
    const map = this.#map;
    const key = `${this.selection.head.value}:${map.size}`;
    if (key !== this.#strongestOf) {
      this.#strongest = map.strongest(arcLimit).map((arc) => ({ ...arc, kind: "any" }));
      this.#strongestOf = key;
    }
    return this.#strongest;
  }

  #around(step) {
    const back = this.#map.lookedAt(step).map(({ step: to, value }) => ({ from: step, to, value, kind: "out" }));
    const ahead = this.#map.lookingAt(step).map(({ step: from, value }) => ({ from, to: step, value, kind: "in" }));
    return [...back.slice(0, arcLimit / 2), ...ahead.slice(0, arcLimit / 2)];
  }

  #arc(from, to, width, { kind }, share) {
    const context = this.#context;
    const reach = Math.min(width - 6, 10 + Math.abs(from - to) / 4);
    context.beginPath();
    context.moveTo(width, from);
    context.bezierCurveTo(width - reach * 1.3, from, width - reach * 1.3, to, width, to);
    context.strokeStyle = colour(`--arc-${kind}`);
    // Told apart by their dashes too, not by colour alone.
    context.setLineDash(kind === "out" ? [5, 3] : []);
    context.globalAlpha = 0.25 + 0.75 * share;
    context.lineWidth = 1 + 2.5 * share;
    context.stroke();
  }
}

/** Where rows are, measured from the top of what is in view. */
class Places {
  constructor(list, scroller) {
    this.list = list;
    this.top = scroller.getBoundingClientRect().top;
  }

  middle(step) {
    const box = this.list.row(step)?.getBoundingClientRect();
    return box && box.height > 0 ? box.top + Math.min(box.height, 28) / 2 - this.top : null;
  }
}
