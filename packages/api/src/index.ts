export * from "./control.ts";
export * from "./overview.ts";
export * from "./status.ts";
