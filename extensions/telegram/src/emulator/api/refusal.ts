import type { JsonRecord } from "@loong/emulator-kit";

/** The platform says no: `{ok: false, error_code, description, parameters?}`. Thrown by methods, answered by the server. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: number;
  readonly parameters: JsonRecord | undefined;

  constructor(code: number, description: string, parameters?: JsonRecord) {
    super(description);
    this.code = code;
    this.parameters = parameters;
  }
}

/** 400, written as the platform writes it: in lower case unless the words are a code like `REACTION_INVALID`. */
export function badRequest(words: string, parameters?: JsonRecord): Refusal {
  const isCode = /^.[A-Z_]/.test(words);
  return new Refusal(
    400,
    `Bad Request: ${isCode ? words : words.charAt(0).toLowerCase() + words.slice(1)}`,
    parameters,
  );
}

export function forbidden(words: string): Refusal {
  return new Refusal(403, `Forbidden: ${words}`);
}

export function conflict(words: string): Refusal {
  return new Refusal(409, `Conflict: ${words}`);
}

export function tooManyRequests(retryAfterSeconds: number): Refusal {
  return new Refusal(429, `Too Many Requests: retry after ${retryAfterSeconds}`, { retry_after: retryAfterSeconds });
}
