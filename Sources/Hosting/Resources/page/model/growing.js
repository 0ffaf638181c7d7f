// Makes trees grow: all of one by AnalysisService.Explore, or from one place by GenerationService.Generate.

import { call, checkWhole, stream } from "../lib/api.js";
import { maybe, number } from "../lib/numbers.js";
import { joinedText } from "../lib/text.js";
import { problemText } from "../session.js";
import { nodeKey, ResponseTree } from "./tree.js";

const detail = { logprobs: true, entropies: true, texts: true };

/** A tree of one response, which others can leave. */
export function treeOf(response) {
  const tree = new ResponseTree({
    policy: response.policy, version: response.version, promptIds: response.promptIds, promptText: response.promptText,
    request: response.request,
  });
  const steps = response.steps.slice(1).map((step) => ({ start: step.start - response.promptLength, influence: step.influence }));
  tree.add({
    index: 0, ids: response.ids, texts: response.tokens.map((token) => token.text), text: response.text, steps,
    logprobs: response.tokens.map((token) => token.logprob), version: response.version,
    complete: response.finish?.reason === "FINISH_REASON_STOP",
  });
  return tree;
}

/** Grows a whole tree, as `attnrl explore` does. */
export async function explore(tree, options, changed, signal) {
  const { policy, prompt, sampling, capture } = tree.request;
  await growing(tree, changed, async () => {
    for await (const event of stream("AnalysisService/Explore", { policy, prompt, sampling, capture, ...options }, signal)) {
      tree.take(event);
      changed();
    }
    checkWhole(tree.finished);
  });
}

/**
 * Draws responses that leave another at a place.
 *
 * @param {object} from `rollout`, `offset`, and `forced`: tokens `{ids, texts}` that stand there instead.
 * @param {number} n How many.
 */
export async function branch(tree, { rollout, offset, forced = { ids: [], texts: [] } }, n, changed, signal) {
  const kept = tree.idsOf(rollout, offset);
  const ids = [...tree.promptIds, ...kept, ...forced.ids];
  const { seed, ...sampling } = tree.request.sampling ?? {};
  const body = { policy: tree.policy, prompt: { tokenIds: { ids } }, sampling, n, detail, capture: tree.request.capture ?? {} };
  const base = tree.nextIndex;
  let ended = 0;
  await growing(tree, changed, async () => {
    for await (const event of stream("GenerationService/Generate", body, signal)) {
      take(event, (index) => drawn(tree, base + index, tree.forkAt(rollout, offset), forced), tree.promptIds.length);
      if (event.finished) ended += 1;
      changed();
    }
    checkWhole(ended === n);
  });
  return base;
}

/** Responses that a verifier judges in one call. */
const judgedAtOnce = 64;

/** Has a verifier judge the responses that none has judged. */
export async function judge(tree, verifier, changed, signal) {
  const prompt = problemText(tree.request.prompt) || tree.promptText;
  const waiting = tree.rollouts.filter((rollout) => rollout && maybe(rollout.reward) === null);
  for (let start = 0; start < waiting.length; start += judgedAtOnce) {
    const some = waiting.slice(start, start + judgedAtOnce);
    const responses = await Promise.all(some.map((rollout) => wholeText(tree, rollout)));
    const { results = [] } = await call("AnalysisService/Verify", { prompt, responses, verifier }, signal);
    results.forEach(({ reward = 0, verdict }, index) => Object.assign(some[index], { reward, verdict }));
    changed();
  }
}

async function growing(tree, changed, grow) {
  tree.isRunning = true;
  tree.error = null;
  changed();
  try {
    await grow();
  } finally {
    tree.isRunning = false;
    changed();
  }
}

/** The rollout of an index, begun where it is new. */
function drawn(tree, index, fork, forced) {
  return tree.rollouts[index] ?? tree.add({
    index, fork, ids: [...forced.ids], texts: [...forced.texts], text: joinedText(forced.texts),
    logprobs: forced.ids.map(() => null), entropies: forced.ids.map(() => null), steps: [], forced: forced.ids.length,
    version: 0, complete: false,
  });
}

function take(event, rolloutAt, promptLength) {
  const part = event.tokens ?? event.step ?? event.finished;
  if (!part) return;
  const rollout = rolloutAt(part.index ?? 0);
  if (event.tokens) takeTokens(rollout, part.run);
  else if (event.step) takeStep(rollout, part, promptLength);
  else {
    rollout.complete = part.reason === "FINISH_REASON_STOP";
    rollout.version = number(part.versions?.at(-1)?.version);
  }
}

function takeTokens(rollout, run) {
  rollout.ids.push(...(run.ids ?? []));
  rollout.texts.push(...(run.texts ?? []));
  rollout.logprobs.push(...(run.logprobs ?? []).map(maybe));
  rollout.entropies.push(...(run.entropies ?? []).map(maybe));
  rollout.text = joinedText(rollout.texts);
}

function takeStep(rollout, closed, promptLength) {
  const place = (closed.step.index ?? 0) - 1;
  if (place < 0) return;
  rollout.steps.length = Math.min(rollout.steps.length, place);
  rollout.steps[place] = { start: (closed.step.start ?? 0) - promptLength, influence: 0 };
  (closed.influence ?? []).slice(1).forEach((value, index) => {
    if (rollout.steps[index]) rollout.steps[index].influence = value;
  });
}

/** The tokens of a text that goes on behind others. */
export async function tokensOf(policy, text) {
  const answer = await call("PolicyService/Tokenize", { policy, prompt: { text }, continues: true, withTexts: true });
  return { ids: answer.ids ?? [], texts: answer.texts ?? [] };
}

/**
 * The text of a node, and null while the server is asked for it.
 *
 * @param {() => void} came Called when it is there.
 */
export function nodeText(tree, node, came) {
  if (node.rollout === null) return tree.promptText;
  const key = nodeKey(node.rollout, node.start, node.end);
  if (tree.texts.has(key)) return tree.texts.get(key);
  const rollout = tree.rollouts[node.rollout];
  const first = tree.startOf(rollout);
  if (rollout.texts?.every((text) => text !== undefined)) return joinedText(rollout.texts.slice(node.start - first, node.end - first));
  if (node.start === first && node.end === tree.lengthOf(rollout)) return rollout.text ?? "";
  if (tree.isOffline) return rollout.text ?? "";
  askForText(tree, key, rollout.ids.slice(node.start - first, node.end - first), came);
  return tree.texts.get(key);
}

async function askForText(tree, key, ids, came) {
  tree.texts.set(key, null);
  try {
    const answer = await call("PolicyService/Detokenize", { policy: tree.policy, ids, continues: true, skipSpecialTokens: true });
    tree.texts.set(key, answer.text ?? "");
  } catch {
    tree.texts.delete(key);
    return;
  }
  came?.();
}

/** The text of a rollout's whole response. */
export async function wholeText(tree, rollout) {
  const answer = await call("PolicyService/Detokenize", {
    policy: tree.policy, ids: tree.idsOf(rollout), continues: true, skipSpecialTokens: true,
  });
  return answer.text ?? "";
}
