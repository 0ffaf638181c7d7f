// Colours of pictures, taken from the style sheet so that there is one place for them.

/** Elements that have the colours, by property: the property's own text has both that of light and that of dark. */
const probes = new Map();

/** The colour of a CSS property such as `--arc-in`, as `rgb(r, g, b)`. */
export function colour(name) {
  if (!probes.has(name)) {
    const probe = document.createElement("span");
    probe.hidden = true;
    probe.style.color = `var(${name})`;
    document.documentElement.append(probe);
    probes.set(name, probe);
  }
  return getComputedStyle(probes.get(name)).color;
}

/** Where a value lies between the least and the largest on a logarithmic scale of three decades at most: 0 to 1. */
export function logShare(value, largest, smallest) {
  if (!(value > 0) || !(largest > 0)) return 0;
  const floor = Math.max(Math.min(smallest, largest), largest / 1000);
  if (floor >= largest) return 1;
  return Math.min(1, Math.max(0.04, Math.log(value / floor) / Math.log(largest / floor)));
}

/** Two colours of `colour` mixed: `[r, g, b]`. */
export function mixed(from, to, share) {
  const [a, b] = [parts(from), parts(to)];
  return a.map((value, index) => Math.round(value + (b[index] - value) * share));
}

function parts(colour) {
  return colour.match(/\d+/g).map(Number);
}
