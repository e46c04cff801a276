import { randomBytes } from "node:crypto";
import { type Channel, type ChannelHost, type OutboundMessage, type Receipt, isLoongError } from "@loong/sdk";
import type { WebchatAccount } from "./account.ts";
import { createMarkdownReader } from "./conversation/markdown.ts";
import { createPreviews } from "./conversation/preview.ts";
import { speak } from "./conversation/speak.ts";
import { webchatErrors } from "./errors.ts";
import { whoAnswers } from "./listener/self-check.ts";
import { probe } from "./probe.ts";
import { limitsOf } from "./settings.ts";
import { type Station, createStation } from "./station.ts";
import { createVisitors } from "./visitors/visitors.ts";

/** UTF-16 units of one answer; longer ones come in parts. */
export const MAX_TEXT_LENGTH = 16_000;

/** One account: a page, a listener, and the visitors of this process. */
export function openWebchat(account: WebchatAccount, host: ChannelHost): Channel {
  const { now } = host.clock;
  const limits = limitsOf(account);
  const visitors = createVisitors(limits, now);
  const station = createStation({ account, host, limits, visitors });
  const readMarkdown = createMarkdownReader();
  const closed = new AbortController();
  const heldForSends: (() => Promise<void>)[] = [];

  /** Without `serve`, the listener stays from the first send until `close`, so that pages stay connected. */
  async function holdForSend(): Promise<() => Promise<void>> {
    const wasListening = station.isListening;
    const { release } = await station.hold().catch((error: unknown) => {
      throw asSendError(error);
    });
    if (wasListening) return release;
    heldForSends.push(release);
    return async () => {};
  }

  async function send(message: OutboundMessage, signal: AbortSignal): Promise<Receipt> {
    if (signal.aborted || closed.signal.aborted) throw webchatErrors.WEBCHAT_ABORTED([]);
    station.settings();
    if (!(await station.identity()).isOurs(message.to)) throw webchatErrors.WEBCHAT_UNKNOWN_VISITOR([]);
    const release = await holdForSend();
    try {
      const { visitorTimeoutMs } = limits;
      return await speak({ visitors, visitorTimeoutMs, readMarkdown, now }, message, signal);
    } finally {
      await release();
    }
  }

  return {
    probe: (signal) => probe(station, signal),
    send,
    async serve(inbound, signal) {
      const { release } = await station.hold();
      try {
        await provesItself(station, signal);
        station.receiveFor(inbound);
        inbound.report({ state: "connected" });
        host.log.info(`the page is at http://${station.settings().bind}/`);
        await aborted(AbortSignal.any([signal, closed.signal]));
      } finally {
        station.receiveFor(undefined);
        await release();
      }
    },
    async close() {
      closed.abort();
      await Promise.all(heldForSends.map((release) => release()));
    },
    typing: {
      async start({ conversationId }) {
        const visitor = visitors.find(conversationId);
        if (visitor !== undefined) visitors.showTyping(visitor, true);
        return conversationId;
      },
      async stop(handle) {
        const visitor = visitors.find(handle);
        if (visitor !== undefined) visitors.showTyping(visitor, false);
      },
    },
    stream: createPreviews({ visitors, identity: station.identity, readMarkdown, maxLength: MAX_TEXT_LENGTH, now }),
  };
}

/** Connected means that a request to the listener's own address is answered by this very account. */
async function provesItself(station: Station, signal: AbortSignal): Promise<void> {
  const settings = station.settings();
  const answering = await whoAnswers(settings, await station.identity(), randomBytes(16).toString("hex"), signal);
  if (answering !== "this-account" && !signal.aborted) throw webchatErrors.WEBCHAT_LISTENER_SILENT([settings.bind]);
}

/** Nobody has seen the message: it may go out when the port is free again. Settings that cannot work keep their outcome. */
function asSendError(error: unknown): unknown {
  const isForOperator = isLoongError(error) && error.outcome === "bad-credentials";
  return isForOperator ? error : webchatErrors.WEBCHAT_NOT_LISTENING([], { cause: error });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
