import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { PassThrough, type Readable, type Writable } from "node:stream";
import { expect, test } from "vitest";
import { frameOf } from "./frames.ts";
import { createPeer } from "./peer.ts";
import { PIPES } from "./pipes.ts";

/** Ends as soon as it has said something. */
function lastWordsOf(message: unknown): ChildProcess {
  const frame = frameOf(JSON.stringify(message)).toString("base64");
  const code = `require("node:fs").writeSync(${PIPES.fromPlugin}, Buffer.from("${frame}", "base64"));`;
  return spawn(process.execPath, ["--eval", code], { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
}

test("a call that was aborted before it began does not begin", async () => {
  const incoming = new PassThrough();
  const outgoing = new PassThrough();
  const begun: string[] = [];
  createPeer({
    incoming,
    outgoing,
    maxBytes: 1_000,
    maxCalls: 1,
    answer: async (method) => void begun.push(method),
    told: () => undefined,
    fault: (what) => begun.push(what),
    cancelled: { afterMs: 1_000, error: (method) => new Error(method) },
  });
  const said = once(outgoing, "data");
  incoming.write(
    Buffer.concat([{ call: 1, method: "send" }, { cancel: 1 }].map((each) => frameOf(JSON.stringify(each)))),
  );
  expect(String(await said)).toContain('"code":"ISOLATION_ABORTED"');
  expect(begun).toEqual([]);
});

/** Nothing that it wrote is read meanwhile: this process does nothing else. */
function waitForTheEndOf({ pid }: ChildProcess): void {
  const isRunning = () => !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  while (isRunning()) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
}

test.runIf(process.platform === "linux")(
  "what a process said last is heard, also by who spoke to it meanwhile",
  async () => {
    const child = lastWordsOf({ tell: "fault", params: { what: "RangeError at index.js:3" } });
    const heard: unknown[] = [];
    const peer = createPeer({
      incoming: child.stdio[PIPES.fromPlugin] as Readable,
      outgoing: child.stdio[PIPES.toPlugin] as Writable,
      maxBytes: 1_000,
      maxCalls: 1,
      answer: () => Promise.reject(new Error("nothing is asked")),
      told: (method, params) => heard.push({ method, params }),
      fault: (what) => heard.push(what),
      cancelled: { afterMs: 1_000, error: (method) => new Error(method) },
    });
    waitForTheEndOf(child);
    peer.tell("beat", null);
    await new Promise((resolve) => child.once("close", resolve));
    expect(heard).toEqual([{ method: "fault", params: { what: "RangeError at index.js:3" } }]);
  },
);
