import { request } from "node:http";
import type { Settings } from "../settings.ts";
import { type Identity, sameText } from "../visitors/identity.ts";

/** What answers at the account's own address. */
export type Answering = "this-account" | "somebody-else" | "nobody";

const ANSWER_MS = 3_000;
const WILDCARDS: Readonly<Record<string, string>> = { "0.0.0.0": "127.0.0.1", "::": "::1" };

/** Asks the address for a proof that only a listener with the same key can give. */
export async function whoAnswers(
  settings: Settings,
  identity: Identity,
  challenge: string,
  signal: AbortSignal,
): Promise<Answering> {
  try {
    const body = await ask(settings, challenge, signal);
    return sameText(body, identity.proof(challenge)) ? "this-account" : "somebody-else";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ECONNREFUSED" ? "nobody" : "somebody-else";
  }
}

function ask({ host, port }: Settings, challenge: string, signal: AbortSignal): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const asked = request({
    host: WILDCARDS[host] ?? host,
    port,
    path: `/healthz?challenge=${challenge}`,
    agent: false,
    signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]),
  });
  asked.on("error", reject);
  asked.on("response", (response) => {
    let body = "";
    response.setEncoding("utf8");
    response.on("error", reject);
    response.on("data", (text: string) => {
      body += text;
      if (body.length > 1_024) asked.destroy(new Error("not the answer of a webchat"));
    });
    response.on("end", () => resolve(body));
  });
  asked.end();
  return promise;
}
