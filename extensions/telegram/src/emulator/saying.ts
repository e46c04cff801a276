import type { Actor } from "./state/actors.ts";
import type { Content } from "./state/chat.ts";
import type { Files } from "./state/files.ts";
import { mediaFields } from "./media.ts";
import { trimmed, withDetected, type Entity, type FormattedText } from "./text/entities.ts";

/** What somebody says: plain text, or a message of another type. */
export type Saying = string | RichSaying;

export interface RichSaying {
  /** `photo`, `document`, `voice`, `audio`, `video`, `video_note`, `animation`, `sticker`, `location`, `contact`, … */
  readonly type: string;
  readonly bytes?: Uint8Array;
  readonly name?: string;
  readonly mimeType?: string;
  readonly caption?: string;
  readonly durationSeconds?: number;
  /** What the platform says the size is, to play large files with few bytes. */
  readonly sizeBytes?: number;
  /** For types without a file: what stands under the key of that type, `{latitude, longitude}` for instance. */
  readonly value?: unknown;
}

/**
 * Makes the message a client would send. `@name` and `@username` of a mentioned one become a mention where they stand;
 * who is mentioned without being named comes first.
 */
export function spoken(saying: Saying, mentioned: readonly Actor[], files: Files): Content {
  if (typeof saying === "string") return { type: "text", ...words(saying, mentioned), fields: {} };
  const { type, caption = "", bytes, value } = saying;
  const formatted = words(caption, mentioned);
  if (bytes === undefined) return { type, ...formatted, fields: { [type]: value ?? {} } };
  const { sizeBytes, name, mimeType } = saying;
  const file = files.add({ kind: type, bytes, sizeBytes, name, mimeType });
  const fields = mediaFields(type, file, { durationSeconds: saying.durationSeconds ?? 1 }, files);
  return { type, ...formatted, fields, file };
}

function words(source: string, mentioned: readonly Actor[]): FormattedText {
  const text = mentioned.reduce(named, source);
  const entities = mentioned.filter(({ username }) => username === undefined).map((actor) => mentionOf(actor, text));
  return withDetected(trimmed({ text, entities }));
}

function named(text: string, { name, username }: Actor): string {
  if (username === undefined) return text.includes(name) ? text : `${name} ${text}`;
  const handle = `@${username}`;
  if (text.includes(handle)) return text;
  return text.includes(`@${name}`) ? text.replaceAll(`@${name}`, handle) : `${handle} ${text}`;
}

/** People without a username are mentioned by name, with an entity that says who is meant. */
function mentionOf({ kind, id, name }: Actor, text: string): Entity {
  const user = { id, is_bot: kind === "bot", first_name: name };
  return { type: "text_mention", offset: text.indexOf(name), length: name.length, user };
}
