import type { Fixture, Json } from "./fixture.ts";

/** What came of one input. */
export interface Outcome {
  /** Compared with what the fixture expects, key by key. */
  readonly is: Json;
  /** Everything the caller was told: no stack and no secret may be in it. */
  readonly said: string;
}

/** The thing under test of one group, ready to be given one input after the other. */
export interface Bench {
  /** Never rejects for a bad input: that is a failure of the product. */
  try(input: Json, fixture: Fixture): Promise<Outcome>;
  /** What holds in the end, whatever was tried: `undefined`, or what is wrong. */
  closes(): Promise<string | undefined>;
}

export type OpenBench = () => Promise<Bench>;
