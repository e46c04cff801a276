export { emulator } from "./dev-command.ts";
export { DEFAULT_SECRET, startHttpEmulator } from "./emulator.ts";
export type { HttpEmulator, HttpEmulatorOptions } from "./emulator.ts";
export type { Conversation, Person, Said, Saying } from "./speech.ts";
export type { CallbackFault, FaultAction } from "./faults.ts";
export type { Forgery } from "./forgeries.ts";
export type { ShownMessage, TakenEvent } from "./board.ts";
