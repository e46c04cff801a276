export { hostErrors } from "./errors.ts";
export type { HostOptions } from "./options.ts";
