/** The WeCom platform on this machine, as bots with a long connection see it: for tests, demos and benchmarks. */
export { startWecomEmulator, type WecomEmulator } from "./emulator.ts";
export { emulator } from "./dev-command.ts";
export { DEFAULT_BOT, type BotOptions, type Delay, type EmulatorOptions } from "./options.ts";
export type { EmulatorClock, EmulatorTimer } from "@loong/emulator-kit";
export type {
  CallbackFault,
  CallbackFaultAction,
  Fault,
  FrameFault,
  FrameFaultAction,
  MediaFault,
  MediaFaultAction,
  PingFault,
  SubscribeFault,
  UpgradeFault,
} from "./faults.ts";
export type { RichSaying, Saying } from "./saying.ts";
export type {
  BotHandle,
  BotRef,
  Change,
  ChatHandle,
  ChatRef,
  Said,
  SayOptions,
  Stage,
  UserHandle,
  UserRef,
} from "./stage.ts";
export type { ShownMessage } from "./state/transcript.ts";
export type { CallbackView, DeliveryOutcome } from "./wire/callbacks.ts";
export type { ConnectionState, ConnectionView, DropMode } from "./wire/connections.ts";
export type { LoggedFrame } from "./wire/frame-log.ts";
export type { CardClick, Feedback, MessageTwist } from "./wire/notices.ts";
