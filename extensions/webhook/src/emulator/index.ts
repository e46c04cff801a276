/** The receivers of notifications on this machine, for tests, demos and benchmarks. */
export { emulator } from "./dev-command.ts";
export {
  startWebhookEmulator,
  type HookHandle,
  type WebhookEmulator,
  type WebhookEmulatorOptions,
} from "./emulator.ts";
export type { Fault, FaultAction } from "./faults.ts";
export type { HookKind, HookOptions, ShownNotification } from "./hooks.ts";
export type { LoggedRequest } from "./server.ts";
