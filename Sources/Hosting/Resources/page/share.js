// Share: a view as one HTML file or as JSON, and as a link that restores it.

import { Notice, watched } from "./parts/notice.js";
import { file } from "./lib/api.js";
import { deflated, fromBase64URL, inflated, toBase64URL } from "./lib/text.js";
import { trace } from "./model/asking.js";
import { nodeText } from "./model/growing.js";
import { pause } from "./model/job.js";
import { TracedResponse } from "./model/response.js";
import { savedResponse, savedTree } from "./model/saved.js";
import { ResponseTree } from "./model/tree.js";
import { go, route } from "./router.js";
import { session } from "./session.js";

const format = "attnrl-view";

/** What is shown, as a document; null where there is nothing to save. */
export async function currentDocument() {
  const content = await contentOf(route.value.name);
  return content && { format, version: 1, saved: new Date().toISOString(), ...content };
}

async function contentOf(name) {
  const [first, second] = session.compared.value;
  if (name === "explore" && session.response.value) return { kind: "response", response: session.response.value };
  if (name === "compare" && first && second) return { kind: "comparison", responses: [first, second] };
  if (name === "jobs" && session.job.value) return { kind: "job", job: session.job.value };
  if (name === "tree" && session.tree.value) return { kind: "tree", tree: await withTexts(session.tree.value) };
  return null;
}

/** Has the texts of all nodes, which a file cannot ask for. */
async function withTexts(tree) {
  const missing = () => tree.nodes().some((node) => nodeText(tree, node) === null || nodeText(tree, node) === undefined);
  for (let attempt = 0; attempt < 50 && missing(); attempt++) await pause(0.1);
  return tree;
}

export async function saveJSON() {
  const content = await currentDocument();
  if (content) download(JSON.stringify(content), "application/json", `attnrl-${content.kind}.json`);
  return content !== null;
}

export async function saveHTML() {
  const content = await currentDocument();
  if (content) download(await standalone(content), "text/html", `attnrl-${content.kind}.html`);
  return content !== null;
}

/** One HTML file with script, style and data in it, that asks nobody for anything; see docs/page.md. */
export async function standalone(content) {
  const page = await (await file("view.html")).text();
  const place = ' id="view">';
  // Within a script element only its end could be mistaken for markup.
  const data = JSON.stringify(content).replaceAll("<", "\\u003c");
  return page.replace(`${place}null<`, () => `${place}${data}<`);
}

function download(text, type, name) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

/** Opens a file that was saved, JSON or HTML, or a tree as `attnrl explore --save` and jobs keep it. */
export async function openFile(chosen) {
  const text = await chosen.text();
  const isHTML = text.trimStart().startsWith("<!");
  const json = isHTML ? /<script type="application\/json" id="view">(.*?)<\/script>/s.exec(text)?.[1] : text.split("\n")[0].trim() && text;
  if (!json) throw new Error(`${chosen.name} holds no view.`);
  show(parsed(json, chosen.name));
}

function parsed(json, name) {
  try {
    return JSON.parse(json);
  } catch {
    // Lines of trees: the first one.
    try {
      return JSON.parse(json.split("\n")[0]);
    } catch {
      throw new Error(`${name} is no JSON.`);
    }
  }
}

function show(content) {
  const message = Array.isArray(content) ? content[0] : content;
  if (message?.format === format) return showDocument(message);
  if (message?.rollouts) {
    session.tree.value = ResponseTree.fromMessage(camel(message));
    return go("tree");
  }
  throw new Error("This is no view that the page saved, and no tree.");
}

function showDocument(content) {
  if (content.kind === "response") session.response.value = savedResponse(content);
  else if (content.kind === "tree") session.tree.value = savedTree(content);
  else if (content.kind === "comparison") session.compared.value = content.responses.map((each) => TracedResponse.from(each));
  else throw new Error(`A ${content.kind} is opened as a file of its own.`);
  go({ response: "explore", tree: "tree", comparison: "compare" }[content.kind]);
}

/** Files of the program spell fields with underscores. */
function camel(value) {
  if (Array.isArray(value)) return value.map(camel);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) =>
    [name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase()), camel(each)]));
}

// --- links

/** A link that restores what is shown: with the tokens, so that the same numbers come back. */
export async function linkTo() {
  const address = new URL(location.href);
  const name = route.value.name;
  const content = name === "explore" ? responseLink(session.response.value)
    : name === "compare" ? session.compared.value.map(responseLink)
      : name === "tree" && session.tree.value ? { tree: session.tree.value } : null;
  address.hash = content ? `${name}?v=${toBase64URL(await deflated(JSON.stringify(content)))}` : location.hash;
  return address.href;
}

function responseLink(response) {
  if (!response) return null;
  const { request, policy, version, promptIds, promptText, ids, leaf } = response;
  return { request: { ...request, policy }, version, promptIds, promptText, ids, leaf };
}

export async function copyLink(notice = new Notice()) {
  const link = await linkTo();
  try {
    await navigator.clipboard.writeText(link);
    notice.done("The link is in the clipboard. It holds prompt and response, and no key.");
  } catch {
    // The clipboard is not given to pages without TLS: the address bar has it.
    location.replace(link);
    notice.done("The link is in the address bar. It holds prompt and response, and no key.");
  }
}

/** Restores what a link holds: the same tokens are looked at again. */
export async function restoreLink(notice) {
  const { name, query } = route.value;
  const done = await watched(notice, "Looking at what the link holds", async (signal) => {
    const content = await heldBy(query.get("v"));
    if (name === "tree") session.tree.value = ResponseTree.from(content.tree);
    else if (name === "compare") session.compared.value = await Promise.all(content.map((each) => restored(each, signal)));
    else session.response.value = await restored(content, signal);
    return true;
  });
  if (done) history.replaceState(null, "", `#${name}`);
}

async function heldBy(packed) {
  try {
    return JSON.parse(await inflated(fromBase64URL(packed)));
  } catch (error) {
    throw new Error(`The link cannot be read: ${error.message}`);
  }
}

async function restored({ request, version, promptIds, promptText, ids, leaf }, signal) {
  const response = await trace({ request, promptIds, promptText, ids }, signal);
  response.leaf = leaf;
  if (response.version !== version) {
    response.error = `The link is of version ${version}; version ${response.version} is served now, and is what looks at these tokens.`;
  }
  return response;
}
