// Which view is shown: the part of the address behind `#`, as `#jobs/job-1` or `#explore?v=...`.

import { Signal } from "./lib/signal.js";

/** `{name, rest, query}` of the address. */
export const route = new Signal(read());

function read() {
  const [path, query = ""] = location.hash.slice(1).split("?");
  const [name, ...rest] = path.split("/");
  return { name: name || "explore", rest: rest.map(decodeURIComponent).join("/"), query: new URLSearchParams(query) };
}

export function go(name, rest) {
  location.hash = rest === undefined ? name : `${name}/${encodeURIComponent(rest)}`;
}

addEventListener("hashchange", () => {
  route.value = read();
});
