// Colours of pictures, taken from the style sheet so that there is one place for them.

/** The colour of a CSS property such as `--arc-in`. */
export function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Where a value lies between the least and the largest on a logarithmic scale of three decades at most: 0 to 1. */
export function logShare(value, largest, smallest) {
  if (!(value > 0) || !(largest > 0)) return 0;
  const floor = Math.max(Math.min(smallest, largest), largest / 1000);
  if (floor >= largest) return 1;
  return Math.min(1, Math.max(0.04, Math.log(value / floor) / Math.log(largest / floor)));
}

/** Two `#rrggbb` colours mixed: `[r, g, b]`. */
export function mixed(from, to, share) {
  const [a, b] = [parts(from), parts(to)];
  return a.map((value, index) => Math.round(value + (b[index] - value) * share));
}

function parts(hex) {
  return [1, 3, 5].map((start) => Number.parseInt(hex.slice(start, start + 2), 16));
}
