import type { MessageQuery } from "./calls.ts";

/** `{ box: "outbox", states: ["dead"], limit: 5 }` as `box=outbox&state=dead&limit=5`. */
export function writeQuery(query: MessageQuery): string {
  const params = new URLSearchParams();
  if (query.box !== undefined) params.set("box", query.box);
  for (const state of query.states ?? []) params.append("state", state);
  if (query.limit !== undefined) params.set("limit", String(query.limit));
  return params.toString();
}

/** The other way round; nothing is checked yet. */
export function readQuery(params: URLSearchParams): Record<string, unknown> {
  const states = params.getAll("state");
  return {
    ...(params.has("box") ? { box: params.get("box") } : {}),
    ...(states.length === 0 ? {} : { states }),
    ...(params.has("limit") ? { limit: Number(params.get("limit")) } : {}),
  };
}
