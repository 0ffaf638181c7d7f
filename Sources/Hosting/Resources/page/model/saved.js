// What a saved view holds: as the page keeps it, or in messages of the API, as other clients save it.

import { FollowedJob } from "./job.js";
import { TracedResponse } from "./response.js";
import { ResponseTree } from "./tree.js";

/** The response of a view: its own state, or the request for a trace and the parts of its answer. */
export function savedResponse(content) {
  if (content.response) return TracedResponse.from(content.response);
  const { policy, prompt, generate } = content.request?.input ?? {};
  const response = new TracedResponse({ policy, prompt, sampling: generate, capture: content.request?.capture ?? {} });
  for (const part of content.parts ?? []) response.takePart(part);
  return response;
}

export function savedTree(content) {
  return content.tree ? ResponseTree.from(content.tree) : ResponseTree.fromMessage(content.message ?? {});
}

export function savedJob(content) {
  if (content.job) return FollowedJob.from(content.job);
  const job = new FollowedJob(content.message?.id ?? "");
  for (const event of content.events ?? []) job.take(event);
  return Object.assign(job, { job: content.message ?? null, checkpoints: content.checkpoints ?? [] });
}
