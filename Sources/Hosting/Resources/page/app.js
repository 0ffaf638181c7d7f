// The page: its frame, its views, its keys.

import { button, el } from "./lib/dom.js";
import { forgetKey } from "./lib/key.js";
import { pause } from "./model/job.js";
import { Notice } from "./parts/notice.js";
import { go, route } from "./router.js";
import { loadPolicies, session } from "./session.js";
import { copyLink, openFile, restoreLink, saveHTML, saveJSON } from "./share.js";
import { listenForKeys, showKeys } from "./shortcuts.js";
import { followTheme, turnTheme } from "./theme.js";
import { CompareView } from "./views/compare.js";
import { ExploreView } from "./views/explore.js";
import { JobsView } from "./views/jobs.js";
import { TreeView } from "./views/tree.js";

const titles = { explore: "Explore", tree: "Branch", compare: "Compare", jobs: "Jobs" };

const notice = new Notice();
const explore = new ExploreView();
const views = {
  explore, tree: new TreeView(() => session.request ?? explore.form.request), compare: new CompareView(), jobs: new JobsView(),
};

const keys = [
  ["j", "next step or node", () => move(1)], ["k", "previous step or node", () => move(-1)],
  ["Escape", "unlock, or leave a field", () => leave()],
  ["/", "find", () => visible(".search")?.focus()],
  ["p", "to the prompt", () => { go("explore"); explore.form.focus(); }],
  ["b", "branch at the locked step", () => press("Branch here")], ["e", "edit the locked step and continue", () => press("Edit and continue")],
  ["m", "to the step map", () => visible("canvas.map")?.focus()],
  ["y", "mark the chosen leaf right", () => views.tree.mark(true)], ["n", "mark the chosen leaf wrong", () => views.tree.mark(false)],
  ["1", "Explore", () => go("explore")], ["2", "Branch", () => go("tree")], ["3", "Compare", () => go("compare")], ["4", "Jobs", () => go("jobs")],
  ["s", "share", () => { menu.open = true; menu.querySelector("button").focus(); }], ["t", "light or dark", turnTheme],
];

function move(by) {
  if (route.value.name === "tree") views.tree.grid.move(by);
  else if (route.value.name === "explore") explore.list?.move(by);
}

function leave() {
  menu.open = false;
  document.activeElement?.blur();
  if (route.value.name !== "explore" || !explore.selection) return;
  explore.selection.locked.value = null;
  explore.selection.preview(null);
}

/** What can be seen of what a selector finds. */
function visible(selector) {
  return [...document.querySelectorAll(selector)].find((element) => element.offsetParent !== null);
}

function press(name) {
  [...document.querySelectorAll(".detail button")].find((each) => each.textContent === name && each.offsetParent)?.click();
}

// --- the frame

const opener = el("input", { type: "file", accept: ".json,.jsonl,.html", hidden: true, "aria-label": "File to open", on: { change: open } });

async function open() {
  try {
    await openFile(opener.files[0]);
    notice.clear();
  } catch (error) {
    notice.failed(error.message);
  }
  opener.value = "";
}

async function save(how) {
  menu.open = false;
  if (!(await how())) notice.failed("There is nothing to save in this view yet.");
}

const menu = el("details", { class: "menu" }, el("summary", {}, "Share"), el("div", { class: "menu-items" },
  button("Save as one HTML file", () => save(saveHTML)), button("Save as JSON", () => save(saveJSON)),
  button("Copy a link", () => { menu.open = false; copyLink(notice); }), button("Open a file…", () => { menu.open = false; opener.click(); }),
  button("Forget the key", () => { menu.open = false; forgetKey(); })));

const links = Object.entries(titles).map(([name, title]) => el("a", { href: `#${name}`, data: { name } }, title));
const main = el("main", { id: "main", tabindex: "-1" }, notice.root, Object.values(views).map((view) => view.root));

document.body.append(
  el("a", { class: "skip", href: "#", on: { click: (event) => { event.preventDefault(); main.focus(); } } }, "Skip to the content"),
  el("header", { class: "top" }, el("span", { class: "brand" }, "AttnRL"), el("nav", { "aria-label": "Views" }, links),
    el("div", { class: "row tools" }, menu, button("◐", turnTheme, { "aria-label": "Light or dark", title: "t" }),
      button("?", () => showKeys(keys), { "aria-label": "Keys", title: "?" }))),
  main, opener);

/** Shows the view that the address names. */
function frame() {
  const name = titles[route.value.name] ? route.value.name : "explore";
  for (const [each, view] of Object.entries(views)) view.root.hidden = each !== name;
  for (const link of links) {
    if (link.dataset.name === name) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.title = `${titles[name]} – AttnRL`;
  dispatchEvent(new Event("resize"));
  return name;
}

/** The same, with what is to be in it. */
function showView() {
  const name = frame();
  // Jobs publish versions meanwhile.
  if (session.policies.value.length > 0) loadPolicies().catch(() => {});
  if (route.value.query.has("v")) restoreLink(notice);
  else if (name === "explore") explore.runIfLight();
}

// --- the beginning

/** Asks for the policies until the server answers. */
async function begin() {
  followTheme(() => session.response.tell());
  listenForKeys(keys);
  route.watch(showView);
  frame();
  for (let wait = 1; ; wait = Math.min(8, 2 * wait)) {
    try {
      const policies = await loadPolicies();
      if (policies.length === 0) notice.failed("The server has no policy loaded. Start it with --model or --shipped.");
      else notice.clear();
      break;
    } catch (error) {
      notice.failed(error.isPassing ? `${error.message} Trying again.` : error.message, error.isPassing ? [] : [["Try again", () => location.reload()]]);
      if (!error.isPassing) return;
      await pause(wait);
    }
  }
  views.tree.form.suggest(explore.form.chosen?.name);
  showView();
}

begin();
