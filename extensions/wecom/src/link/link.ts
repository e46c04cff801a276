import { randomUUID } from "node:crypto";
import type { Logger, LoongError } from "@loong/sdk";
import type { Credentials } from "../config.ts";
import { wecomErrors } from "../errors.ts";
import { createAcks } from "./acks.ts";
import { classify, classifySubscription } from "./classify.ts";
import { type Answer, type Push, decodeFrame, encodeFrame } from "./frame.ts";
import { createHeartbeat } from "./heartbeat.ts";
import { type Body, type JsonObject, objectAt, textAt } from "./json.ts";
import { openSocket } from "./socket.ts";
import type { Timing } from "./timing.ts";

export interface LinkOptions {
  readonly url: URL;
  readonly credentials: Credentials;
  readonly pingIntervalMs: number;
  readonly timing: Timing;
  readonly log: Logger;
}

/** One connection that the platform counts as the bot's, from the subscription to its end. It never reconnects. */
export interface Link {
  /** Resolves with the reason once the link is over; with `undefined` when `close` ended it. */
  readonly ended: Promise<LoongError | undefined>;
  readonly isOver: boolean;
  /**
   * Sends one command and gives what the platform answers.
   *
   * @param reqId - Of the message that this replies to; a fresh one when absent.
   * @throws whatever the answer or its absence means
   */
  request(cmd: string, body: Body, signal: AbortSignal, reqId?: string): Promise<JsonObject>;
  /** Asks for a sign of life. */
  ping(signal: AbortSignal): Promise<void>;
  /** Sends what nobody waits for. */
  tell(cmd: string, body: Body, reqId: string): void;
  /** Says goodbye; resolves once nothing can come in any more. */
  close(): Promise<void>;
}

export function newReqId(cmd: string): string {
  return `${cmd}_${randomUUID()}`;
}

/**
 * Connects and subscribes.
 *
 * @param onPush - Gets what happens, in the order it comes; the end of the connection is not among it.
 * @throws WECOM_UNREACHABLE, WECOM_ABORTED, WECOM_SUBSCRIBE_SILENT, WECOM_CREDENTIALS_REJECTED, WECOM_SUBSCRIBE_LIMITED,
 * WECOM_SUBSCRIBE_REFUSED
 * @see https://developer.work.weixin.qq.com/document/path/101463 (read 2026-05)
 */
export async function openLink(options: LinkOptions, onPush: (push: Push) => void, signal: AbortSignal): Promise<Link> {
  const { url, credentials, pingIntervalMs, timing, log } = options;
  const { promise: ended, resolve: resolveEnd } = Promise.withResolvers<LoongError | undefined>();
  let over: { readonly why: LoongError | undefined } | undefined;
  const heartbeat = createHeartbeat(pingIntervalMs, timing.pongMs);
  const socket = await openSocket(url, timing.connectMs, receive, signal);
  const acks = createAcks((text) => socket.send(text), timing.ackMs);
  const onAbort = () => end(wecomErrors.WECOM_ABORTED([]));

  function end(why: LoongError | undefined): void {
    if (over !== undefined) return;
    over = { why };
    heartbeat.stop();
    acks.end(why === undefined ? "closed" : why.message);
    if (why?.code === "WECOM_LINK_SILENT") socket.cut();
    else socket.close();
    resolveEnd(why);
  }

  function receive(text: string): void {
    heartbeat.heard();
    const frame = decodeFrame(text);
    // The platform sends no message twice: one that comes behind the goodbye counts like any other.
    if (over !== undefined) return frame?.kind === "push" ? hand(frame) : undefined;
    if (frame === undefined) return log.debug("a frame that cannot be read was dropped", { bytes: text.length });
    if (frame.kind === "answer") return answered(frame);
    if (frame.cmd === "ping") return socket.send(encodeFrame("pong", frame.reqId));
    if (isKick(frame)) return end(wecomErrors.WECOM_KICKED([]));
    hand(frame);
  }

  /** The last line: a frame that nobody thought of takes neither the connection nor the process with it. */
  function hand(push: Push): void {
    try {
      onPush(push);
    } catch (error) {
      log.error("a frame was dropped: it is not of the documented form", { cmd: push.cmd, error: String(error) });
    }
  }

  function answered(answer: Answer): void {
    acks.settle(answer);
    if (answer.code === 846609) end(classify(answer));
  }

  async function subscribe(): Promise<void> {
    const cmd = "aibot_subscribe";
    const reqId = newReqId(cmd);
    const body = { bot_id: credentials.botId, secret: credentials.secret };
    const limited = AbortSignal.any([signal, AbortSignal.timeout(timing.subscribeMs)]);
    const answer = await acks.request(reqId, encodeFrame(cmd, reqId, body), limited).catch(() => undefined);
    if (over?.why !== undefined) throw over.why;
    if (answer === undefined) throw wecomErrors.WECOM_SUBSCRIBE_SILENT([Math.round(timing.subscribeMs / 1_000)]);
    if (answer.code !== 0) throw classifySubscription(answer);
  }

  void socket.ended.then((reason) => end(wecomErrors.WECOM_LINK_LOST([reason])));
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    await subscribe();
  } catch (error) {
    end(undefined);
    // The platform may have taken the subscription all the same: what it pushes until it says goodbye counts.
    await socket.ended;
    throw error;
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
  heartbeat.start({
    ping: () => socket.send(encodeFrame("ping", newReqId("ping"))),
    dead: (afterMs) => end(wecomErrors.WECOM_LINK_SILENT([Math.round(afterMs / 1_000)])),
  });

  async function request(cmd: string, body: Body | undefined, signal: AbortSignal, reqId: string): Promise<JsonObject> {
    const answer = await acks.request(reqId, encodeFrame(cmd, reqId, body), signal);
    if (answer.code !== 0) throw classify(answer);
    return answer.body;
  }

  return {
    ended,
    get isOver() {
      return over !== undefined;
    },
    request: (cmd, body, signal, reqId = newReqId(cmd)) => request(cmd, body, signal, reqId),
    ping: async (signal) => void (await request("ping", undefined, signal, newReqId("ping"))),
    tell: (cmd, body, reqId) => acks.tell(reqId, encodeFrame(cmd, reqId, body)),
    async close() {
      end(undefined);
      await socket.ended;
    },
  };
}

/** A newer connection of this bot has taken over. The server hangs up on this one seconds or minutes later. */
function isKick({ cmd, body }: Push): boolean {
  return cmd === "aibot_event_callback" && textAt(objectAt(body, "event"), "eventtype") === "disconnected_event";
}
