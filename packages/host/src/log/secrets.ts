export const MASK = "[redacted]";

/** Shorter values would mask ordinary words. */
const MIN_LENGTH = 4;
/** Inside base64 text, of which a few characters at each end are lost, less than this is no evidence. */
const MIN_INNER_LENGTH = 12;
const SLOTS = 1 << 16;

/**
 * The secrets of this process and the texts they hide in. Looking through a text takes time by its length, not by the
 * number of secrets: a table tells of every four characters whether a secret begins with them.
 */
export interface SecretRegistry {
  add(secret: string): void;
  /** `text` with every known secret masked. */
  mask(text: string): string;
}

export function createSecretRegistry(): SecretRegistry {
  const begins = new Uint8Array(SLOTS);
  const byBeginning = new Map<string, string[]>();

  function addNeedle(needle: string): void {
    const beginning = needle.slice(0, MIN_LENGTH);
    const needles = byBeginning.get(beginning) ?? [];
    if (needles.includes(needle)) return;
    byBeginning.set(
      beginning,
      [...needles, needle].sort((left, right) => right.length - left.length),
    );
    begins[slotAt(needle, 0)] = 1;
  }

  function lengthOfSecretAt(text: string, index: number): number {
    if (begins[slotAt(text, index)] === 0) return 0;
    const needles = byBeginning.get(text.slice(index, index + MIN_LENGTH));
    return needles?.find((needle) => text.startsWith(needle, index))?.length ?? 0;
  }

  return {
    add: (secret) => {
      if (secret.length >= MIN_LENGTH) for (const needle of disguises(secret)) addNeedle(needle);
    },
    mask: (text) => {
      let masked = "";
      let from = 0;
      for (let index = 0; index + MIN_LENGTH <= text.length; index++) {
        const length = lengthOfSecretAt(text, index);
        if (length === 0) continue;
        masked += text.slice(from, index) + MASK;
        from = index + length;
        index = from - 1;
      }
      return from === 0 ? text : masked + text.slice(from);
    },
  };
}

function slotAt(text: string, index: number): number {
  const first = text.charCodeAt(index) * 31 + text.charCodeAt(index + 1);
  const second = text.charCodeAt(index + 2) * 31 + text.charCodeAt(index + 3);
  return (first * 961 + second) % SLOTS;
}

/** How a secret looks in a URL, a form, JSON, JSON within JSON, and in base64 of itself or of JSON, wherever it begins in it. */
function disguises(secret: string): Set<string> {
  const url = encodeURIComponent(secret.toWellFormed());
  const json = jsonEscaped(secret);
  const found = [
    secret,
    url,
    url.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    url.replaceAll("%20", "+"),
    json,
    jsonEscaped(json),
    ...[0, 1, 2].flatMap((offset) => [...inBase64(secret, offset), ...inBase64(json, offset)]),
  ];
  return new Set(found.filter((text) => text.length >= MIN_LENGTH));
}

function jsonEscaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** Three bytes make four characters: those that also hold bits of a neighbour are left out. */
function inBase64(secret: string, offset: number): string[] {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)]);
  const foreignAtEnd = bytes.length % 3;
  const inner = bytes.toString("base64").replaceAll("=", "");
  const text = inner.slice(offset === 0 ? 0 : offset + 1, foreignAtEnd === 0 ? undefined : -1);
  return text.length < MIN_INNER_LENGTH ? [] : [text, text.replaceAll("+", "-").replaceAll("/", "_")];
}
