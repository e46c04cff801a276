import { expect, test } from "vitest";
import { createFrameReader, frameOf } from "./frames.ts";

const texts = ["", "{}", "发布 🚀", "x".repeat(70_000)];

function read(chunks: readonly Buffer[], maxBytes = 1_000_000): readonly string[] {
  const seen: string[] = [];
  const reader = createFrameReader(maxBytes, (text) => seen.push(text));
  for (const chunk of chunks) reader(chunk);
  return seen;
}

test.each([1, 3, 5, 4_096, 1_000_000])("messages come out as they went in, in pieces of %i bytes", (size) => {
  const stream = Buffer.concat(texts.map(frameOf));
  const chunks = Array.from({ length: Math.ceil(stream.length / size) }, (_, n) =>
    stream.subarray(n * size, (n + 1) * size),
  );
  expect(read(chunks)).toEqual(texts);
});

test("a length over the limit is refused before a byte of it is kept", () => {
  expect(() => read([frameOf("x".repeat(101)).subarray(0, 5)], 100)).toThrow("sent a message of 101 bytes, where 100");
});

test("what is no frame is refused, also behind one", () => {
  expect(() => read([Buffer.from("hello")])).toThrow("no message");
  expect(() => read([Buffer.concat([frameOf("{}"), Buffer.from("hello")])])).toThrow("no message");
});
