export * from "./control.ts";
export * from "./status.ts";
