import { Writable } from "node:stream";

/** A stream that remembers what was written to it. */
export interface MemoryStream extends Writable {
  readonly isTTY: boolean;
  readonly writes: readonly string[];
  text(): string;
}

export function memoryStream(isTTY = false): MemoryStream {
  const writes: string[] = [];
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      writes.push(chunk);
      done();
    },
  });
  return Object.assign(stream, { isTTY, writes, text: () => writes.join("") });
}
