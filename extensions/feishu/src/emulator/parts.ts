import type { ShiftableClock } from "@loong/emulator-kit";
import type { CardTokens } from "./api/card-update.ts";
import type { CustomBots } from "./api/custom-bot.ts";
import type { Rates } from "./api/rates.ts";
import type { RequestLog } from "./api/request-log.ts";
import type { Tokens } from "./api/token.ts";
import type { Deliveries } from "./events/deliveries.ts";
import type { LongConnection } from "./events/long-connection.ts";
import type { Notices } from "./events/notices.ts";
import type { WebhookPusher } from "./events/webhook-pusher.ts";
import type { Faults } from "./faults.ts";
import type { CardEntities } from "./state/card-entities.ts";
import type { World } from "./state/world.ts";

/** The parts of one emulator; `stage` and `control` act on them. */
export interface Parts {
  readonly world: World;
  readonly clock: ShiftableClock;
  readonly faults: Faults;
  readonly rates: Rates;
  readonly tokens: Tokens;
  readonly log: RequestLog;
  readonly deliveries: Deliveries;
  readonly notices: Notices;
  readonly longConnection: LongConnection;
  readonly pusher: WebhookPusher;
  readonly customBots: CustomBots;
  readonly cards: CardEntities;
  readonly cardTokens: CardTokens;
}
