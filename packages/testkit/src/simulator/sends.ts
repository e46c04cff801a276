import { LoongError, type OutboundMessage, type Receipt } from "@loong/sdk";
import type { Life } from "./life.ts";
import type { Platform } from "./platform.ts";
import type { World } from "./world.ts";

const SEND_TIMEOUT_MS = 30_000;

/** One call to a platform, with everything that can become of it. */
export async function simulatedSend(
  world: World,
  platform: Platform,
  message: OutboundMessage,
  life: Life,
): Promise<Receipt> {
  const { dice, evidence, timeline } = world;
  const key = message.idempotencyKey;
  const tripMs = dice.between(1, 50);
  world.ledger.tried(key);
  const blow = await life.pass("send", key);
  const fate = blow === "lose" ? "lost-after" : platform.isLockedFor(message) ? "rejected" : world.sendFate();
  if (fate !== "taken") world.note(`send ${key}: ${fate}`);
  const isTaken = fate === "taken" || fate === "lost-after" || fate === "slow";
  // What has left this machine arrives, whether its sender lives or not.
  if (isTaken) timeline.at(tripMs, () => platform.take(message, timeline.now()));
  if (fate === "lost-before" || fate === "lost-after" || fate === "slow" || fate === "foreign")
    evidence.disturbed.add(key);

  await life.sleep(tripMs);
  await life.pass("sent", key);
  await life.sleep(fate === "slow" ? SEND_TIMEOUT_MS + 1_000 : tripMs);
  switch (fate) {
    case "rate-limited":
      throw new LoongError("SIM_RATE_LIMITED", "too many messages", {
        outcome: "not-sent",
        retryAfterMs: dice.between(100, 5_000),
      });
    case "rejected":
      throw new LoongError("SIM_REJECTED", "refused", { outcome: "rejected" });
    case "bad-credentials":
      throw new LoongError("SIM_TOKEN", "token refused", { outcome: "bad-credentials" });
    case "lost-before":
      throw new LoongError("SIM_LOST", "connection reset", { outcome: "unknown", cause: leak(world) });
    case "lost-after":
      throw new LoongError("SIM_SERVER_ERROR", "502 Bad Gateway", { outcome: "unknown", cause: leak(world) });
    case "foreign":
      throw leak(world);
    case "slow":
    case "taken":
      await life.pass("answered", key);
      return { messageId: `m-${key}` };
  }
}

/** What a careless plugin lets through: the secret stands in an error that is none of ours. */
export function leak({ secrets }: World): Error {
  return new TypeError(`fetch failed: https://platform.example/bot${secrets[0]}/send`);
}
