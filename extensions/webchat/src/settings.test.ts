import { expect, test } from "vitest";
import { limitsOf, settingsOf } from "./settings.ts";

test("an empty account listens on this machine only", () => {
  expect(settingsOf({})).toMatchObject({ host: "127.0.0.1", port: 18_790, accessToken: undefined, title: "Chat" });
  expect([...settingsOf({}).allowedOrigins]).toEqual([
    "http://127.0.0.1:18790",
    "http://localhost:18790",
    "http://[::1]:18790",
  ]);
  expect(limitsOf({})).toMatchObject({ maxMessageChars: 4_000, idleTimeoutMs: 3_600_000, visitorTimeoutMs: 3_600_000 });
});

test.each([
  ["[::1]:8080", "::1", 8_080],
  ["localhost:1", "localhost", 1],
])("%s is an address", (bind, host, port) => {
  expect(settingsOf({ bind })).toMatchObject({ host, port });
});

test.each(["", "18790", ":18790", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:70000", "http://127.0.0.1:80", "::1:80"])(
  "%j is none",
  (bind) => {
    expect(() => settingsOf({ bind })).toThrow(expect.objectContaining({ code: "WEBCHAT_BIND_INVALID" }));
  },
);

test.each(["0.0.0.0:18790", "[::]:18790", "192.0.2.7:18790", "chat.example.com:18790"])(
  "%s is open to the network and needs allowed origins",
  (bind) => {
    expect(() => settingsOf({ bind })).toThrow(expect.objectContaining({ code: "WEBCHAT_ORIGINS_MISSING" }));
    expect(settingsOf({ bind, allowedOrigins: ["https://chat.example.com"] }).bind).toBe(bind);
  },
);

test("origins are kept as browsers write them", () => {
  const allowedOrigins = ["HTTPS://Chat.Example.com:443", "http://intranet:8080/"];
  expect([...settingsOf({ allowedOrigins }).allowedOrigins]).toEqual([
    "https://chat.example.com",
    "http://intranet:8080",
  ]);
});

test.each([
  "*",
  "null",
  "chat.example.com",
  "https://*.example.com",
  "https://a;sandbox",
  "https://a.example.com/chat",
  "file:///x",
  "https://u@a.com",
])("%j is no origin", (origin) => {
  expect(() => settingsOf({ allowedOrigins: [origin] })).toThrow(
    expect.objectContaining({ code: "WEBCHAT_ORIGIN_INVALID" }),
  );
  expect(() => settingsOf({ frameAncestors: [origin] })).toThrow(/frameAncestors/);
});
