export * from "./agent.ts";
export * from "./channel.ts";
export * from "./define.ts";
export * from "./errors.ts";
export * from "./manifest.ts";
export * from "./messages.ts";
export * from "./policy.ts";
export * from "./schema.ts";
