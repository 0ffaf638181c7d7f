// Makes elements. Text is only ever set as text: no file of the page parses markup.

const SVG = "http://www.w3.org/2000/svg";

/**
 * Makes an HTML element.
 *
 * @param {string} tag
 * @param {object} props `class`, `on` (listeners by event), `vars` (CSS properties), `data`, any DOM property of the
 *   element, and attributes for all else. What is null, undefined or false is left out.
 * @param {...(Node|string|number|null)} children
 */
export function el(tag, props = {}, ...children) {
  return fill(document.createElement(tag), props, children);
}

/** Text as it is. It can have the focus: where it is long, it scrolls, and the arrow keys should do that. */
export function passage(...children) {
  return el("pre", { class: "text", tabindex: "0" }, ...children);
}

/** Makes an SVG element, as `el` makes an HTML one. */
export function svg(tag, props = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), props, children);
}

/** Puts children in place of those that an element has. */
export function replace(parent, ...children) {
  const active = document.activeElement;
  const place = active !== parent && parent.contains(active) ? controls(parent).indexOf(active) : -1;
  parent.replaceChildren(...nodes(children));
  if (place >= 0 && document.activeElement !== active) heir(parent, active, place)?.focus({ preventScroll: true });
  return parent;
}

function controls(parent) {
  return [...parent.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")];
}

/** What gets the focus of a control that was replaced: otherwise the next Tab would begin at the top of the page. */
function heir(parent, control, place) {
  if (parent.contains(control)) return control;
  const others = controls(parent);
  const alike = (other) => other.tagName === control.tagName && other.textContent === control.textContent;
  return others.find(alike) ?? others[Math.min(place, others.length - 1)];
}

function nodes(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
}

function fill(element, props, children) {
  for (const [name, value] of Object.entries(props)) set(element, name, value);
  element.append(...nodes(children));
  return element;
}

const asProperty = new Set(["value", "checked", "disabled", "hidden", "open", "selected", "indeterminate"]);

function set(element, name, value) {
  if (value === null || value === undefined) return;
  if (name === "on") for (const [type, listener] of Object.entries(value)) element.addEventListener(type, listener);
  else if (name === "vars") for (const [key, text] of Object.entries(value)) element.style.setProperty(key, text);
  else if (name === "data") Object.assign(element.dataset, value);
  else if (asProperty.has(name)) element[name] = value;
  else if (value !== false) element.setAttribute(name, value === true ? "" : value);
}

/** A button. */
export function button(text, act, props = {}) {
  return el("button", { type: "button", ...props, on: { click: act, ...props.on } }, text);
}

/** A field with its label around it. */
export function labelled(text, field, hint) {
  return el("label", { class: "field" }, el("span", {}, text), field, hint ? el("small", {}, hint) : null);
}

/** A choice among values; `options` are `[value, text]`. */
export function choice(options, value, props = {}) {
  const select = el("select", props, ...options.map(([key, text]) => el("option", { value: key }, text)));
  select.value = value;
  return select;
}

/** Calls a function at most once a frame, however often the result is called. */
export function oncePerFrame(act) {
  let waits = false;
  return () => {
    if (waits) return;
    waits = true;
    requestAnimationFrame(() => {
      waits = false;
      act();
    });
  };
}
