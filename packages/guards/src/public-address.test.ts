import type { LookupAddress } from "node:dns";
import { describe, expect, test } from "vitest";
import { createPublicLookup, isPublicAddress } from "./public-address.ts";

test.each([
  "0.0.0.0",
  "10.1.2.3",
  "100.64.0.1",
  "127.0.0.1",
  "127.255.255.254",
  "169.254.169.254",
  "172.16.0.1",
  "172.31.255.255",
  "192.0.0.8",
  "192.168.1.1",
  "198.18.0.1",
  "224.0.0.1",
  "255.255.255.255",
  "::",
  "::1",
  "::ffff:127.0.0.1",
  "::ffff:8.8.8.8",
  "::7f00:1",
  "64:ff9b::7f00:1",
  "64:ff9b:1::1",
  "100::1",
  "2001::1",
  "2001:db8::1",
  "2002:7f00:1::",
  "3fff::1",
  "fc00::1",
  "fd12:3456::1",
  "fe80::1",
  "fe80::1%eth0",
  "fec0::1",
  "ff02::1",
  "localhost",
  "",
])("%j is not public", (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

test.each(["1.1.1.1", "100.63.255.255", "172.15.0.1", "172.32.0.1", "192.167.1.1", "2606:4700::1111", "2400:3200::1"])(
  "%s is public",
  (address) => {
    expect(isPublicAddress(address)).toBe(true);
  },
);

describe("resolving a name", () => {
  const refusal = new Error("private");
  const v4 = (address: string): LookupAddress => ({ address, family: 4 });

  /** A name server that gives the next of `answers` each time it is asked. */
  function lookupWith(...answers: readonly (readonly LookupAddress[] | NodeJS.ErrnoException)[]) {
    let asked = 0;
    const lookup = createPublicLookup(
      "hooks.example.com",
      () => refusal,
      (_, __, callback) => {
        const answer = answers[asked++] ?? [];
        if (answer instanceof Error) callback(answer, []);
        else callback(null, [...answer]);
      },
    );
    return (options: { all?: boolean } = { all: true }, name = "hooks.example.com") =>
      new Promise<unknown>((resolve) => {
        lookup(name, options, (error, addresses, family) => resolve(error ?? [addresses, family]));
      });
  }

  test("gives the socket what was checked, in the form it asks for", async () => {
    const resolve = lookupWith([v4("1.1.1.1"), v4("8.8.8.8")], [v4("1.1.1.1")]);
    expect(await resolve()).toEqual([[v4("1.1.1.1"), v4("8.8.8.8")], undefined]);
    expect(await resolve({})).toEqual(["1.1.1.1", 4]);
  });

  test("a name that turns private after it was public is refused when connecting", async () => {
    const resolve = lookupWith([v4("1.1.1.1")], [v4("127.0.0.1")]);
    expect(await resolve()).toEqual([[v4("1.1.1.1")], undefined]);
    expect(await resolve()).toBe(refusal);
  });

  test("one private address among public ones spoils the name", async () => {
    const private6: LookupAddress = { address: "::1", family: 6 };
    expect(await lookupWith([v4("1.1.1.1"), private6])()).toBe(refusal);
    expect(await lookupWith([v4("1.1.1.1"), private6])({})).toBe(refusal);
  });

  test("no answer is no address", async () => {
    const failure: NodeJS.ErrnoException = Object.assign(new Error("no"), { code: "ENOTFOUND" });
    expect(await lookupWith(failure)()).toBe(failure);
    expect(await lookupWith([])()).toBeInstanceOf(Error);
  });

  test("another name is that of a proxy and is not checked", async () => {
    expect(await lookupWith()({ all: true }, "127.0.0.1")).toEqual([[v4("127.0.0.1")], undefined]);
  });
});
