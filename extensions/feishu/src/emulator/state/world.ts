import type { EmulatorClock } from "@loong/emulator-kit";
import type { Settings } from "../options.ts";
import type { Apps } from "./apps.ts";
import type { Blobs } from "./blobs.ts";
import type { People } from "./people.ts";
import type { Rooms } from "./rooms.ts";

/** Everything the emulated platform knows. */
export interface World {
  readonly clock: EmulatorClock;
  readonly settings: Settings;
  readonly apps: Apps;
  readonly people: People;
  readonly rooms: Rooms;
  readonly blobs: Blobs;
}
