/**
 * The frame of the long connection: proto2, one frame in each binary message.
 *
 * Fields: 1 SeqID, 2 LogID (uint64); 3 service, 4 method (int32); 5 headers {1 key, 2 value}; 6 payload_encoding,
 * 7 payload_type (string); 8 payload (bytes); 9 LogIDNew (string). Fields 1 to 4 are always written.
 */
export interface Frame {
  readonly seqId: bigint;
  readonly logId: bigint;
  readonly service: number;
  readonly method: number;
  readonly headers: readonly (readonly [key: string, value: string])[];
  readonly payloadEncoding?: string;
  readonly payloadType?: string;
  readonly payload?: Uint8Array;
  readonly logIdNew?: string;
}

export const CONTROL = 0;
export const DATA = 1;

export function headerOf(frame: Frame, key: string): string | undefined {
  return frame.headers.find(([name]) => name === key)?.[1];
}

export function encodeFrame(frame: Frame): Buffer {
  const head: number[] = [];
  putVarint(head, 1, frame.seqId);
  putVarint(head, 2, frame.logId);
  putVarint(head, 3, BigInt.asUintN(64, BigInt(frame.service)));
  putVarint(head, 4, BigInt.asUintN(64, BigInt(frame.method)));
  const parts: Uint8Array[] = [Uint8Array.from(head)];
  for (const [key, value] of frame.headers) putBytes(parts, 5, encodeHeader(key, value));
  if (frame.payloadEncoding !== undefined) putBytes(parts, 6, Buffer.from(frame.payloadEncoding));
  if (frame.payloadType !== undefined) putBytes(parts, 7, Buffer.from(frame.payloadType));
  if (frame.payload !== undefined) putBytes(parts, 8, frame.payload);
  if (frame.logIdNew !== undefined) putBytes(parts, 9, Buffer.from(frame.logIdNew));
  return Buffer.concat(parts);
}

function encodeHeader(key: string, value: string): Buffer {
  const parts: Uint8Array[] = [];
  putBytes(parts, 1, Buffer.from(key));
  putBytes(parts, 2, Buffer.from(value));
  return Buffer.concat(parts);
}

function putVarint(to: number[], field: number, value: bigint): void {
  to.push(field << 3);
  pushVarint(to, value);
}

function putBytes(to: Uint8Array[], field: number, bytes: Uint8Array): void {
  const prefix = [(field << 3) | 2];
  pushVarint(prefix, BigInt(bytes.length));
  to.push(Uint8Array.from(prefix), bytes);
}

function pushVarint(to: number[], value: bigint): void {
  let rest = value;
  while (rest > 0x7fn) {
    to.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  to.push(Number(rest));
}

/** @returns `undefined` when the bytes are not a frame; unknown fields are skipped. */
export function decodeFrame(bytes: Uint8Array): Frame | undefined {
  try {
    return readFrame(new Reader(bytes));
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

type FrameFields = { -readonly [Key in keyof Frame]?: Frame[Key] } & { headers: [string, string][] };

function readFrame(reader: Reader): Frame | undefined {
  const fields: FrameFields = { headers: [] };
  while (!reader.done) readField(reader, fields);
  const { seqId, logId, service, method, ...rest } = fields;
  if (seqId === undefined || logId === undefined || service === undefined || method === undefined) return undefined;
  return { seqId, logId, service, method, ...rest };
}

function readField(reader: Reader, into: FrameFields): void {
  const tag = Number(reader.varint());
  switch (tag) {
    case 0x08:
      into.seqId = reader.varint();
      return;
    case 0x10:
      into.logId = reader.varint();
      return;
    case 0x18:
      into.service = Number(BigInt.asIntN(32, reader.varint()));
      return;
    case 0x20:
      into.method = Number(BigInt.asIntN(32, reader.varint()));
      return;
    case 0x2a:
      into.headers.push(readHeader(new Reader(reader.bytes())));
      return;
    case 0x32:
      into.payloadEncoding = reader.text();
      return;
    case 0x3a:
      into.payloadType = reader.text();
      return;
    case 0x42:
      into.payload = reader.bytes();
      return;
    case 0x4a:
      into.logIdNew = reader.text();
      return;
    default:
      reader.skip(tag & 7);
  }
}

function readHeader(reader: Reader): [string, string] {
  let key = "";
  let value = "";
  while (!reader.done) {
    const tag = Number(reader.varint());
    if (tag === 0x0a) key = reader.text();
    else if (tag === 0x12) value = reader.text();
    else reader.skip(tag & 7);
  }
  return [key, value];
}

/** Reads protobuf primitives; running past the end throws RangeError. */
class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }

  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw new RangeError("varint is cut off");
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new RangeError("varint is longer than 10 bytes");
  }

  bytes(): Uint8Array {
    const length = Number(this.varint());
    if (this.#at + length > this.#bytes.length) throw new RangeError("field is cut off");
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  text(): string {
    return Buffer.from(this.bytes()).toString("utf8");
  }

  skip(wireType: number): void {
    if (wireType === 0) this.varint();
    else if (wireType === 1) this.#at += 8;
    else if (wireType === 2) this.bytes();
    else if (wireType === 5) this.#at += 4;
    else throw new RangeError("unknown wire type");
  }
}
