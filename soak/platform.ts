import type { Dice } from "@loong/testkit/simulator";

/** One platform under the gateway: rooms with people who talk, and things that go wrong. */
export interface SoakPlatform {
  readonly channel: string;
  /** Times an answer may be seen when a fault hit its sending. 1: the platform shows an idempotency key once. */
  readonly mostCopies: number;
  readonly env: Readonly<Record<string, string>>;
  /** The account, in TOML. */
  readonly config: string;
  /** Somebody says `text` somewhere. */
  speak(text: string, dice: Dice): void;
  /** Something goes wrong now. @returns what; `undefined` when nothing can. */
  disturb(dice: Dice): string | undefined;
  /** Nothing goes wrong any more. */
  calm(): void;
  /** Everything the bot has said, in all rooms. */
  answers(): readonly string[];
  /** Calls `listener` each time the bot's words have appeared, before the bot is told that they have. */
  watch(listener: () => void): () => void;
  /** How many calls or frames that carried `text` a fault hit. */
  hits(text: string): number;
  /** The platform wrote this message into a connection that broke before it can have been read, and will not write it again. */
  isLostOnWire(text: string): boolean;
  /** The last time it wrote each message into a connection of the bot, where that is all it ever knows of it. */
  written(): ReadonlyMap<string, Written>;
  /** The platform has the bot's connection, or is being polled by it. */
  isLinked(): boolean;
  close(): Promise<void>;
}

/** A message that went into a connection. */
export interface Written {
  readonly atMs: number;
  readonly connection: string;
}

/** Rooms of each platform: enough that no room's rate limit is reached at 20 messages a second. */
export const ROOMS = 40;
