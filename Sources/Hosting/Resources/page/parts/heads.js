// The heads that look back most: a list with their influence, and their maps on demand.

import { button, el, replace } from "../lib/dom.js";
import { count, figure, whole } from "../lib/numbers.js";
import { loadHeadMaps } from "../model/asking.js";
import { MapPicture } from "./map.js";
import { watched } from "./notice.js";

/** Maps loaded at a time; a request may have 64. */
const mapsAtOnce = 6;

export class Heads {
  constructor(response, selection, notice, { live = true } = {}) {
    Object.assign(this, { response, selection, notice, live });
    this.list = el("ul", { class: "heads" });
    this.maps = el("div", { class: "small-maps" });
    this.loader = el("div", {});
    this.root = el("section", { class: "panel", "aria-labelledby": "heads-title" },
      el("h3", { id: "heads-title" }, "Heads that look back"), this.list, this.loader, this.maps);
    selection.head.watch(() => this.update());
  }

  update() {
    const heads = this.response.strongestHeads.slice(0, 12);
    const most = heads[0]?.influence ?? 0;
    this.root.hidden = heads.length === 0;
    replace(this.list, heads.map((head) => this.#item(head, most)));
    replace(this.loader, this.#loader(heads));
    this.#showMaps();
  }

  #item(head, most) {
    const isShown = this.selection.head.value === head.name;
    return el("li", {}, button(
      [head.name, el("span", { class: "bar", "aria-hidden": "true", vars: { "--share": head.influence / most } }),
        ` ${figure(head.influence)}`],
      () => this.#choose(head),
      { class: "head", "aria-pressed": String(isShown), title: `Among the strongest of ${count(head.steps, "step")}` }));
  }

  async #choose(head) {
    const { selection, response } = this;
    if (selection.head.value === head.name) selection.head.value = null;
    else if (response.headMaps.has(head.name) || (this.live && (await this.#load([head])))) selection.head.value = head.name;
  }

  #loader(heads) {
    const missing = heads.slice(0, mapsAtOnce).filter((head) => !this.response.headMaps.has(head.name));
    if (!this.live || missing.length === 0 || this.response.isRunning) return null;
    return button(`Maps of the strongest ${missing.length}: computes ${whole(this.response.tokens.length)} tokens again`,
      async () => (await this.#load(missing)) && this.update());
  }

  #load(heads) {
    return watched(this.notice, `Computing the maps of ${heads.map((head) => head.name).join(", ")}`, async (signal) => {
      await loadHeadMaps(this.response, heads, signal);
      return true;
    });
  }

  #showMaps() {
    const names = [...this.response.headMaps.keys()];
    if (this.maps.childElementCount === names.length) return;
    replace(this.maps, names.map((name) => {
      const picture = new MapPicture(this.selection, () => this.response.headMaps.get(name), { side: 130, label: name });
      picture.update();
      return el("div", { class: "small-map" }, el("span", {}, name), picture.root);
    }));
  }
}
