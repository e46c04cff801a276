export * from "./control.ts";
export * from "./overview.ts";
export * from "./routes.ts";
export * from "./security.ts";
export * from "./status.ts";
