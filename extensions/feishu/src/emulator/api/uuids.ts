import type { EmulatorClock } from "@loong/emulator-kit";

/** What a key has led to so far. */
type Claim = { readonly state: "being-sent" } | { readonly state: "sent"; readonly messageId: string };

/** Remembers idempotency keys: at most one message for each in an hour. */
export interface Uuids {
  /** What the key has led to; `undefined`: nothing yet, and now it is the caller's. */
  claim(key: string): Claim | undefined;
  /** Ends what `claim` began; without a message the key is free again. */
  settle(key: string, messageId?: string): void;
}

const WINDOW_MS = 60 * 60 * 1000;
const SWEEP_EVERY = 10_000;

/** @see https://open.feishu.cn/document/server-docs/im-v1/message/create (`uuid`; read 2026-05) */
export function createUuids(clock: EmulatorClock): Uuids {
  const known = new Map<string, { readonly claim: Claim; readonly untilMs: number }>();
  let claims = 0;

  function put(key: string, claim: Claim): void {
    known.delete(key);
    known.set(key, { claim, untilMs: clock.now() + WINDOW_MS });
  }

  /** Entries stand in the order of their end. */
  function sweep(): void {
    for (const [key, { untilMs }] of known) {
      if (untilMs > clock.now()) return;
      known.delete(key);
    }
  }

  return {
    claim(key) {
      claims += 1;
      if (claims % SWEEP_EVERY === 0) sweep();
      const entry = known.get(key);
      if (entry !== undefined && entry.untilMs > clock.now()) return entry.claim;
      put(key, { state: "being-sent" });
      return undefined;
    },
    settle(key, messageId) {
      if (messageId === undefined) known.delete(key);
      else put(key, { state: "sent", messageId });
    },
  };
}
