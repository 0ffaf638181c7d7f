// Light and dark: as the system has it, until a person says otherwise.

const place = "attnrl-theme";
let changed = () => {};

export function followTheme(listener) {
  changed = listener;
  const kept = localStorage.getItem(place);
  if (kept) document.documentElement.dataset.theme = kept;
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => changed());
}

export function turnTheme() {
  const now = document.documentElement.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  const next = now === "dark" ? "light" : "dark";
  document.documentElement.dataset.theme = next;
  localStorage.setItem(place, next);
  changed();
}
