import { expect, test } from "vitest";
import { createBadSignatures, speaksForOthers } from "./bad-signatures.ts";

const limits = { badSignatures: 3, badSignaturesWindowMs: 60_000, badSignaturesBlockMs: 60_000 };

test("blocks an address after too many in a minute, for a minute, and no other", () => {
  const bad = createBadSignatures(limits);
  for (const atMs of [0, 1_000, 2_000]) {
    expect(bad.isBlocked("192.0.2.1", atMs)).toBe(false);
    bad.count("192.0.2.1", atMs);
  }
  expect(bad.isBlocked("192.0.2.1", 2_001)).toBe(true);
  expect(bad.isBlocked("192.0.2.2", 2_001)).toBe(false);
  expect(bad.isBlocked("192.0.2.1", 61_999)).toBe(true);
  expect(bad.isBlocked("192.0.2.1", 62_000)).toBe(false);
});

test("a few now and then are nothing", () => {
  const bad = createBadSignatures(limits);
  for (let minute = 0; minute < 100; minute++) {
    bad.count("192.0.2.1", minute * 60_000);
    bad.count("192.0.2.1", minute * 60_000 + 1);
    expect(bad.isBlocked("192.0.2.1", minute * 60_000 + 2)).toBe(false);
  }
});

test("remembers so many addresses and no more", () => {
  const bad = createBadSignatures(limits);
  for (let count = 0; count < 3; count++) bad.count("first", count);
  for (let index = 0; index < 20_000; index++) bad.count(`address-${index}`, 10);
  expect(bad.isBlocked("first", 11)).toBe(false);
});

test.each([
  ["127.0.0.1", true],
  ["::1", true],
  ["::ffff:127.0.0.1", true],
  ["10.0.0.1", false],
  ["", false],
])("%s speaks for others: %s", (address, shared) => expect(speaksForOthers(address)).toBe(shared));
