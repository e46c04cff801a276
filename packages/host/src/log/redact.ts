import type { LogFields } from "@loong/sdk";
import { MASK, type SecretRegistry } from "./secrets.ts";

/** A text without one of these words needs none of the patterns. */
const SUSPICIOUS = /secret|token|passw|bearer|basic|authorization|signature|api[-_]?key|cookie|\/bot\d|:\/\/[^\s/]*@/i;
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
    redacted[key] = typeof value !== "string" ? value : SECRET_NAME.test(key) ? MASK : redactText(secrets, value);
  }
  return redacted;
}
