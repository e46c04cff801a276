import type { EmulatorClock } from "@loong/emulator-kit";
import type { Settings } from "../options.ts";
import type { Actors } from "./actors.ts";
import type { Callbacks } from "./callbacks.ts";
import type { Chats } from "./chats.ts";
import type { Drafts } from "./drafts.ts";
import type { Files } from "./files.ts";

/** Everything there is, without the network. */
export interface World {
  readonly clock: EmulatorClock;
  readonly settings: Settings;
  readonly actors: Actors;
  readonly chats: Chats;
  readonly files: Files;
  readonly drafts: Drafts;
  readonly callbacks: Callbacks;
}
