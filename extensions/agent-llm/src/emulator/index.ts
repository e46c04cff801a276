/** A model provider on this machine, for tests, demos and benchmarks. */
export { defaultCatalogue, type ListedModel } from "./catalogue.ts";
export { emulator } from "./dev-command.ts";
export type { LlmFault } from "./faults.ts";
export type { Heard, ReplyRule } from "./replies.ts";
export { type LlmEmulator, type LlmEmulatorOptions, type LoggedRequest, startLlmEmulator } from "./server.ts";
