import { randomInt } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { ChannelHost, Logger } from "@loong/sdk";
import { type ChannelHarness, type ServedChannel, serveForTest, type ShownMessage } from "@loong/testkit";
import plugin, { type WebchatAccount } from "../src/index.ts";
import { type RemoteBrowser, remoteBrowser } from "./browser-worker.ts";
import { type Bubble, wordsOf } from "./visitor-browser.ts";

const SESSION_KEY = "a-session-key-of-the-tests-00000000001";
const ACCESS_TOKEN = "an-access-token-of-the-tests";

/** Below the ports that outgoing connections are given: a page that tries again and again could be given its own. */
export async function freeAddress(): Promise<string> {
  for (;;) {
    const address = `127.0.0.1:${randomInt(20_000, 30_000)}`;
    if (await isFree(address)) return address;
  }
}

async function isFree(address: string): Promise<boolean> {
  const [host, port] = address.split(":");
  const server = createServer().listen(Number(port), host);
  const isMine = await once(server, "listening").then(
    () => true,
    () => false,
  );
  server.close();
  return isMine;
}

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} };

export function testHost(dataDir: string): ChannelHost {
  return { accountId: "default", log: silent, clock: { now: Date.now }, dataDir };
}

/** `stop` closes the channel too, so that its address is free. */
export async function serveWebchat(account: WebchatAccount, dataDir = "/nonexistent"): Promise<ServedChannel> {
  const channel = plugin.open(account, testHost(dataDir));
  const served = await serveForTest(channel);
  return {
    ...served,
    async stop() {
      await served.stop();
      await channel.close();
    },
  };
}

/** A folder that is gone after the test. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "loong-webchat-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** A visitor who was here before: the account served once, gave a cookie, and went. The page stays open and tries again. */
export async function startVisitor(): Promise<ChannelHarness<WebchatAccount>> {
  const address = await freeAddress();
  const account = { bind: address, accessToken: ACCESS_TOKEN, sessionKey: SESSION_KEY, messagesPerMinute: 600 };
  const earlier = await serveWebchat(account);
  const worker = new Worker(new URL("browser-worker.ts", import.meta.url), {
    workerData: { address, accessToken: ACCESS_TOKEN },
  });
  const browser = remoteBrowser(worker);
  await browser.connected();
  await earlier.stop();
  const target = await browser.visitorId();
  return {
    account,
    // Open to the network and no origin named: the account must not run, as one with wrong credentials must not.
    wrongAccount: { ...account, bind: `0.0.0.0:${address.split(":")[1]}`, sessionKey: `${SESSION_KEY}-another` },
    target,
    wrongTarget: `${target.slice(0, -1)}${target.endsWith("0") ? "1" : "0"}`,
    platform: {
      sentMessages: async () => shownTo(target, await browser.bubbles()),
      async say(text, options) {
        const said = options?.as === "this-bot" ? await claimToBeTheBot(browser, text) : await browser.say(text);
        return {
          messageId: said.messageId,
          conversationId: target,
          senderId: target,
          acknowledged: () => browser.isTaken(said.id),
        };
      },
      async redeliver({ messageId }) {
        await browser.sayAgain(messageId.slice(messageId.indexOf(".") + 1));
      },
      failNext: (fault) => browser.breakAtNextMessage(fault === "response-lost"),
    },
    close: async () => void (await worker.terminate()),
  };
}

function shownTo(conversationId: string, bubbles: readonly Bubble[]): readonly ShownMessage[] {
  const ofBot = bubbles.filter(({ from }) => from === "bot");
  return ofBot.map((bubble) => ({
    messageId: bubble.id,
    conversationId,
    text: wordsOf(bubble),
    ...(bubble.unfinished === undefined ? {} : { isUnfinished: true }),
  }));
}

/** A page that sends what only the listener sends. It is thrown out and comes back. */
async function claimToBeTheBot(browser: RemoteBrowser, text: string): Promise<{ id: string; messageId: string }> {
  await browser.connected();
  const id = "bot.forged";
  await browser.sendRaw(JSON.stringify({ type: "entry", entry: { id, from: "bot", atMs: Date.now(), text } }));
  while (!(await browser.closeCodes()).includes(1008)) await sleep(5);
  return { id, messageId: id };
}
