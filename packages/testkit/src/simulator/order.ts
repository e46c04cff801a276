import type { OutboxPart } from "@loong/gateway";
import type { Shown } from "./platform.ts";

/** Where a part belongs in its room. */
interface Place {
  /** After the parts of earlier messages, after the blocks its answer began with, after the parts before it. */
  readonly at: number;
  /** Parts of one text come together. */
  readonly text: string;
}

export function placeOf({ id }: OutboxPart, seq: number): Place {
  const [, text = "", block, piece] = /^(b\d+-(\d+)|[^:]*):(\d+)$/.exec(id) ?? [];
  return { at: seq * 1_000 + (block === undefined ? 500 : Number(block) * 10) + Number(piece), text };
}

/** @param place - `undefined` for what stands outside the order. */
export function* outOfOrder(
  room: string,
  shown: readonly Shown[],
  place: (one: Shown) => Place | undefined,
): Iterable<string> {
  let last: Place = { at: -1, text: "" };
  let between: Shown | undefined;
  for (const one of shown) {
    const mine = place(one);
    if (mine === undefined) {
      between = one;
      continue;
    }
    if (mine.at < last.at) yield `"${one.text}" came too late in ${room}`;
    else if (between !== undefined && mine.text === last.text)
      yield `"${between.text}" came between the parts of an answer in ${room}`;
    if (mine.at > last.at) last = mine;
    between = undefined;
  }
}
