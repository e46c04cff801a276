import type { ShiftableClock } from "@loong/emulator-kit";
import type { RequestLog } from "./api/request-log.ts";
import type { Rates } from "./api/rates.ts";
import type { Faults } from "./faults.ts";
import type { Bot } from "./state/actors.ts";
import type { World } from "./state/world.ts";
import type { Notices } from "./updates/notices.ts";
import type { Polls } from "./updates/polls.ts";
import type { UpdateQueue } from "./updates/queue.ts";
import type { Webhooks } from "./updates/webhooks.ts";

/** The parts of one emulator; the API's methods, `stage` and `control` act on them. */
export interface Parts {
  readonly world: World;
  readonly clock: ShiftableClock;
  readonly faults: Faults;
  readonly rates: Rates;
  readonly log: RequestLog;
  readonly notices: Notices;
  readonly polls: Polls;
  readonly webhooks: Webhooks;
  queueOf(bot: Bot): UpdateQueue;
}
