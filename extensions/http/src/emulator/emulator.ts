import { setTimeout as sleep } from "node:timers/promises";
import { createBoard, type ShownMessage, type TakenEvent } from "./board.ts";
import { createDeliveries } from "./deliveries.ts";
import { type CallbackFault, createCallbackFaults } from "./faults.ts";
import { forgeriesOf, type Forgery } from "./forgeries.ts";
import { serveApplication } from "./server.ts";
import { type Conversation, createSpeech, messageOf, type Speech } from "./speech.ts";
import { createTown, type Town } from "./town.ts";

export interface HttpEmulatorOptions {
  /** 0, the default: any free one. */
  readonly port?: number;
  readonly host?: string;
  readonly secret?: string;
  readonly name?: string;
  /** Address of the gateway's webhook; can be told later with `deliverTo`. */
  readonly deliverTo?: string;
  /** Waits between attempts to deliver; none by default, so that a test sees each attempt. */
  readonly retryDelaysMs?: readonly number[];
  readonly now?: () => number;
}

export const DEFAULT_SECRET = "emulator-secret-0123456789";

/** Some application: people in conversations, a way to the gateway, and a callback address. */
export interface HttpEmulator extends Town, Speech {
  readonly url: string;
  readonly callbackUrl: string;
  deliverTo(url: string): void;
  /** What Loong has said, oldest first. */
  shows(conversation?: Conversation): readonly ShownMessage[];
  /** @throws Error after `timeoutMs`, 8,000 unless told. */
  waitFor(
    conversation: Conversation,
    fits: (message: ShownMessage) => boolean,
    timeoutMs?: number,
  ): Promise<ShownMessage>;
  /** Every callback that was signed right, whatever came of it. */
  events(): readonly TakenEvent[];
  inject(fault: CallbackFault): void;
  clearFaults(): void;
  rotateSecret(secret: string): void;
  /** Requests that the gateway must refuse. */
  forgeries(path: string): readonly Forgery[];
  close(): Promise<void>;
}

export async function startHttpEmulator(options: HttpEmulatorOptions = {}): Promise<HttpEmulator> {
  const { now = Date.now, name = "Some application", retryDelaysMs = [], deliverTo } = options;
  const keys = { secret: options.secret ?? DEFAULT_SECRET };
  const secret = () => keys.secret;
  const deliveries = createDeliveries({
    secret,
    now,
    retryDelaysMs,
    ...(deliverTo === undefined ? {} : { deliverTo }),
  });
  const town = createTown();
  const board = createBoard((id) => town.conversations().some((place) => place.id === id));
  const faults = createCallbackFaults();
  const events: TakenEvent[] = [];
  const heard = (event: TakenEvent) => void events.push(event);
  const shows = (place?: Conversation) =>
    board.shows().filter(({ conversationId }) => place === undefined || conversationId === place.id);
  const stage = {
    ...town,
    ...createSpeech(deliveries, now),
    shows,
    inject: faults.inject,
    clearFaults: faults.clear,
  };
  const server = await serveApplication({ ...options, name, now, secret, board, faults, stage, heard });
  return {
    ...stage,
    url: server.url,
    callbackUrl: `${server.url}/loong`,
    deliverTo: deliveries.to,
    waitFor: (place, fits, timeoutMs = 8_000) => waitUntil(() => shows(place).find(fits), timeoutMs),
    events: () => events,
    rotateSecret: (next) => void (keys.secret = next),
    forgeries: (path) => forgeriesOf(secret(), path, forgedBody(now()), now()),
    async close() {
      await deliveries.close();
      await server.close();
    },
  };
}

function forgedBody(nowMs: number): string {
  const mallory = { id: "user-mallory", name: "Mallory" };
  return JSON.stringify(messageOf({ id: "room-1", type: "direct" }, mallory, "let me in", {}, nowMs));
}

async function waitUntil<T>(ask: () => T | undefined, timeoutMs: number): Promise<T> {
  for (const endMs = performance.now() + timeoutMs; performance.now() < endMs; await sleep(10)) {
    const found = ask();
    if (found !== undefined) return found;
  }
  throw new Error(`not shown within ${timeoutMs} ms`);
}
