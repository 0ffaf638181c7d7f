// Asks the server for responses and traces, and fills a TracedResponse with what comes.

import { checkWhole, stream } from "../lib/api.js";
import { session } from "../session.js";
import { TracedResponse } from "./response.js";

const detail = { logprobs: true, entropies: true, texts: true, topLogprobs: 5 };

/**
 * Draws a response and follows it.
 *
 * @param {TracedResponse} response Has the request.
 * @param {() => void} changed Called whenever something came.
 */
export async function generate(response, changed, signal) {
  const { policy, version, prompt, sampling, capture } = response.request;
  const body = { policy, version, prompt, sampling, capture: capture ?? {}, detail, echo: true };
  await followed(response, changed, signal, async () => {
    for await (const event of stream("GenerationService/Generate", body, signal)) {
      response.take(event);
      changed();
    }
    checkWhole(response.finish);
  });
}

/**
 * Traces a response that is there.
 *
 * @param {object} given `request`, `promptIds`, `promptText`, and `ids`, the response's tokens.
 */
export async function trace({ request, promptIds, promptText = "", ids }, signal) {
  const response = new TracedResponse({ ...request, capture: request.capture ?? {} });
  Object.assign(response, { promptIds, promptText });
  const body = traceBody(response, ids, { detail, capture: response.request.capture });
  await followed(response, () => {}, signal, async () => {
    for await (const part of stream("AnalysisService/Trace", body, signal)) response.takePart(part);
    checkWhole(response.steps.length > 0);
  });
  response.hideEnd(endTokens(response.policy));
  return response;
}

/** A response as `trace` takes one, for a policy to look at; for its version served now where none is given. */
export function givenOf(response, policy, version) {
  const { request, promptIds, promptText, ids } = response;
  return { request: { ...request, policy, version }, promptIds, promptText, ids };
}

function endTokens(name) {
  return session.policies.value.find((policy) => policy.name === name)?.endOfSequence ?? [];
}

/** Fetches the maps of single heads of a response that is there. */
export async function loadHeadMaps(response, heads, signal) {
  const capture = {
    ...captureOf(response), stepMap: "STEP_MAP_HEADS", heads: heads.map(({ layer, head }) => ({ layer, head })),
  };
  for await (const part of stream("AnalysisService/Trace", traceBody(response, response.ids, { capture }), signal)) {
    if (part.stepMap) response.takePart(part);
  }
}

/** Asks for the branch points that a strategy chooses. */
export function branchesBody(response, options) {
  return { input: inputOf(response, response.ids), options, capture: captureOf(response) };
}

/** Takes steps away, one at a time; see docs/ablation.md. */
export async function ablate(response, options, changed, signal) {
  const body = { input: inputOf(response, response.ids), capture: captureOf(response), ...options };
  for await (const part of stream("AnalysisService/Ablate", body, signal)) {
    if (part.started) response.ablationStart = part.started;
    if (part.step) response.ablations.set(`${options.mode}:${part.step.step}`, part.step);
    response.revision += 1;
    changed();
  }
}

/** How steps are cut: as in the response, so that steps have the same numbers. */
function captureOf(response) {
  const { gap, includeAfterThinking, separatorText } = response.request.capture ?? {};
  return { gap, includeAfterThinking, separatorText, separator: response.separator || undefined };
}

function inputOf(response, ids) {
  const { version } = response.request;
  return { policy: response.policy, version, prompt: { tokenIds: { ids: response.promptIds } }, tokenIds: { ids } };
}

function traceBody(response, ids, rest) {
  return { input: { ...inputOf(response, ids), policy: response.request.policy || response.policy }, ...rest };
}

async function followed(response, changed, signal, follow) {
  response.isRunning = true;
  changed();
  try {
    await follow();
  } catch (error) {
    response.error = signal?.aborted ? "Stopped." : error.message;
    if (!signal?.aborted) throw error;
  } finally {
    response.isRunning = false;
    response.revision += 1;
    changed();
  }
}
