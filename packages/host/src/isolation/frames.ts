/** Begins every frame, so that anything else that was written into the pipe is noticed at once. */
const MARK = 0x1f;
const HEAD_BYTES = 5;

/** Why bytes are no frame, in words that follow "it". */
export class FrameFault extends Error {}

/** One message: a mark, the length in four bytes, UTF-8 JSON. */
export function frameOf(text: string): Buffer {
  const lengthBytes = Buffer.byteLength(text);
  const frame = Buffer.allocUnsafe(HEAD_BYTES + lengthBytes);
  frame[0] = MARK;
  frame.writeUInt32BE(lengthBytes, 1);
  frame.write(text, HEAD_BYTES);
  return frame;
}

/**
 * Takes a stream apart into messages.
 *
 * @returns Takes the next bytes. @throws FrameFault when they are no frame, or one of more than `maxBytes`.
 */
export function createFrameReader(maxBytes: number, take: (text: string) => void): (chunk: Buffer) => void {
  let kept: Buffer[] = [];
  let keptBytes = 0;
  let wantedBytes = HEAD_BYTES;

  function together(): Buffer {
    const [first = Buffer.alloc(0)] = kept;
    const whole = kept.length === 1 ? first : Buffer.concat(kept);
    kept = [whole];
    return whole;
  }

  return (chunk) => {
    kept.push(chunk);
    keptBytes += chunk.length;
    while (keptBytes >= wantedBytes) {
      const whole = together();
      wantedBytes = HEAD_BYTES + lengthOf(whole, maxBytes);
      if (keptBytes < wantedBytes) return;
      const text = whole.toString("utf8", HEAD_BYTES, wantedBytes);
      kept = [whole.subarray(wantedBytes)];
      keptBytes -= wantedBytes;
      wantedBytes = HEAD_BYTES;
      take(text);
    }
  };
}

function lengthOf(head: Buffer, maxBytes: number): number {
  if (head[0] !== MARK) throw new FrameFault("wrote something into the pipe to the gateway that is no message");
  const lengthBytes = head.readUInt32BE(1);
  if (lengthBytes > maxBytes) {
    throw new FrameFault(`sent a message of ${lengthBytes} bytes, where ${maxBytes} are allowed`);
  }
  return lengthBytes;
}
