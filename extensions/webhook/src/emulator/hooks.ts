import { randomBytes, randomUUID } from "node:crypto";

/** Which receiver a hook belongs to. Lark is Feishu outside of China. */
export type HookKind = "feishu" | "lark" | "wecom" | "dingtalk" | "slack" | "json";

export const HOOK_KINDS: readonly HookKind[] = ["feishu", "lark", "wecom", "dingtalk", "slack", "json"];

/** What keeps strangers from writing to a hook. Each receiver has only some of these. */
export interface HookOptions {
  /** Feishu, Lark, DingTalk: every request must be signed with it. */
  readonly secret?: string;
  /** Feishu, Lark, DingTalk: a message must hold one of these words. */
  readonly keywords?: readonly string[];
  /** Plain JSON: the bearer token that every request must carry. */
  readonly authToken?: string;
}

/** A message as the people in the room see it. */
export interface ShownNotification {
  /** All words that can be read in it. */
  readonly text: string;
  readonly kind: HookKind;
  /** `"text"`, `"markdown"`, `"interactive"`: the receiver's own word for what was sent. */
  readonly type: string;
  /** The body as it came. */
  readonly raw: unknown;
  /** Of the request that brought it; names are lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly atMs: number;
}

/** One address that takes messages for one room. */
export interface Hook {
  readonly kind: HookKind;
  /** The part of the address that is the credential. */
  readonly token: string;
  /** Path and query of the address. */
  readonly address: string;
  readonly options: HookOptions;
  readonly shown: ShownNotification[];
  /** When messages came, for the limits. */
  readonly callsMs: number[];
  blockedUntilMs: number;
}

export interface Hooks {
  add(kind: HookKind, options: HookOptions): Hook;
  /** The hook of one of `kinds` with this token. */
  find(kinds: readonly HookKind[], token: string): Hook | undefined;
  all(): readonly Hook[];
}

export function createHooks(): Hooks {
  const hooks: Hook[] = [];
  return {
    add(kind, options) {
      const hook: Hook = { kind, options, shown: [], callsMs: [], blockedUntilMs: 0, ...newAddress(kind) };
      hooks.push(hook);
      return hook;
    },
    find: (kinds, token) => hooks.find((hook) => kinds.includes(hook.kind) && hook.token === token),
    all: () => hooks,
  };
}

/** Addresses have the form of the real ones, so that nothing written for those needs to know the emulator. */
function newAddress(kind: HookKind): Pick<Hook, "token" | "address"> {
  switch (kind) {
    case "feishu":
    case "lark":
      return withToken(randomUUID(), (token) => `/open-apis/bot/v2/hook/${token}`);
    case "wecom":
      return withToken(randomUUID(), (token) => `/cgi-bin/webhook/send?key=${token}`);
    case "dingtalk":
      return withToken(randomBytes(32).toString("hex"), (token) => `/robot/send?access_token=${token}`);
    case "slack":
      return withToken(randomBytes(12).toString("hex"), (token) => `/services/${SLACK_TEAM}/${SLACK_HOOK}/${token}`);
    case "json":
      return withToken(randomBytes(16).toString("hex"), (token) => `/json/${token}`);
  }
}
const SLACK_TEAM = "T00000001";
const SLACK_HOOK = "B00000001";

function withToken(token: string, address: (token: string) => string): Pick<Hook, "token" | "address"> {
  return { token, address: address(token) };
}
