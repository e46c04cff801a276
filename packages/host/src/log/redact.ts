import type { LogFields } from "@loong/sdk";
import { MASK, type SecretRegistry } from "./secrets.ts";

/** A text without one of these words needs none of the patterns. */
const SUSPICIOUS =
  /secret|token|passw|bearer|basic|authorization|signature|api[-_]?key|cookie|\/bot\d|\d{6}:[\w-]{35}|:\/\/[^\s/]*@/i;
const NAME = "(?:secret|token|password|passwd|authorization|signature|api[-_]?key|cookie)";
const SECRET_NAME = new RegExp(`${NAME}$`, "i");

const patterns: readonly (readonly [RegExp, string])[] = [
  // Authorization: Bearer eyJ…
  [/\b(bearer|basic)\s+[\w.~+/-]{16,}=*/gi, `$1 ${MASK}`],
  // "app_secret": "…", token=…, x-signature: …
  [
    new RegExp(
      `(${NAME}\\b\\\\?["']?\\s*[:=]\\s*\\\\?["']?)(?!(?:true|false|null|undefined)\\b|\\[)[^\\s"'\\\\,;&)}\\]]+`,
      "gi",
    ),
    `$1${MASK}`,
  ],
  // https://host/bot123456:AAF…/method
  [/\/bot\d+:[\w-]+/g, `/bot${MASK}`],
  // 123456:AAF…, the same without its address
  [/\b\d{6,}:[\w-]{35,}/g, MASK],
  // https://user:password@host
  [/(:\/\/)[^\s/@]+@/g, `$1${MASK}@`],
];

/** `text` without the secrets that are known, and without what looks like one. */
export function redactText(secrets: SecretRegistry, text: string): string {
  const masked = secrets.mask(text);
  return SUSPICIOUS.test(masked)
    ? patterns.reduce((rest, [pattern, replacement]) => rest.replace(pattern, replacement), masked)
    : masked;
}

/** The same for fields; a field whose name says that it is a secret is masked whole. */
export function redactFields(secrets: SecretRegistry, fields: LogFields): LogFields {
  const redacted: Record<string, LogFields[string]> = {};
  for (const [key, value] of Object.entries(fields)) {
    const text = textOf(value);
    redacted[key] = text === undefined ? value : SECRET_NAME.test(key) ? MASK : redactText(secrets, text);
  }
  return redacted;
}

/** A plugin's code may not keep to the types: what is no plain value is looked through as text. */
function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return undefined;
  if (value instanceof Error) return String(value);
  try {
    return JSON.stringify(value);
  } catch {
    return "[no plain value]";
  }
}
