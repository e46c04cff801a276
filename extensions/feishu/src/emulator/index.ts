/** The Feishu and Lark open platform on this machine, for tests, demos and benchmarks. */
export { startFeishuEmulator, type FeishuEmulator } from "./emulator.ts";
export { emulator } from "./dev-command.ts";
export { DEFAULT_APP, type AppOptions, type Brand, type ClientConfig, type EmulatorOptions } from "./options.ts";
export type { EmulatorClock, EmulatorTimer } from "@loong/emulator-kit";
export type { CustomBotOptions } from "./api/custom-bot.ts";
export type { LoggedRequest } from "./api/request-log.ts";
export type { ClickResult } from "./card-clicks.ts";
export type { Attempt, Delivery, PublishOptions } from "./events/deliveries.ts";
export type { ConnectionView, DropMode } from "./events/long-connection.ts";
export type { CardClick, MessageTwist } from "./events/payloads.ts";
export type { UrlCheck } from "./events/webhook-pusher.ts";
export type {
  EventFault,
  EventFaultAction,
  Fault,
  FragmentPlan,
  HttpFault,
  HttpFaultAction,
  PingFault,
  UpgradeFault,
} from "./faults.ts";
export type { RichSaying, Saying } from "./saying.ts";
export type { AppHandle, AppRef, ChatHandle, ChatRef, Said, SayOptions, Stage, UserHandle, UserRef } from "./stage.ts";
export type { CardView } from "./state/card-entities.ts";
export type { ShownMessage } from "./state/transcript.ts";
