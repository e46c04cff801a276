import { setTimeout as sleep } from "node:timers/promises";
import type { SendRequest, SendResult } from "@loong/api";
import { type Clock, createGateway, defaultSettings, type GatewayLog } from "@loong/gateway";
import { createMemoryJournal } from "@loong/journal/memory";
import { isLoongError, LoongError, type OutboundMessage, problemOf, type Receipt } from "@loong/sdk";
import type { Account } from "./account/account.ts";
import { contentOf, sendResult } from "./send-result.ts";

export interface DirectSendOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: GatewayLog;
}

const MAX_ATTEMPTS = 3;
const MAX_PAUSE_MS = 10_000;

/**
 * Sends with the gateway's own delivery, over a journal that ends with this process: the words are cut, ordered and keyed
 * as the gateway would, but somebody waits for the answer, so what is not sent after three attempts has failed.
 */
export async function sendDirectly(
  account: Account,
  request: SendRequest,
  { clock, random, log }: DirectSendOptions,
): Promise<SendResult> {
  let failure: LoongError | undefined;
  const channels = {
    facts: () => account.facts,
    startTyping: () => undefined,
    stopTyping: async () => undefined,
    stream: () => undefined,
    send: (_channel: string, _account: string, message: OutboundMessage, signal: AbortSignal) =>
      sendFewTimes(account, message, signal).catch((error: unknown) => {
        if (!isLoongError(error)) throw error;
        failure = error;
        if (isUnclear(error)) throw error;
        throw new LoongError(error.code, error.message, { outcome: "rejected", cause: error });
      }),
  };
  const ports = { journal: createMemoryJournal(), channels, agents: { run: silent }, clock, random, log };
  const { channel, id } = account.config;
  const { to, threadId } = request;
  const place = { channel, account: id, to, ...(threadId === undefined ? {} : { threadId }) };
  const part = await createGateway(ports, defaultSettings).send({ ...place, content: contentOf(request) });
  const result = sendResult(part, "direct", (code) => (failure?.code === code ? failure.hint : undefined));
  return failure === undefined || isUnclear(failure) ? result : { ...result, ...failed(failure) };
}

function isUnclear({ outcome = "unknown" }: LoongError): boolean {
  return outcome === "unknown";
}

async function* silent(): AsyncGenerator<never> {
  // Nobody speaks to this gateway, so no turn begins.
}

async function sendFewTimes(account: Account, message: OutboundMessage, signal: AbortSignal): Promise<Receipt> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await account.send(message, signal);
    } catch (error) {
      const isNotSent = isLoongError(error) && error.outcome === "not-sent";
      const pauseMs = Math.max(isNotSent ? (error.retryAfterMs ?? 0) : 0, 1_000 * 2 ** (attempt - 1));
      if (!isNotSent || attempt === MAX_ATTEMPTS || pauseMs > MAX_PAUSE_MS) throw error;
      await sleep(pauseMs, undefined, { signal });
    }
  }
}

function failed(error: LoongError): Pick<SendResult, "state" | "error"> {
  return { state: error.outcome === "rejected" ? "rejected" : "dead", error: problemOf(error) };
}
