import fc from "fast-check";
import { expect, test } from "vitest";
import { createFrameReader, FrameFault, frameOf } from "./frames.ts";

const MAX_BYTES = 1_000;

function inPieces(stream: Buffer, sizes: readonly number[], take: (text: string) => void): void {
  const read = createFrameReader(MAX_BYTES, take);
  let at = 0;
  for (const size of [...sizes, stream.length]) {
    read(stream.subarray(at, at + size));
    at += size;
  }
}

test("messages come out as they went in, however the stream is cut", () => {
  const text = fc.string({ unit: "grapheme", maxLength: 50 });
  fc.assert(
    fc.property(fc.array(text, { maxLength: 8 }), fc.array(fc.nat(30), { maxLength: 20 }), (texts, sizes) => {
      const taken: string[] = [];
      inPieces(Buffer.concat(texts.map(frameOf)), sizes, (message) => taken.push(message));
      expect(taken).toEqual(texts.map((message) => Buffer.from(message).toString()));
    }),
  );
});

test("any bytes are messages within the limit, or a fault", () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.uint8Array().map((rest) => Uint8Array.of(0x1f, 0, 0, 0, ...rest)),
  );
  fc.assert(
    fc.property(bytes, fc.array(fc.nat(30), { maxLength: 10 }), (stream, sizes) => {
      try {
        inPieces(Buffer.from(stream), sizes, (message) => expect(message.length).toBeLessThanOrEqual(MAX_BYTES));
      } catch (error) {
        if (!(error instanceof FrameFault)) throw error;
      }
    }),
    { numRuns: 1_000 },
  );
});
