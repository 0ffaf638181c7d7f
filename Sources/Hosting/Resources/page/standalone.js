// What runs in a file that was saved: shows its document, and asks nobody for anything.

import { el, passage, replace } from "./lib/dom.js";
import { nodeText } from "./model/growing.js";
import { TracedResponse } from "./model/response.js";
import { savedJob, savedResponse, savedTree } from "./model/saved.js";
import { comparison } from "./parts/comparison.js";
import { JobReport } from "./parts/job-report.js";
import { ResponseView } from "./parts/response-view.js";
import { TreeGrid } from "./parts/tree-grid.js";
import { verdictMark } from "./parts/verdict.js";

function treeView(tree) {
  tree.isOffline = true;
  const grid = new TreeGrid(() => tree);
  const side = el("section", { class: "panel", "aria-live": "polite" }, el("p", { class: "faint" }, "Choose a node to read it."));
  grid.chosen.watch(() => {
    const node = grid.chosenNode;
    if (!node) return;
    const title = node.rollout === null ? "The prompt" : node.isLeaf ? `Response #${node.rollout} ` : `Tokens ${node.start}–${node.end}`;
    replace(side, el("h3", {}, title, node.isLeaf ? verdictMark(tree, tree.rollouts[node.rollout]) : null),
      passage(nodeText(tree, node) ?? ""));
  });
  grid.update();
  return el("div", { class: "response" }, el("div", { class: "response-main" }, el("div", { class: "tree-scroller" }, grid.root)),
    el("aside", { class: "response-side", "aria-label": "About the node" }, side));
}

function viewOf(content) {
  switch (content.kind) {
    case "response": return new ResponseView(savedResponse(content)).root;
    case "tree": return treeView(savedTree(content));
    case "comparison": return comparison(...content.responses.map((each) => TracedResponse.from(each)));
    case "job": return new JobReport(savedJob(content)).root;
    default: return el("p", {}, `There is no view of kind ${content.kind} here.`);
  }
}

const content = JSON.parse(document.getElementById("view").textContent);
document.title = `AttnRL: a ${content.kind}`;
document.body.append(el("header", { class: "top" }, el("span", { class: "brand" }, "AttnRL"),
  el("span", { class: "faint" }, `a ${content.kind}, saved ${new Date(content.saved).toLocaleString()}`)),
el("main", {}, el("h1", { class: "unseen" }, `A ${content.kind}`), viewOf(content)));
