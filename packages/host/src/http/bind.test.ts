import { expect, test } from "vitest";
import { formatBind, parseBind } from "./bind.ts";

test.each([
  ["127.0.0.1:8080", { host: "127.0.0.1", port: 8080 }],
  ["0.0.0.0:80", { host: "0.0.0.0", port: 80 }],
  ["localhost:1", { host: "localhost", port: 1 }],
  ["[::1]:8080", { host: "::1", port: 8080 }],
  [":8080", { host: "127.0.0.1", port: 8080 }],
  ["8080", { host: "127.0.0.1", port: 8080 }],
])("%s", (text, bind) => expect(parseBind(text)).toEqual(bind));

test.each(["", "host", "host:", "host:x", "::1:80", "http://host:80", "1.2.3.4:99999", "a b:80"])(
  "%j is none",
  (text) => {
    expect(() => parseBind(text)).toThrow(expect.objectContaining({ code: "HTTP_BIND_INVALID" }));
  },
);

test("writes what it reads", () => {
  for (const text of ["127.0.0.1:8080", "[::1]:80"]) expect(formatBind(parseBind(text))).toBe(text);
});
