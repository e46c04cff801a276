export { noFacts, type OwnerFacts, type OwnerReport } from "./facts.ts";
export { type Lock, takeLock } from "./lock.ts";
export { findLeftovers, removeLeftovers } from "./leftovers.ts";
export { type OwnerPaths, type Ownership, takeOwnership } from "./own.ts";
export { readOwner } from "./read.ts";
