import type { Emulator } from "./emulator.ts";
import type { Answer, Call } from "./server.ts";

/** What a person with `curl` can do to the platform. */
export function controlAnswer(
  { method, path, body }: Call,
  { say, messages }: Pick<Emulator, "say" | "messages">,
): Answer {
  if (method === "GET" && path === "/_emulator/messages") return { status: 200, body: messages() };
  if (method !== "POST" || path !== "/_emulator/say") return { status: 404 };
  const { text, in: where, mention } = (body ?? {}) as { text?: unknown; in?: unknown; mention?: unknown };
  if (typeof text !== "string") return { status: 400, body: { error: "text is missing" } };
  return { status: 201, body: say(text, { in: where === "group" ? "group" : "direct", mention: mention === true }) };
}
