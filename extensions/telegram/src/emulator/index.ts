/** The Telegram Bot API on this machine, for tests, demos and benchmarks. */
export { startTelegramEmulator, type TelegramEmulator } from "./emulator.ts";
export { emulator } from "./dev-command.ts";
export { DEFAULT_BOT, type ApiLevel, type BotOptions, type EmulatorOptions } from "./options.ts";
export type { EmulatorClock, EmulatorTimer } from "@loong/emulator-kit";
export type { LoggedRequest } from "./api/request-log.ts";
export type { WebhookInfo } from "./api/methods/updates.ts";
export type { DropMode } from "./connections.ts";
export type { Fault, FaultAction } from "./faults.ts";
export type { RichSaying, Saying } from "./saying.ts";
export type { BotHandle, BotRef, ChatHandle, ChatRef, UserHandle, UserRef } from "./handles.ts";
export type { Change, GroupOptions, Said, SayOptions, Stage, UpdateSeen } from "./stage.ts";
export type { PressAnswer } from "./state/callbacks.ts";
export type { ChatType } from "./state/chat.ts";
export type { ShownButton, ShownDraft, ShownMessage } from "./state/transcript.ts";
export type { Entity } from "./text/entities.ts";
export type { UpdateIds } from "./updates/notices.ts";
