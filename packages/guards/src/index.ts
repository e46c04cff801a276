export * from "./bounded-bytes.ts";
export * from "./foreign-json.ts";
export * from "./public-address.ts";
