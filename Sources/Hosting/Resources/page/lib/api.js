// Calls methods of the server with JSON: one request, and one answer or lines of answers. See docs/http.md.

import { askForKey, currentKey } from "./key.js";

/** Why a call failed, in the server's words. `problems` are `{field, description}`. */
export class CallError extends Error {
  constructor(code, message, problems = []) {
    super(message);
    this.code = code;
    this.problems = problems;
  }

  /** Whether the same call may succeed a little later. */
  get isPassing() {
    return ["unreachable", "unavailable", "cut"].includes(this.code);
  }
}

/** Refuses a stream that ended before all had come, as behind a proxy that closes it quietly. */
export function checkWhole(isWhole) {
  if (!isWhole) throw new CallError("cut", cutText);
}

const cutText = "The connection broke before the answer was whole.";

/** Calls a method, such as `PolicyService/ListPolicies`, that answers once. */
export async function call(method, body = {}, signal) {
  return (await ask(method, JSON.stringify(body), signal)).json();
}

/** Calls a method that answers with a stream, and gives each message as it comes. */
export async function* stream(method, body = {}, signal) {
  const answer = await ask(method, JSON.stringify(body), signal);
  for await (const line of lines(answer.body, signal)) {
    const message = JSON.parse(line);
    if (message.error) throw failure(message.error);
    yield message;
  }
}

/** Sends lines of requests, and gives the lines of answers. */
export async function exchange(method, requests) {
  const answer = await ask(method, requests.map((request) => JSON.stringify(request)).join("\n"));
  const messages = [];
  for await (const line of lines(answer.body)) messages.push(JSON.parse(line));
  const failed = messages.find((message) => message.error);
  if (failed) throw failure(failed.error);
  return messages;
}

/** Fetches a file that belongs to the page. */
export async function file(name) {
  const answer = await fetch(new URL(name, import.meta.url.replace(/lib\/api\.js.*$/, "")));
  if (!answer.ok) throw new CallError("not_found", `The page's file ${name} is not there.`);
  return answer;
}

async function ask(method, body, signal) {
  for (;;) {
    const answer = await send(method, body, signal);
    if (answer.ok) return answer;
    const error = await refusal(answer);
    if (answer.status !== 401 || !(await askForKey(error.message))) throw error;
  }
}

async function send(method, body, signal) {
  const headers = { "content-type": "application/json" };
  if (currentKey()) headers.authorization = `Bearer ${currentKey()}`;
  try {
    return await fetch(`attnrl.v1.${method}`, {
      method: "POST", headers, body, signal, cache: "no-store", credentials: "omit", referrerPolicy: "no-referrer",
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new CallError("unreachable", "The server cannot be reached.");
  }
}

async function refusal(answer) {
  try {
    const body = await answer.json();
    return failure(body.error ?? body);
  } catch {
    return new CallError("unknown", `The server answered with status ${answer.status}.`);
  }
}

function failure(error) {
  const problems = (error.details ?? []).flatMap((detail) => detail.debug?.fieldViolations ?? []);
  return new CallError(error.code ?? "unknown", error.message ?? "The call failed.", problems);
}

async function* lines(body, signal) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const parts = (rest + value).split("\n");
      rest = parts.pop();
      for (const part of parts) if (part) yield part;
    }
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new CallError("cut", cutText);
  }
  checkWhole(rest === "");
}
