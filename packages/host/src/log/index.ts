export type { LogLevel, LogScope } from "./entry.ts";
export { type HostLog, type LogOptions, openLog } from "./open.ts";
