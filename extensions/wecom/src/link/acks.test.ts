import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Acks, createAcks } from "./acks.ts";

const ACK_MS = 1_000;
const never = new AbortController().signal;
let written: string[];
let acks: Acks;

beforeEach(() => {
  vi.useFakeTimers();
  written = [];
  acks = createAcks((text) => void written.push(text), ACK_MS);
});
afterEach(() => vi.useRealTimers());

const ask = (text: string, signal = never) => {
  const asked = acks.request("r1", text, signal).then(
    ({ code }) => code,
    (error: { code: string }) => error.code,
  );
  return asked;
};
const answer = (code = 0) => acks.settle({ kind: "answer", reqId: "r1", code, detail: "", body: {} });

test("one frame of a req_id is under way, the others wait their turn", async () => {
  const both = [ask("a"), ask("b")];
  expect(written).toEqual(["a"]);
  answer();
  expect(written).toEqual(["a", "b"]);
  answer(6000);
  expect(await Promise.all(both)).toEqual([0, 6000]);
});

test("different req_ids do not wait for each other", async () => {
  void ask("a");
  void acks.request("r2", "b", never).catch(() => undefined);
  expect(written).toEqual(["a", "b"]);
});

test("after a frame without an answer no other goes out", async () => {
  const first = ask("a");
  vi.advanceTimersByTime(ACK_MS);
  expect(await first).toBe("WECOM_NO_ACK");
  expect(await ask("b")).toBe("WECOM_REPLY_UNCLEAR");
  expect(written).toEqual(["a"]);
});

test("frames that wait behind one without an answer do not go out either", async () => {
  const both = [ask("a"), ask("b")];
  vi.advanceTimersByTime(ACK_MS);
  expect(await Promise.all(both)).toEqual(["WECOM_NO_ACK", "WECOM_REPLY_UNCLEAR"]);
});

test("an answer that comes late is nobody's, and opens the way again", async () => {
  void ask("a");
  vi.advanceTimersByTime(ACK_MS);
  answer();
  const next = ask("b");
  expect(written).toEqual(["a", "b"]);
  answer(846608);
  expect(await next).toBe(846608);
});

test("the same frame goes out again, and an acceptance is true whichever it belongs to", async () => {
  void ask("a");
  vi.advanceTimersByTime(ACK_MS);
  const again = ask("a");
  answer();
  expect(await again).toBe(0);
  expect(await ask("b")).toBe("WECOM_REPLY_UNCLEAR");
});

test("of two refusals for the same frame the second counts", async () => {
  void ask("a");
  vi.advanceTimersByTime(ACK_MS);
  const again = ask("a");
  answer(6000);
  answer(846608);
  expect(await again).toBe(846608);
});

test("a refusal and then an acceptance for the same frame is an acceptance", async () => {
  void ask("a");
  vi.advanceTimersByTime(ACK_MS);
  const again = ask("a");
  answer(6000);
  answer();
  expect(await again).toBe(0);
});

test("a single refusal counts when no other answer comes", async () => {
  void ask("a");
  vi.advanceTimersByTime(ACK_MS);
  const again = ask("a");
  answer(846608);
  vi.advanceTimersByTime(ACK_MS);
  expect(await again).toBe(846608);
});

test("giving up is unknown once written, and not sent before", async () => {
  const [first, second] = [new AbortController(), new AbortController()];
  const both = [ask("a", first.signal), ask("b", second.signal)];
  second.abort();
  first.abort();
  expect(await Promise.all(both)).toEqual(["WECOM_NO_ACK", "WECOM_ABORTED"]);
  expect(await ask("c", first.signal)).toBe("WECOM_ABORTED");
  expect(written).toEqual(["a"]);
});

test("the end of the connection says the same", async () => {
  const both = [ask("a"), ask("b")];
  acks.end("closed with 1006");
  expect(await Promise.all(both)).toEqual(["WECOM_ACK_LOST", "WECOM_NOT_CONNECTED"]);
  expect(await ask("c")).toBe("WECOM_NOT_CONNECTED");
});

test("an answer to a frame that nobody waits for is dropped", async () => {
  acks.tell("r1", "a");
  answer();
  const next = ask("b");
  answer();
  expect(await next).toBe(0);
  answer();
  expect(written).toEqual(["a", "b"]);
});

test("no timer is left when all is answered", () => {
  void ask("a");
  answer();
  expect(vi.getTimerCount()).toBe(0);
});
