import { expect, test } from "vitest";
import vectors from "../../../test/fixtures/emulator/frames.json" with { type: "json" };
import { decodeFrame, encodeFrame, headerOf, type Frame } from "./frame.ts";

const SERVICE = 33554678;
const bytes = (hex: string): Buffer => Buffer.from(hex, "hex");

test("reads the ping of the official client", () => {
  const ping = decodeFrame(bytes(vectors.ping));
  expect(ping).toMatchObject({ seqId: 0n, logId: 0n, service: SERVICE, method: 0, headers: [["type", "ping"]] });
});

test("writes the pong and the event that the official client took, byte for byte", () => {
  const config = { ReconnectCount: -1, ReconnectInterval: 1, ReconnectNonce: 0, PingInterval: 120 };
  const pong = {
    seqId: 0n,
    logId: 0n,
    service: SERVICE,
    method: 0,
    headers: [["type", "pong"]],
    payload: Buffer.from(JSON.stringify(config)),
  } as const;
  expect(encodeFrame(pong).toString("hex")).toBe(vectors.pong);
  expect(encodeFrame(event).toString("hex")).toBe(vectors.eventHead);
});

test("reads the acknowledgement of the official client", () => {
  const ack = decodeFrame(bytes(vectors.eventHead + vectors.ackTail));
  expect(headerOf(ack ?? event, "message_id")).toBe("m1");
  expect(headerOf(ack ?? event, "biz_rt")).toBe("0");
  expect(Buffer.from(ack?.payload ?? []).toString()).toBe('{"code":200,"data":"eyJoZWxsbyI6MX0="}');
});

test("gives back every field it wrote, whatever its size", () => {
  const frame: Frame = {
    ...event,
    seqId: 2n ** 64n - 1n,
    service: -5,
    payloadEncoding: "gzip",
    payloadType: "json",
    payload: Buffer.alloc(70_000, 7),
    logIdNew: "2026",
  };
  expect(decodeFrame(encodeFrame(frame))).toEqual(frame);
});

test("takes no bytes that are not a whole frame", () => {
  const whole = bytes(vectors.ping);
  expect(decodeFrame(Buffer.from("not a frame"))).toBeUndefined();
  expect(decodeFrame(Buffer.alloc(0))).toBeUndefined();
  expect(decodeFrame(whole.subarray(0, whole.length - 3))).toBeUndefined();
});

const event: Frame = {
  seqId: 1n,
  logId: 2n,
  service: SERVICE,
  method: 1,
  headers: [
    ["type", "event"],
    ["message_id", "m1"],
    ["sum", "1"],
    ["seq", "0"],
    ["trace_id", "tr1"],
    ["timestamp", "1700000000000"],
  ],
};
