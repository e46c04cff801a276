import type { Channel, ChannelHost, LogFields, OutboundContent, Receipt } from "@loong/sdk";
import webhook, { type WebhookAccount } from "@loong/webhook";
import {
  type HookHandle,
  type HookKind,
  type HookOptions,
  type WebhookEmulator,
  startWebhookEmulator,
} from "@loong/webhook/emulator";

export const KINDS: readonly HookKind[] = ["feishu", "lark", "wecom", "dingtalk", "slack", "json"];
const SIGNING: ReadonlySet<HookKind> = new Set(["feishu", "lark", "dingtalk"]);
export const SECRET = "SEC0123456789abcdef0123456789";
export const TOKEN = "bearer-token-of-the-receiver";

/** The safest settings each kind of receiver has. */
export function hookOptions(kind: HookKind): HookOptions {
  if (SIGNING.has(kind)) return { secret: SECRET };
  return kind === "json" ? { authToken: TOKEN } : {};
}

/** What an operator writes to use `hook`, defaults filled in. */
export function accountOf(hook: HookHandle, changes: Partial<WebhookAccount> = {}): WebhookAccount {
  const { secret, authToken } = hookOptions(hook.kind);
  return {
    kind: hook.kind,
    endpointUrl: hook.url,
    ...(secret === undefined ? {} : { secret }),
    ...(authToken === undefined ? {} : { authToken }),
    payloadFormat: "json_text",
    payloadTextField: "text",
    allowPrivateHosts: true,
    ...changes,
  };
}

/** Receivers of their own, and channels that write to them. */
export interface Stage {
  readonly emulator: WebhookEmulator;
  readonly log: string[];
  open(account: WebhookAccount, accountId?: string): Channel;
  /** A hook of this kind and a channel for it. */
  channel(
    kind: HookKind,
    changes?: Partial<WebhookAccount>,
    options?: HookOptions,
  ): { hook: HookHandle; channel: Channel };
  close(): Promise<void>;
}

export async function setUp(): Promise<Stage> {
  const emulator = await startWebhookEmulator();
  const log: string[] = [];
  const write = (message: string, fields?: LogFields) => void log.push(`${message} ${JSON.stringify(fields ?? {})}`);
  const channels: Channel[] = [];
  const open = (account: WebhookAccount, accountId = "default") => {
    const host: ChannelHost = {
      accountId,
      clock: { now: () => Date.now() },
      dataDir: "/nowhere",
      log: { debug: write, info: write, warn: write, error: write },
    };
    const channel = webhook.open(account, host);
    channels.push(channel);
    return channel;
  };
  return {
    emulator,
    log,
    open,
    channel(kind, changes = {}, options = hookOptions(kind)) {
      const hook = emulator.hook(kind, options);
      return { hook, channel: open(accountOf(hook, changes)) };
    },
    async close() {
      await Promise.all(channels.map((channel) => channel.close()));
      await emulator.close();
    },
  };
}

export const never: AbortSignal = new AbortController().signal;

export function say(channel: Channel, content: OutboundContent | string, more: object = {}): Promise<Receipt> {
  const words: OutboundContent = typeof content === "string" ? { type: "text", text: content } : content;
  return channel.send({ idempotencyKey: newKey(), to: "", content: words, ...more }, never);
}

export const markdown = (text: string): OutboundContent => ({ type: "markdown", markdown: text });

let keys = 0;
export const newKey = () => `testkey${process.pid}n${++keys}`;
