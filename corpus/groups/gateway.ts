import { randomUUID } from "node:crypto";
import type { Bench, Outcome } from "../bench.ts";
import { createCanaryWatch } from "../canaries.ts";
import type { Fixture, Json } from "../fixture.ts";
import { added, type Answer, type Books, exchange, type House } from "../house.ts";
import { type RequestInput, requestBytes } from "./requests.ts";

/** A gateway that is healthy serves a stranger's request and a probe well within this, also on a busy machine. */
const HEALTHY_WITHIN_MS = 15_000;

/** What a bench over the gateway has to say about one input: the answer if there was one, and what was said. */
type Try = (input: Json, fixture: Fixture) => Promise<{ readonly is: Record<string, Json>; readonly said: string }>;

/** Tries an input, waits until nothing is under way, and adds what the gateway counted, if it is as well as before. */
export function gatewayBench(house: House, tryOne: Try): Bench {
  let before: Books | undefined;
  return {
    async try(input, fixture): Promise<Outcome> {
      if (fixture.slow) return tryOne(input, fixture);
      before ??= await house.settledBooks();
      const { is, said } = await tryOne(input, fixture);
      const after = await house.settledBooks();
      const counted = withoutLate(added(before, after));
      const isHealthy = await serves(house);
      before = isHealthy ? withOneMore(after) : undefined;
      return { is: { ...is, counted, ...(isHealthy ? {} : { healthy: false }) }, said };
    },
    async closes() {
      if (!house.isUp()) return "the gateway is down";
      const [leak] = createCanaryWatch().search("output of the gateway", house.gateway.output());
      return leak === undefined
        ? undefined
        : `${leak.name} ${leak.form} is in the gateway's output after: ${leak.before}`;
    },
  };
}

/** Slow inputs are refused for their slowness while others are tried. */
function withoutLate(counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).filter(([key]) => !key.endsWith(" refused deadline")));
}

/** What the healthy request counts for. */
function withOneMore({ counts, ...rest }: Books): Books {
  const one = (key: string) => ({ [key]: (counts[key] ?? 0) + 1 });
  return { ...rest, counts: { ...counts, ...one("http/default received"), ...one("inbox denied") } };
}

/** A stranger's message is stored (as denied) without delay. */
async function serves(house: House): Promise<boolean> {
  const startedAtMs = performance.now();
  const body = { id: randomUUID(), conversation: { id: "c", type: "direct" }, sender: { id: "nobody" }, text: "hi" };
  const stored = await send({ to: "http", body }, house);
  return stored.body === '{"status":"stored"}' && performance.now() - startedAtMs < HEALTHY_WITHIN_MS;
}

export function send(input: RequestInput, house: House): Promise<Answer> {
  return exchange(house.tcp, [requestBytes(input, house)]);
}

/** What the fixtures compare of an answer: status, the code or words of an error, and whether the connection ended. */
export function factsOf({ status, body, closed, headers }: Answer): Record<string, Json> {
  const allow = headers["allow"];
  return {
    status,
    ...errorOf(body),
    ...(closed ? { closed } : {}),
    ...(allow === undefined ? {} : { allow }),
  };
}

function errorOf(body: string): Record<string, Json> {
  if (!body.startsWith("{") || body.includes("\n")) return body === "" ? {} : { body };
  const { error, ...rest } = JSON.parse(body) as { error?: Json };
  if (error === undefined) return Object.keys(rest).length === 0 ? {} : { body: rest };
  if (typeof error === "string") return { error };
  const { code, message } = error as { code?: Json; message?: Json };
  return { code: code ?? null, message: message ?? null };
}
