import { connect, type Socket } from "node:net";
import { createCipheriv, createHash, randomBytes } from "node:crypto";
import { signedHeaders } from "../extensions/http/src/signature.ts";
import type { GatewayStatus } from "@loong/api";
import { statePaths } from "@loong/config";
import { startFeishuEmulator } from "@loong/feishu/emulator";
import { type ControlClient, connectControl, controlSocketPath } from "@loong/host/control";
import { startHttpEmulator } from "@loong/http/emulator";
import { startTelegramEmulator } from "@loong/telegram/emulator";
import { createOperator, type Running } from "../apps/cli/test/operator.ts";
import { canaries } from "./canaries.ts";
import type { Json } from "./fixture.ts";
import { startRawWecom } from "./raw-wecom.ts";

const ENCRYPTED = { appId: "cli_a9f6c72aa7b85bca", appSecret: canaries.feishuAppSecret, botName: "Loong" };
const PLAIN = { appId: "cli_bbbbbbbbbbbbbbbb", appSecret: `${canaries.feishuAppSecret}2`, botName: "Plain" };
const TELEGRAM = { token: canaries.telegramBotToken, username: "loong_bot", name: "Loong" };

/** A real gateway with an account of each way in, and platforms on this machine that it talks to. */
export type House = Awaited<ReturnType<typeof openHouse>>;

export async function openHouse() {
  const feishu = await startFeishuEmulator({
    apps: [
      { ...ENCRYPTED, encryptKey: canaries.feishuEncryptKey, verificationToken: canaries.feishuVerificationToken },
      { ...PLAIN, verificationToken: canaries.feishuSecondToken },
    ],
  });
  const telegram = await startTelegramEmulator({ bots: [TELEGRAM] });
  const http = await startHttpEmulator({ secret: canaries.httpSecret });
  const wecom = await startRawWecom();
  const ada = feishu.user("Ada");
  const room = feishu.group("Room", [ada], [ENCRYPTED.appId]);
  const tina = telegram.user("Tina");
  const tinasGroup = telegram.group("Group", [tina], [TELEGRAM.username]);
  telegram.directChat(tina, TELEGRAM.username);

  const operator = createOperator({
    FEISHU_SECRET: canaries.feishuAppSecret,
    TELEGRAM_API_BASE_URL: telegram.url,
    WECOM_WEBSOCKET_URL: wecom.url,
    LOONG_METRICS_TOKEN: canaries.metricsToken,
  });
  operator.write("telegram-token", `${canaries.telegramBotToken}\n`);
  operator.write(
    "config.json",
    JSON.stringify(configOf(ada.openId, String(tina.userId), feishu.url, http.callbackUrl)),
  );
  const gateway = operator.starts("loong gateway run --port 0 --verbose");
  const paths = statePaths({ HOME: operator.env["HOME"] ?? "" });
  const control = connectControl(paths);
  const origin = await originOf(gateway, control).catch(async (error: unknown) => {
    await operator.leaves();
    throw error;
  });

  let friends = 0;
  let isOver = false;
  void gateway.ended.then(() => (isOver = true));
  const names = {
    ada: ada.openId,
    room: room.chatId,
    bot: feishu.app(ENCRYPTED.appId).botOpenId,
    tina: String(tina.userId),
    group: String(tinasGroup.chatId),
    telegramBot: canaries.telegramBotToken.slice(0, 10),
  };

  async function books(): Promise<Books> {
    return booksOf(await control.status());
  }

  return {
    /** The number of somebody who has not said anything yet. */
    nextFriend: () => friends++,
    tcp: { host: "127.0.0.1", port: Number(new URL(origin).port) },
    /** The gateway has not ended. */
    isUp: () => !isOver,
    /** Names of people and rooms in the place of `{{…}}`. */
    named: (input: Json) => JSON.parse(withNames(JSON.stringify(input), names)) as Json,
    operator,
    gateway,
    control,
    paths,
    socketPath: controlSocketPath(paths),
    wecom,
    people: { ada: ada.openId, room: room.chatId, bot: feishu.app(ENCRYPTED.appId).botOpenId, tina, tinasGroup },
    feishuAppId: ENCRYPTED.appId,
    plainAppId: PLAIN.appId,
    books,
    /** The books, once nothing is under way. */
    async settledBooks(): Promise<Books> {
      let last = await books();
      await until(
        async () => {
          last = await books();
          return !last.isBusy;
        },
        () => `nothing is under way: ${JSON.stringify(last.counts)}`,
      );
      return last;
    },
    async closes(): Promise<number | null> {
      gateway.signal("SIGTERM");
      const { code } = await gateway.ended;
      await operator.leaves();
      await Promise.all([feishu.close(), telegram.close(), http.close(), wecom.close()]);
      return code;
    },
  };
}

