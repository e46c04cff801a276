import { readFileSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { noFacts, type OwnerFacts } from "./facts.ts";

/** @returns `undefined` when the file is missing, torn or not ours. */
export function readFacts(file: string): OwnerFacts | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (typeof value !== "object" || value === null || !("phase" in value)) return undefined;
    return { ...noFacts("stopped"), ...(value as Partial<OwnerFacts>) };
  } catch {
    return undefined;
  }
}

/** Readers see the old facts or the new ones, never half of them. */
export async function writeFacts(file: string, facts: OwnerFacts): Promise<void> {
  const draft = `${file}.${process.pid}.tmp`;
  await writeFile(draft, `${JSON.stringify(facts, null, 2)}\n`, { mode: 0o600 });
  await rename(draft, file);
}
