import type { ShiftableClock } from "@loong/emulator-kit";
import type { Streams } from "./commands/streams.ts";
import type { Faults } from "./faults.ts";
import type { ResponseUrls } from "./http/response-urls.ts";
import type { Settings } from "./options.ts";
import type { Bots } from "./state/bots.ts";
import type { Files } from "./state/files.ts";
import type { People } from "./state/people.ts";
import type { Rooms } from "./state/rooms.ts";
import type { Callbacks } from "./wire/callbacks.ts";
import type { Connections } from "./wire/connections.ts";
import type { FrameLog } from "./wire/frame-log.ts";
import type { Notices } from "./wire/notices.ts";
import type { Subscriptions } from "./wire/subscriptions.ts";

/** The parts of one emulator; `stage` and `control` act on them. */
export interface Parts {
  readonly clock: ShiftableClock;
  readonly settings: Settings;
  readonly faults: Faults;
  readonly bots: Bots;
  readonly people: People;
  readonly rooms: Rooms;
  readonly files: Files;
  readonly log: FrameLog;
  readonly connections: Connections;
  readonly subscriptions: Subscriptions;
  readonly callbacks: Callbacks;
  readonly notices: Notices;
  readonly streams: Streams;
  readonly responseUrls: ResponseUrls;
}
