// Numbers as the API sends them, and as they are shown.

/** A number of the API's JSON: 64-bit integers and NaN are strings there, and 0 is left out. */
export function number(value) {
  return value === undefined || value === null ? 0 : Number(value);
}

/** The same, and null for what is absent or NaN. */
export function maybe(value) {
  const parsed = value === undefined || value === null ? NaN : Number(value);
  return Number.isNaN(parsed) ? null : parsed;
}

/** Three significant digits, or a dot for 0: in columns where most are. */
export function figure(value) {
  return value === 0 ? "·" : figureOrZero(value);
}

/** Three significant digits. */
export function figureOrZero(value) {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e-4 && size < 1e6) return String(Number(value.toPrecision(3)));
  return value.toExponential(2);
}

/** A whole number with its thousands apart. */
export function whole(value) {
  return Number(value).toLocaleString("en-US", { maximumFractionDigits: 0 });
}

/** `3 steps`, `1 step`. */
export function count(value, noun) {
  return `${whole(value)} ${noun}${Number(value) === 1 ? "" : "s"}`;
}

/** The quantile of values with linear interpolation, as the server has it. */
export function quantile(share, values) {
  const sorted = [...values].sort((a, b) => a - b);
  if (sorted.length === 0) return 0;
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  // The server rounds to 32 bits; so do we, or what equals the quantile there would miss it here.
  return Math.fround(sorted[below] + (sorted[above] - sorted[below]) * (place - below));
}

/** Bytes as people read them. */
export function bytes(value) {
  const units = ["B", "KiB", "MiB", "GiB"];
  let size = Number(value);
  let unit = 0;
  for (; size >= 1024 && unit < units.length - 1; unit++) size /= 1024;
  return `${Number(size.toPrecision(3))} ${units[unit]}`;
}

/** A time of day, from seconds since 1970. */
export function clock(seconds) {
  return seconds ? new Date(seconds * 1000).toLocaleTimeString() : "–";
}
