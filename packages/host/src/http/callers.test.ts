import { expect, test } from "vitest";
import { createCallers, speaksForOthers } from "./callers.ts";

const limits = { badSignatures: 3, badSignaturesBlockMs: 60_000, unprovenRequests: 10, callerWindowMs: 60_000 };

test("blocks an address after too many forged requests in a minute, for a minute, and no other", () => {
  const callers = createCallers(limits);
  for (const atMs of [0, 1_000, 2_000]) {
    expect(callers.admit("192.0.2.1", atMs)).toBeUndefined();
    callers.forged("192.0.2.1", atMs);
  }
  expect(callers.admit("192.0.2.1", 2_001)).toBe("forged");
  expect(callers.admit("192.0.2.2", 2_001)).toBeUndefined();
  expect(callers.admit("192.0.2.1", 61_999)).toBe("forged");
  expect(callers.admit("192.0.2.1", 62_000)).toBeUndefined();
});

test("a few forged ones now and then are nothing", () => {
  const callers = createCallers(limits);
  for (let minute = 0; minute < 100; minute++) {
    callers.forged("192.0.2.1", minute * 60_000);
    callers.forged("192.0.2.1", minute * 60_000 + 1);
    expect(callers.admit("192.0.2.1", minute * 60_000 + 2)).toBeUndefined();
  }
});

test("turns away who sends much and proves nothing, until the minute is over", () => {
  const callers = createCallers(limits);
  for (let count = 0; count < 10; count++) expect(callers.admit("192.0.2.1", count)).toBeUndefined();
  expect(callers.admit("192.0.2.1", 10)).toBe("unproven");
  expect(callers.admit("192.0.2.2", 10)).toBeUndefined();
  expect(callers.admit("192.0.2.1", 60_000)).toBeUndefined();
});

test("a platform that proves every request may send as many as it likes", () => {
  const callers = createCallers(limits);
  for (let count = 0; count < 1_000; count++) {
    expect(callers.admit("192.0.2.1", count)).toBeUndefined();
    callers.proved("192.0.2.1", count);
  }
});

test("an IPv6 network counts as one caller, and its neighbour as another", () => {
  const callers = createCallers(limits);
  for (let host = 1; host <= 3; host++) callers.forged(`2001:db8:1:2::${host}`, 0);
  expect(callers.admit("2001:db8:1:2:ffff:1:2:3", 1)).toBe("forged");
  expect(callers.admit("2001:db8:1:3::1", 1)).toBeUndefined();
  for (let host = 1; host <= 3; host++) callers.forged(`2001:db8::${host}`, 0);
  expect(callers.admit("2001:db8:0:0:9::", 1)).toBe("forged");
  expect(callers.admit("2001:db8:0:1::1", 1)).toBeUndefined();
});

test("remembers so many callers and no more", () => {
  const callers = createCallers(limits);
  for (let count = 0; count < 3; count++) callers.forged("198.51.100.1", count);
  for (let index = 0; index < 20_000; index++) callers.forged(`10.${index >> 8}.${index & 255}.1`, 10);
  expect(callers.admit("198.51.100.1", 11)).toBeUndefined();
});

test("a proxy on this machine is never turned away", () => {
  const callers = createCallers(limits);
  for (let count = 0; count < 100; count++) {
    callers.forged("127.0.0.1", count);
    expect(callers.admit("127.0.0.1", count)).toBeUndefined();
  }
});

test.each([
  ["127.0.0.1", true],
  ["::1", true],
  ["::ffff:127.0.0.1", true],
  ["10.0.0.1", false],
  ["", false],
])("%s speaks for others: %s", (address, shared) => expect(speaksForOthers(address)).toBe(shared));
