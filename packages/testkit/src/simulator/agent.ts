import { type AgentEvent, LoongError, type Turn } from "@loong/sdk";
import type { Life } from "./life.ts";
import { leak } from "./sends.ts";
import type { World } from "./world.ts";

export const TURN_TIMEOUT_MS = 5_000;
/** A message that kills whoever answers it, one that cannot be answered, and one that cannot be answered at first. */
export const POISON = "poison";
export const HOPELESS = "hopeless";
export const EARLY = "early";

/** The agent of one process. */
export function simulatedAgent(
  world: World,
  life: Life,
): (turn: Turn, signal: AbortSignal) => AsyncIterable<AgentEvent> {
  const { dice, evidence, schedule } = world;
  // A block is a paragraph of three hundred characters at least.
  const [paragraphs, filler] = schedule.streaming === "blocks" ? [4, " and so on".repeat(30)] : [1, ""];
  let running = 0;

  return async function* run({ conversationKey, input }, signal) {
    if (conversationKey.startsWith("session/")) return yield* answer(input.text, signal);
    running += 1;
    if (running > schedule.limits.maxConcurrentTurns) evidence.overruns.push(`${running} turns at once`);
    try {
      yield* answer(input.text, signal);
    } finally {
      running -= 1;
    }
  };

  async function* answer(question: string, signal: AbortSignal): AsyncIterable<AgentEvent> {
    const isEarly = question.startsWith(EARLY) && !evidence.asked.includes(question);
    evidence.asked.push(question);
    world.ledger.tried(question);
    const fate = isEarly ? "refuses" : world.agentFate();
    if (fate !== "answers") world.note(`the agent ${fate} at ${question}`);
    await life.pass("asked", question);
    await abortable(signal, life.sleep(fate === "hangs" ? TURN_TIMEOUT_MS * 2 : dice.between(1, 400)));
    if (question.startsWith(POISON)) await life.end("crash");
    if (fate === "fails" || question.startsWith(HOPELESS))
      throw new LoongError("SIM_OVERLOADED", "busy", { outcome: "not-sent", retryAfterMs: 200 });
    if (fate === "refuses") throw new LoongError("SIM_AUTH", "no key", { outcome: "bad-credentials" });
    if (fate === "foreign") throw leak(world);
    yield { type: "text", delta: `answer to ${question}` };
    await life.pass("begun", question);
    for (let index = 1; index <= paragraphs; index++) {
      if (dice.chance(0.3)) await abortable(signal, life.sleep(dice.between(500, 3_000)));
      if (fate === "breaks" && index === paragraphs)
        throw new LoongError("SIM_CUT", "the stream was cut", { outcome: "not-sent" });
      yield { type: "text", delta: `\n\n${index} more about ${question}${filler}` };
    }
    await life.pass("ended", question);
    yield { type: "done" };
  }
}

/** @throws the reason of `signal` as soon as it aborts. */
function abortable(signal: AbortSignal, work: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error);
    if (signal.aborted) return abort();
    signal.addEventListener("abort", abort, { once: true });
    void work.then(() => {
      signal.removeEventListener("abort", abort);
      resolve();
    });
  });
}
