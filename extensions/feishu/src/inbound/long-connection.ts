import { type Inbound, type Logger, type LoongError, isLoongError } from "@loong/sdk";
import { classifyForeign, classifyLink } from "../api/classify.ts";
import { openLink } from "../api/sdk-link.ts";
import { type Transport, jsonBody } from "../api/transport.ts";
import type { Credentials } from "../config.ts";
import { feishuErrors } from "../errors.ts";
import { aborted } from "./aborted.ts";
import { isObject } from "./json.ts";
import { type Envelope, readEnvelope } from "./parse.ts";

/** The client connects only with ids of this form; for others it does nothing at all. */
const APP_ID = /^cli_[0-9a-fA-F]{16}$/;
/** How long a stop waits for events that are being stored, so that they are still acknowledged. */
const GRACE_MS = 1_000;

export interface LongConnectionParts {
  readonly credentials: Credentials;
  readonly baseUrl: URL;
  readonly transport: Transport;
  readonly log: Logger;
  receive(envelope: Envelope, inbound: Inbound): Promise<void>;
}

/**
 * Receives over one long connection until `signal` aborts. Rejects when the connection is over, with the reason; the next
 * call opens a new one.
 *
 * @see https://open.feishu.cn/document/server-docs/event-subscription-guide/event-subscription-configure-/request-url-configuration-case (read 2026-05)
 */
export async function serveLongConnection(
  { credentials, baseUrl, transport, log, receive }: LongConnectionParts,
  inbound: Inbound,
  signal: AbortSignal,
): Promise<void> {
  if (!APP_ID.test(credentials.appId)) throw feishuErrors.FEISHU_APP_ID_FORM([credentials.appId]);
  const underWay = new Set<Promise<void>>();
  let refusal: LoongError | undefined;

  async function discover(url: string, body: unknown): Promise<unknown> {
    try {
      const request = { method: "POST", url: new URL(url), headers: { locale: "zh" }, body: jsonBody(body) };
      const answer = await transport.text(request, signal);
      const reply = parseDiscovery(answer.text);
      if (reply === undefined) throw classifyForeign(baseUrl.host, answer.status, answer.headers);
      if (reply.code !== 0) refusal = classifyLink(reply.code, reply.msg);
      return reply;
    } catch (error) {
      if (isLoongError(error)) refusal = error;
      throw error;
    }
  }

  function onEvent(envelope: unknown): Promise<void> {
    const work = isObject(envelope) ? receive(readEnvelope(envelope), inbound) : Promise.resolve();
    const tracked = work.catch(() => {}).then(() => void underWay.delete(tracked));
    underWay.add(tracked);
    return work.catch((error: unknown) => {
      log.warn("an event was not stored, so the platform sends it again", {
        code: isLoongError(error) ? error.code : "unexpected",
      });
      throw error;
    });
  }

  const link = await openLink({
    ...credentials,
    baseUrl: baseUrl.href.replace(/\/$/, ""),
    agent: transport.agent,
    discover,
    onEvent,
    onOpen: () => log.info("[ws] ws connect success"),
    onAlive() {
      log.info("[ws] ws client ready");
      inbound.report({ state: "connected" });
    },
    log,
  });
  try {
    const outcome = await Promise.race([link.ended, aborted(signal)]);
    if (outcome !== "aborted") throw refusal ?? failureOf(outcome);
    await settled(underWay);
  } finally {
    link.close();
  }
}

function failureOf(outcome: "not opened" | "lost" | "ran wild"): LoongError {
  switch (outcome) {
    case "lost":
      return feishuErrors.FEISHU_LINK_LOST([]);
    case "not opened":
      return feishuErrors.FEISHU_LINK_FAILED(["the socket was refused"]);
    case "ran wild":
      return feishuErrors.FEISHU_LINK_FAILED(["the platform gave no usable ping interval"]);
  }
}

interface Discovery {
  readonly code: number;
  readonly msg: string;
}

function parseDiscovery(text: string): Discovery | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!isObject(value) || typeof value["code"] !== "number") return undefined;
    return { ...value, code: value["code"], msg: typeof value["msg"] === "string" ? value["msg"] : "" };
  } catch {
    return undefined;
  }
}

/** One more turn of the loop after the last, for its acknowledgement to be written. */
async function settled(underWay: ReadonlySet<Promise<void>>): Promise<void> {
  if (underWay.size === 0) return;
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, GRACE_MS);
  await Promise.race([Promise.all(underWay), late]);
  clearTimeout(timer);
  await new Promise<void>((resume) => setImmediate(resume));
}