async function untilConnected(control: ControlClient, accounts: number): Promise<void> {
  let states: readonly string[] = [];
  const isConnected = async () => {
    const { surfaces } = await control.status();
    states = surfaces.map(({ channel, account, state, reason }) => `${channel}/${account} ${state} ${reason ?? ""}`);
    return surfaces.length === accounts && surfaces.every(({ state }) => state === "CONNECTED");
  };
  await until(isConnected, () => `all accounts are connected: ${states.join(", ")}`);
}

function configOf(ada: string, tina: string, baseUrl: string, callbackUrl: string): object {
  return {
    agent: { use: "echo" },
    gateway: {},
    channels: {
      feishu: {
        mode: "webhook",
        baseUrl,
        groupPolicy: "open",
        dmPolicy: "allowlist",
        allowFrom: [ada],
        ackReactions: false,
        accounts: {
          default: {
            appId: ENCRYPTED.appId,
            appSecret: { env: "FEISHU_SECRET" },
            encryptKey: canaries.feishuEncryptKey,
            verificationToken: canaries.feishuVerificationToken,
          },
          plain: {
            appId: PLAIN.appId,
            appSecret: PLAIN.appSecret,
            verificationToken: canaries.feishuSecondToken,
            webhookPath: "/lark/plain",
          },
        },
      },
      telegram: {
        mode: "webhook",
        botTokenFile: "telegram-token",
        webhookSecret: canaries.telegramWebhookSecret,
        dmPolicy: "allowlist",
        allowFrom: [tina, ...Array.from({ length: FRIENDS }, (_, index) => String(friendIds.telegram(index)))],
        groupPolicy: "open",
        commandsMenu: false,
      },
      wecom: {
        botId: "aib_corpus",
        secret: canaries.wecomSecret,
        dmPolicy: "allowlist",
        allowFrom: Array.from({ length: FRIENDS }, (_, index) => friendIds.wecom(index)),
        groupPolicy: "open",
        reconnectIntervalS: 1,
      },
      http: {
        secret: canaries.httpSecret,
        callbackUrl,
        dmPolicy: "allowlist",
        allowFrom: ["friend"],
      },
    },
  };
}

function withNames(text: string, names: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{\{(\w+)\}\}/g, (whole, name: string) => names[name] ?? whole);
}

/** Enough that nobody says more in a minute than one person may. */
const FRIENDS = 400;

/** People who may speak, by number. */
export const friendIds = {
  telegram: (index: number) => 500_000 + (index % FRIENDS),
  wecom: (index: number) => `friend-${index % FRIENDS}`,
  // In the room anybody may.
  feishu: (index: number) => `ou_friend_${index}`,
};

/** What the gateway counts, without what a healthy request adds. */
export interface Books {
  readonly isBusy: boolean;
  /** `"feishu/default received"`, `"feishu/default refused signature"`, `"inbox done"`. */
  readonly counts: Readonly<Record<string, number>>;
}

/** States of rows that will change by themselves. */
const UNDER_WAY = ["inbox new", "inbox running", "outbox pending", "outbox sending", "outbox held"];

function booksOf({ surfaces, queues }: GatewayStatus): Books {
  const counts = Object.fromEntries([
    ...surfaces.flatMap(({ channel, account, received, refused }) => [
      [`${channel}/${account} received`, received] as const,
      ...Object.entries(refused).map(([reason, count]) => [`${channel}/${account} refused ${reason}`, count] as const),
    ]),
    ...Object.entries(queues?.inbox ?? {}).map(([state, count]) => [`inbox ${state}`, count] as const),
    ...Object.entries(queues?.outbox ?? {}).map(([state, count]) => [`outbox ${state}`, count] as const),
  ]);
  const isBusy = UNDER_WAY.some((key) => (counts[key] ?? 0) > 0) || (queues?.runningTurns ?? 0) > 0;
  return { counts, isBusy };
}

/** What was added: only what is not zero. */
export function added(before: Books, after: Books): Record<string, number> {
  const keys = Object.keys(after.counts).toSorted();
  const pairs = keys.map((key) => [key, (after.counts[key] ?? 0) - (before.counts[key] ?? 0)] as const);
  return Object.fromEntries(pairs.filter(([, count]) => count !== 0));
}

// Requests as the platforms make them -----------------------------------------------------------------------------------

export function feishuEncrypted(plain: string | Uint8Array, key: string = canaries.feishuEncryptKey): string {
  const iv = randomBytes(16);
  const cipher = createCipheriv("aes-256-cbc", createHash("sha256").update(key).digest(), iv);
  const bytes = Buffer.concat([iv, cipher.update(Buffer.from(plain)), cipher.final()]);
  return JSON.stringify({ encrypt: bytes.toString("base64") });
}

