// Curves of a job, small and many, each with what it is at the pointer.

import { el, svg } from "../lib/dom.js";
import { figureOrZero } from "../lib/numbers.js";

const [width, height, margin] = [260, 90, 6];

/**
 * @param {string} name
 * @param {{name: string, points: [number, number][]}[]} lines Points are step and value, steps rising.
 */
export function curve(name, lines) {
  const all = lines.flatMap((line) => line.points);
  const scale = scaleOf(all);
  const last = lines[0].points.at(-1)?.[1];
  const readout = el("span", { class: "value" }, figureOrZero(last));
  const cross = svg("line", { class: "cross", y1: 0, y2: height, hidden: true });
  const drawing = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `${name}: ${figureOrZero(last)} at the end` },
    lines.map((line, index) => svg("polyline", { class: `line line-${index}`, points: line.points.map(scale).join(" ") })), dots(lines, scale), cross);
  drawing.addEventListener("pointermove", (event) => point(event, drawing, lines, scale, cross, readout));
  drawing.addEventListener("pointerleave", () => {
    cross.setAttribute("visibility", "hidden");
    readout.textContent = figureOrZero(last);
  });
  return el("figure", { class: "curve" }, el("figcaption", {}, el("code", {}, name), " ", readout), drawing,
    el("div", { class: "range faint", "aria-hidden": "true" }, el("span", {}, figureOrZero(scale.low)), el("span", {}, figureOrZero(scale.high))));
}

/** A line of one point is a dot. */
function dots(lines, scale) {
  return lines.filter((line) => line.points.length === 1).map((line) => {
    const [x, y] = scale(line.points[0]);
    return svg("circle", { class: "line", cx: x, cy: y, r: 2.5 });
  });
}

function scaleOf(points) {
  const steps = points.map(([step]) => step);
  const values = points.map(([, value]) => value);
  const [first, last] = [Math.min(...steps), Math.max(...steps)];
  let [low, high] = [Math.min(...values), Math.max(...values)];
  const place = ([step, value]) => [
    margin + ((step - first) / (last - first || 1)) * (width - 2 * margin),
    height - margin - ((value - low) / (high - low || 1)) * (height - 2 * margin),
  ].map((part) => Number(part.toFixed(1)));
  return Object.assign(place, { low, high });
}

function point(event, drawing, lines, scale, cross, readout) {
  const box = drawing.getBoundingClientRect();
  const x = ((event.clientX - box.left) / box.width) * width;
  const nearest = lines[0].points.reduce((best, each) => (Math.abs(scale(each)[0] - x) < Math.abs(scale(best)[0] - x) ? each : best));
  const place = scale(nearest)[0];
  cross.setAttribute("x1", place);
  cross.setAttribute("x2", place);
  cross.setAttribute("visibility", "visible");
  const others = lines.slice(1).map((line) => line.points.find(([step]) => step === nearest[0])?.[1]).filter((value) => value !== undefined);
  readout.textContent = `step ${nearest[0]}: ${[nearest[1], ...others].map(figureOrZero).join(" / ")}`;
}
