// What the page has at hand, in this tab only.

import { Signal } from "./lib/signal.js";
import { call } from "./lib/api.js";

export const session = {
  /** The response that is explored, a TracedResponse. */
  response: new Signal(null),
  /** The tree at hand, a ResponseTree. */
  tree: new Signal(null),
  /** Two responses side by side. */
  compared: new Signal([null, null]),
  /** The job that is shown, a FollowedJob. */
  job: new Signal(null),
  /** The policies that the server has. */
  policies: new Signal([]),
  /** Gives what responses are judged by: a Verifier, undefined for nothing. */
  verifier: () => undefined,
  /** What was asked last: the fields of a GenerateRequest. */
  request: null,
};

/** Asks which policies there are. */
export async function loadPolicies() {
  const policies = [];
  let pageToken = "";
  do {
    const answer = await call("PolicyService/ListPolicies", { pageToken });
    policies.push(...(answer.policies ?? []));
    pageToken = answer.nextPageToken ?? "";
  } while (pageToken);
  session.policies.value = policies;
  return policies;
}

/** The text of a prompt as a task's checker and a job's data have it: the text, or what the user said last. */
export function problemText(prompt) {
  if (prompt?.text !== undefined) return prompt.text;
  return prompt?.chat?.messages?.findLast((message) => message.role === "user")?.content ?? "";
}