export function feishuSigned(
  body: string | Uint8Array,
  skewSeconds = 0,
  key: string = canaries.feishuEncryptKey,
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(Date.now() / 1_000) + skewSeconds);
  const nonce = randomBytes(8).toString("hex");
  const digest = createHash("sha256").update(`${timestamp}${nonce}${key}`).update(body).digest("hex");
  return { "x-lark-request-timestamp": timestamp, "x-lark-request-nonce": nonce, "x-lark-signature": digest };
}

export function httpSigned(body: string | Uint8Array, skewSeconds = 0): Readonly<Record<string, string>> {
  return signedHeaders(canaries.httpSecret, Buffer.from(body), Date.now() + skewSeconds * 1_000);
}

export interface Answer {
  /** 0: the connection ended without an answer. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The gateway ended the connection. */
  readonly closed: boolean;
  readonly text: string;
}

const ANSWER_WITHIN_MS = 15_000;

/** Writes bytes into a connection of their own and reads the first answer, or the end. */
export async function exchange(
  to: { readonly port: number; readonly host: string } | { readonly path: string },
  pieces: readonly (Uint8Array | number)[],
): Promise<Answer> {
  const socket = connect({ ...to, allowHalfOpen: true });
  const chunks: Buffer[] = [];
  let closed = false;
  const gone = new Promise<void>((resolve) => {
    for (const event of ["error", "end", "close"]) {
      socket.on(event, () => {
        closed = true;
        resolve();
      });
    }
  });
  const answered = new Promise<void>((resolve) => {
    socket.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      if (isWhole(Buffer.concat(chunks).toString("latin1"))) resolve();
    });
    void gone.then(resolve);
    setTimeout(resolve, ANSWER_WITHIN_MS).unref();
  });
  await write(socket, pieces, answered);
  await answered;
  const text = Buffer.concat(chunks).toString("latin1");
  // The end follows the answer at once where there is one.
  if (!closed && /^connection: close$/im.test(text)) await gone;
  socket.destroy();
  return parsed(text, closed || /^connection: close$/im.test(text));
}

/** Numbers are pauses in milliseconds. What is still to be written when the answer is there is not written. */
async function write(socket: Socket, pieces: readonly (Uint8Array | number)[], answered: Promise<void>): Promise<void> {
  let over = false;
  void answered.then(() => (over = true));
  for (const piece of pieces) {
    if (over || socket.destroyed) return;
    if (typeof piece === "number") await Promise.race([new Promise((wake) => setTimeout(wake, piece)), answered]);
    else socket.write(piece);
  }
}

function isWhole(text: string): boolean {
  const [head, body] = halves(text);
  const length = /^content-length: (\d+)$/im.exec(head)?.[1];
  if (body === undefined) return false;
  return length === undefined ? text.endsWith("\r\n0\r\n\r\n") : body.length >= Number(length);
}

function parsed(text: string, closed: boolean): Answer {
  const [head, body = ""] = halves(text);
  const [first = "", ...lines] = head.split("\r\n");
  const isChunked = /^transfer-encoding: chunked$/im.test(head);
  const length = Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? body.length);
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]),
  );
  return {
    status: Number(/^HTTP\/1\.1 (\d{3})/.exec(first)?.[1] ?? 0),
    headers,
    body: Buffer.from(isChunked ? unchunked(body) : body.slice(0, length), "latin1").toString(),
    closed,
    text,
  };
}

function unchunked(body: string): string {
  const end = body.indexOf("\r\n");
  const length = Number.parseInt(body.slice(0, end), 16);
  return length > 0 ? body.slice(end + 2, end + 2 + length) + unchunked(body.slice(end + 2 + length + 2)) : "";
}

function halves(text: string): readonly [string, string | undefined] {
  const end = text.indexOf("\r\n\r\n");
  return end === -1 ? [text, undefined] : [text.slice(0, end), text.slice(end + 4)];
}

/** Where it listens, once its accounts are connected. */
async function originOf(gateway: Running, control: ControlClient): Promise<string> {
  await gateway.waitFor(/listening on http:\S+/, 60_000);
  const ended = gateway.ended.then(() => {
    throw new Error(`the gateway ended:\n${gateway.output()}`);
  });
  await Promise.race([untilConnected(control, 5), ended]);
  return /listening on (http:\S+)/.exec(gateway.output())?.[1] ?? "";
}

/** Looks again and again, for a minute. @throws Error naming what did not come. */
export async function until(holds: () => Promise<boolean>, what: () => string, withinMs = 60_000): Promise<void> {
  const deadlineMs = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > deadlineMs) throw new Error(`it never came to this: ${what()}`);
    await new Promise((wake) => setTimeout(wake, 5));
  }
}
