const MAX_DETAIL_LENGTH = 300;
const NOT_PRINTABLE = /[\p{Cc}\p{Cf}\s]+/gu;

/**
 * A provider's own words, fit for an error or a log: one line, at most 300 characters, `secrets` taken out.
 *
 * @param secrets - Values to blank; those shorter than 4 characters would blank ordinary words and are left.
 */
export function redactDetail(text: string, secrets: readonly string[]): string {
  let shown = text;
  for (const secret of secrets)
    if (secret.length >= 4) for (const form of formsOf(secret)) shown = shown.replaceAll(form, "[secret]");
  shown = shown.replaceAll(NOT_PRINTABLE, " ").trim();
  return shown.length > MAX_DETAIL_LENGTH ? `${shown.slice(0, MAX_DETAIL_LENGTH - 1)}…` : shown;
}

/** As it is, in a URL, in JSON, and in base64: providers quote what they were sent, headers and query included. */
function formsOf(secret: string): readonly string[] {
  const base64 = Buffer.from(secret).toString("base64").replaceAll("=", "");
  return [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), base64];
}
