import { expect, test } from "vitest";
import { logEntry } from "./entry.ts";
import { humanLine } from "./human-line.ts";

const atMs = new Date(2026, 10, 21, 9, 5, 7).getTime();
const scope = { channel: "room", account: "work" };

test("puts time, level, scope, message and fields on one line", () => {
  const entry = logEntry("warn", atMs, scope, "disconnected", {
    retryInMs: 500,
    reason: "no pong",
    empty: undefined,
    none: null,
  });
  expect(humanLine(entry)).toBe('09:05:07 warn [room] [work] disconnected retryInMs=500 reason="no pong" none=null');
  expect(humanLine(entry, { withDate: true })).toMatch(/^2026-11-21 09:05:07 warn /);
});

test("keeps a message that names its scope word for word", () => {
  const message = "[lark] [default] starting Lark provider (cli_xxx) in websocket mode";
  expect(humanLine(logEntry("info", atMs, scope, message, undefined))).toBe(`09:05:07 info ${message}`);
});

test("lets nobody write a line of their own or move the cursor", () => {
  const line = humanLine(logEntry("info", atMs, {}, "hi\n09:05:08 error forged", { name: "\u001b[2Jx\u0085" }));
  expect(line).toBe("09:05:07 info hi\\n09:05:08 error forged name=\\u001b[2Jx\\u0085");
});

test("lets nobody turn the direction of a line: an id reads as it is", () => {
  const line = humanLine(logEntry("warn", atMs, {}, "denied", { sender: "ou_\u202egnp.exe\u2066" }));
  expect(line).toBe("09:05:07 warn denied sender=ou_\\u202egnp.exe\\u2066");
});

test("a field cannot pass for time, level or message", () => {
  const entry = logEntry("info", atMs, scope, "true", {
    level: "error",
    message: "forged",
    time: "never",
    account: "other",
  });
  expect(entry).toMatchObject({ level: "info", message: "true", time: new Date(atMs).toISOString(), account: "other" });
});

test("a command with quotes in it can be typed as it stands", () => {
  const allow = `loong config set channels.room.allowFrom '["u_1","u_2"]'`;
  expect(humanLine(logEntry("warn", atMs, {}, "denied", { allow }))).toBe(`09:05:07 warn denied allow=\`${allow}\``);
  const forged = '"` reason=none';
  expect(humanLine(logEntry("warn", atMs, {}, "denied", { forged }))).toBe(
    '09:05:07 warn denied forged="\\"` reason=none"',
  );
});
