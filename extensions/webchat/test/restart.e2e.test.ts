import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { InboundEvent } from "@loong/sdk";
import { expect, test } from "vitest";
import { freeAddress, temporaryFolder } from "./harness.ts";
import { openBrowser, wordsOf } from "./visitor-browser.ts";

interface Alone {
  readonly process: ChildProcess;
  readonly messages: { events?: InboundEvent[]; state?: string; receipt?: { messageId: string } }[];
}

async function serveAlone(bind: string, dataDir: string): Promise<Alone> {
  const child = fork(new URL("serve-alone.ts", import.meta.url), [JSON.stringify({ bind }), dataDir], {
    execArgv: ["--conditions=@loong/source"],
  });
  const messages: Alone["messages"] = [];
  child.on("message", (message) => void messages.push(message as Alone["messages"][number]));
  await expect.poll(() => messages.some(({ state }) => state === "connected")).toBe(true);
  return { process: child, messages };
}

async function kill({ process }: Alone): Promise<void> {
  const exited = once(process, "exit");
  process.kill("SIGKILL");
  await exited;
}

test("a process that is killed and started again knows its visitors, loses nothing and shows nothing twice", async () => {
  const folder = temporaryFolder();
  const address = await freeAddress();
  const browser = openBrowser({ address });
  let alone = await serveAlone(address, folder.path);
  try {
    await browser.connected();
    const visitor = browser.visitorId();
    alone.process.send({ to: visitor, text: "before", key: "key1" });
    await expect.poll(() => alone.messages.some(({ receipt }) => receipt !== undefined)).toBe(true);

    await kill(alone);
    const waiting = browser.say("said while nobody listened");
    alone = await serveAlone(address, folder.path);
    const { id, messageId } = await waiting;
    await expect.poll(() => browser.isTaken(id)).toBe(true);
    expect(browser.visitorId()).toBe(visitor);
    const events = alone.messages.flatMap((message) => message.events ?? []);
    expect(events).toMatchObject([{ messageId, sender: { id: visitor }, text: "said while nobody listened" }]);

    // The outbox of a gateway that died before it could note the receipt sends the same key again.
    alone.process.send({ to: visitor, text: "before", key: "key1" });
    alone.process.send({ to: visitor, text: "after", key: "key2" });
    await expect.poll(() => alone.messages.filter(({ receipt }) => receipt !== undefined)).toHaveLength(2);
    const texts = browser.bubbles().map(wordsOf);
    expect(texts.toSorted()).toEqual(["after", "before", "said while nobody listened"]);
  } finally {
    browser.close();
    await kill(alone);
    folder.remove();
  }
});
