/** Acme Chat on this machine, for tests and for `loong dev emulate acme`. */
export { emulator } from "./dev-command.ts";
export { type Emulator, startEmulator } from "./emulator.ts";
export type { Fault } from "./faults.ts";
export type { Message, Person, Room } from "./platform.ts";
