import { wordsIn } from "../words.ts";
import type { Receiver, Reply } from "./receiver.ts";

const PATH = /^\/json\/([^/]+)$/;

/** A program of one's own that takes JSON: answers statuses, asks for a bearer token when it has one. */
export const plainReceiver: Receiver = {
  kinds: ["json"],
  rates: [],
  tooFast: { code: 429, words: "too many requests" },
  tokenOf: ({ path }) => PATH.exec(path)?.[1],
  error: (code, words) => ({ status: Number(code), body: { error: words } }),
  answer({ method, headers, body }, hook) {
    if (hook === undefined) return refused(404, "not found");
    const { authToken } = hook.options;
    if (authToken !== undefined && headers["authorization"] !== `Bearer ${authToken}`)
      return refused(401, "unauthorized");
    if (method === "OPTIONS") return { status: 204, headers: { allow: "POST, OPTIONS" }, body: "" };
    if (method !== "POST") return refused(405, "method not allowed");
    if (body === undefined) return refused(400, "not JSON");
    return { status: 200, body: { ok: true }, shows: { text: wordsIn(body).join("\n"), type: "json" } };
  },
};

function refused(status: number, error: string): Reply {
  return { status, body: { error } };
}
