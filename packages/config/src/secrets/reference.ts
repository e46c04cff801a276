import type { JsonSchema } from "@loong/sdk";
import { isReferable, takesReference } from "../schema/walk.ts";
import { isPlainObject } from "../source/document.ts";

/** Where a value is, when the file does not hold it. */
export type Reference =
  | { readonly kind: "env"; readonly name: string }
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "exec"; readonly command: readonly [string, ...string[]] };

/**
 * The reference that a value is: `{ env }`, `{ file }` or `{ exec }` for any text of a plugin's, `$X`, `${X}` and `env:X` for text that
 * is a secret or says where else it may come from. `undefined`: a plain value.
 */
export function referenceOf(value: unknown, schema: JsonSchema): Reference | "malformed" | undefined {
  if (isPlainObject(value)) return takesReference(schema) ? tableReference(value) : undefined;
  if (typeof value !== "string" || !isReferable(schema)) return undefined;
  const name = /^\$([A-Za-z_]\w*)$|^\$\{([A-Za-z_]\w*)\}$|^env:([A-Za-z_]\w*)$/
    .exec(value.trim())
    ?.slice(1)
    .find(Boolean);
  return name === undefined ? undefined : { kind: "env", name };
}

function tableReference(value: Readonly<Record<string, unknown>>): Reference | "malformed" {
  const entries = Object.entries(value);
  const [kind, target] = entries[0] ?? [];
  if (entries.length !== 1) return "malformed";
  if (kind === "env" && isName(target)) return { kind, name: target };
  if (kind === "file" && isFilled(target)) return { kind, path: target };
  if (kind === "exec" && isCommand(target)) return { kind, command: target };
  return "malformed";
}

function isName(value: unknown): value is string {
  return typeof value === "string" && /^[A-Za-z_]\w*$/.test(value);
}

function isFilled(value: unknown): value is string {
  return typeof value === "string" && value.trim() !== "";
}

function isCommand(value: unknown): value is readonly [string, ...string[]] {
  return Array.isArray(value) && isFilled(value[0]) && value.every((part) => typeof part === "string");
}
