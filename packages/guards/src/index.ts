export * from "./bounded-bytes.ts";
export * from "./file-kind.ts";
export * from "./foreign-json.ts";
export * from "./public-address.ts";
export * from "./store-download.ts";
