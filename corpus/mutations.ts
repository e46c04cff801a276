import { createDice, type Dice } from "@loong/testkit/simulator";
import { send } from "./groups/gateway.ts";
import { properEvents, type RequestInput } from "./groups/requests.ts";
import { type House, openHouse } from "./house.ts";

export interface MutationReport {
  /** How often each answer was given: `"telegram 200"`. */
  readonly answers: Readonly<Record<string, number>>;
  /** Requests that were answered with 5xx or not at all, to be tried again. */
  readonly faults: readonly string[];
}

const WAYS = ["feishu", "plain", "telegram", "http"] as const;

/**
 * Proper events of each platform with bytes flipped, cut out and put in, signed as the platform would sign them: so they get
 * as far as anything can.
 *
 * @param count - For each platform.
 */
export async function runMutations(count: number, seed: number, signal?: AbortSignal): Promise<MutationReport> {
  const house = await openHouse();
  const dice = createDice(seed);
  const answers: Record<string, number> = {};
  const faults: string[] = [];
  try {
    for (let index = 0; index < count && signal?.aborted !== true; index++) {
      for (const to of WAYS) {
        const bytes = mutated(Buffer.from(JSON.stringify(properEvents[to](house))), dice).toString("latin1");
        const status = await statusOf({ to, bytes }, house);
        answers[`${to} ${status}`] = (answers[`${to} ${status}`] ?? 0) + 1;
        if (status === 0 || status >= 500) faults.push(`${to} ${status}: ${bytes}`);
      }
    }
    await house.settledBooks();
  } finally {
    const code = await house.closes();
    if (code !== 0) faults.push(`the gateway ended with ${code}`);
  }
  return { answers, faults };
}

async function statusOf(input: RequestInput, house: House): Promise<number> {
  return (await send(input, house)).status;
}

/** Bytes that mean something to a parser are put in more often than chance would. */
const TELLING = [
  '"',
  "\\",
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  "0",
  "-",
  "null",
  "{}",
  "[]",
  '""',
  "1e999",
  "\0",
  "\xff",
  "\\ud800",
];

function mutated(bytes: Buffer, dice: Dice): Buffer {
  let result = bytes;
  const times = dice.between(1, 5);
  for (let time = 0; time < times; time++) {
    const at = dice.between(0, result.length);
    const cut = dice.pick([0, 0, 1, 1, 2, 8, 40]);
    const put = dice.pick([
      Buffer.alloc(0),
      Buffer.from([dice.between(0, 255)]),
      Buffer.from(dice.pick(TELLING), "latin1"),
    ]);
    result = Buffer.concat([result.subarray(0, at), put, result.subarray(Math.min(result.length, at + cut))]);
  }
  return result;
}
