// The step map: row j is what step j pays to each step before it. The same data as the arcs, linked by hover and lock.

import { el, oncePerFrame } from "../lib/dom.js";
import { colour, logShare, mixed } from "../lib/colour.js";
import { figure } from "../lib/numbers.js";

export class MapPicture {
  #context;
  #cells = null;
  #cellsOf = "";

  /**
   * @param {() => StepMap} map Gives the map to draw.
   * @param {number} side Pixels of a side at most.
   */
  constructor(selection, map, { side = 420, label = "Step map" } = {}) {
    Object.assign(this, { selection, map, side, cursor: null });
    this.canvas = el("canvas", {
      class: "map", tabindex: "0", role: "img", "aria-label": `${label}: arrow keys move, Enter locks the row`,
    });
    this.readout = el("p", { class: "readout", role: "status" });
    this.root = el("figure", { class: "map-box" }, this.canvas, this.readout);
    this.#context = this.canvas.getContext("2d");
    this.update = oncePerFrame(() => this.#draw());
    this.#listen();
    selection.watchSteps(this.update);
    for (const signal of [selection.withPrompt, selection.head]) signal.watch(this.update);
  }

  get #first() {
    return this.selection.withPrompt.value ? 0 : 1;
  }

  get #count() {
    return Math.max(0, this.map().size - this.#first);
  }

  #listen() {
    this.canvas.addEventListener("pointermove", (event) => this.#point(this.#cellAt(event)));
    this.canvas.addEventListener("pointerleave", () => this.#point(null));
    this.canvas.addEventListener("click", (event) => {
      const cell = this.#cellAt(event);
      if (cell) this.selection.toggle(cell.to);
    });
    this.canvas.addEventListener("keydown", (event) => this.#key(event));
  }

  #cellAt(event) {
    const box = this.canvas.getBoundingClientRect();
    const place = (pixel, size) => this.#first + Math.floor((pixel / size) * this.#count);
    const [to, from] = [place(event.clientX - box.left, box.width), place(event.clientY - box.top, box.height)];
    return to <= from && from < this.map().size && to >= this.#first ? { from, to } : null;
  }

  #key(event) {
    const moves = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] };
    const cell = this.cursor ?? { from: this.#first, to: this.#first };
    if (event.key === "Enter") this.selection.toggle(cell.to);
    else if (event.key in moves) {
      const [down, right] = moves[event.key];
      const from = Math.min(Math.max(cell.from + down, this.#first), this.map().size - 1);
      this.#point({ from, to: Math.min(Math.max(cell.to + right, this.#first), from) });
    } else return;
    event.preventDefault();
  }

  #point(cell) {
    this.cursor = cell;
    this.selection.preview(cell?.to ?? null);
    this.readout.textContent = cell
      ? `Step ${cell.from} looks at step ${cell.to}: ${figure(this.map().at(cell.from, cell.to))}` : "";
    this.update();
  }

  #draw() {
    const count = this.#count;
    this.root.hidden = count === 0;
    if (count === 0) return;
    const pixels = Math.max(1, Math.floor(this.side / count));
    const shown = Math.min(count, this.side);
    const size = shown * pixels;
    this.canvas.style.width = this.canvas.style.maxWidth = `${size}px`;
    this.#fill(count, shown);
    [this.canvas.width, this.canvas.height] = [size, size];
    this.#context.imageSmoothingEnabled = false;
    this.#context.drawImage(this.#cells, 0, 0, size, size);
    this.#pointOut(size / count);
  }

  /** Draws one pixel for each cell, or for each square of cells the largest, where there are more than pixels. */
  #fill(count, shown) {
    const map = this.map();
    const key = [map.size, map.rows.at(-1)?.[1], shown, this.#first, colour("--map-high"), this.selection.head.value].join();
    if (key === this.#cellsOf && this.#cells) return;
    const values = this.#shrunk(map, count, shown);
    this.#cells = new OffscreenCanvas(shown, shown);
    const context = this.#cells.getContext("2d");
    const image = context.createImageData(shown, shown);
    paint(image.data, values);
    context.putImageData(image, 0, 0);
    this.#cellsOf = key;
  }

  #shrunk(map, count, shown) {
    const values = new Float32Array(shown * shown);
    for (let from = 0; from < count; from++) {
      const row = Math.floor((from * shown) / count);
      for (let to = 0; to <= from; to++) {
        const place = row * shown + Math.floor((to * shown) / count);
        values[place] = Math.max(values[place], map.at(from + this.#first, to + this.#first));
      }
    }
    return values;
  }

  #pointOut(cell) {
    const step = this.selection.shown;
    if (step === null || step < this.#first) return;
    const context = this.#context;
    const place = (step - this.#first) * cell;
    context.lineWidth = 1.5;
    context.strokeStyle = colour("--arc-in");
    context.setLineDash([]);
    context.strokeRect(place, place, Math.max(cell, 2), this.canvas.height - place);
    context.strokeStyle = colour("--arc-out");
    context.setLineDash([4, 3]);
    context.strokeRect(0, place, place + cell, Math.max(cell, 2));
  }
}

function paint(pixels, values) {
  let largest = 0;
  let smallest = Infinity;
  for (const value of values) {
    if (value > largest) largest = value;
    if (value > 0 && value < smallest) smallest = value;
  }
  const [low, high] = [colour("--map-low"), colour("--map-high")];
  const shades = Array.from({ length: 256 }, (_, index) => mixed(low, high, index / 255));
  for (let place = 0; place < values.length; place++) {
    if (values[place] === 0) continue;
    const shade = shades[Math.round(255 * logShare(values[place], largest, smallest))];
    pixels.set([shade[0], shade[1], shade[2], 255], 4 * place);
  }
}
