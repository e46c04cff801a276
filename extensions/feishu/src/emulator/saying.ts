import type { App } from "./state/apps.ts";
import type { Blobs } from "./state/blobs.ts";
import type { Actor, User } from "./state/people.ts";
import type { Mention } from "./state/rooms.ts";
import { mentionKey } from "./state/wording.ts";
import { actorName } from "./state/people.ts";

/** What somebody says: plain text, or a message of any type. */
export type Saying = string | RichSaying;

export interface RichSaying {
  /** `text`, `post`, `image`, `file`, `audio`, `media`, `sticker`, `location`, `merge_forward`, or one nobody knows. */
  readonly type: string;
  /** An object becomes JSON; a string stays as it is, also when it is no JSON. */
  readonly content?: unknown;
  /** Bytes for `image`, `file`, `audio`, `media` and `sticker`; their keys are put into the content. */
  readonly file?: { readonly bytes: Uint8Array; readonly name?: string; readonly durationMs?: number };
  /** The messages inside a `merge_forward`. */
  readonly children?: readonly Saying[];
}

export interface SpokenWords {
  readonly msgType: string;
  readonly content: string;
  readonly mentions: readonly Mention[];
}

/**
 * Makes the message a client would send. In a text every `@name` of a mentioned one becomes its key; who is mentioned
 * without being named comes first.
 */
export function spokenWords(saying: Saying, mentioned: readonly (User | App)[], blobs: Blobs): SpokenWords {
  const mentions: Mention[] = [];
  const actors = mentioned.map(toActor);
  for (const actor of actors) mentionKey(mentions, actor);
  if (typeof saying === "string") {
    return { msgType: "text", content: JSON.stringify({ text: withKeys(saying, mentions) }), mentions };
  }
  const content = saying.content ?? contentFor(saying, blobs);
  return { msgType: saying.type, content: typeof content === "string" ? content : JSON.stringify(content), mentions };
}

export function toActor(who: User | App): Actor {
  return "appId" in who ? { kind: "app", app: who } : { kind: "user", user: who };
}

function withKeys(text: string, mentions: readonly Mention[]): string {
  let keyed = text;
  const unnamed: string[] = [];
  for (const { key, actor } of mentions) {
    const name = `@${actorName(actor)}`;
    if (keyed.includes(name)) keyed = keyed.replaceAll(name, key);
    else unnamed.push(key);
  }
  return [...unnamed, keyed].join(" ").replaceAll("@all", "@_all");
}

function contentFor({ type, file }: RichSaying, blobs: Blobs): object {
  if (type === "merge_forward") return { content: "Merged and Forwarded Message" };
  if (file === undefined) return {};
  const kind = type === "image" ? "image" : "file";
  const facts = { name: file.name, fileType: undefined, durationMs: file.durationMs, uploadedBy: undefined };
  const { key } = blobs.add({ kind, bytes: file.bytes, ...facts });
  switch (type) {
    case "image":
      return { image_key: key };
    case "audio":
      return { file_key: key, duration: file.durationMs ?? 1000 };
    case "sticker":
      return { file_key: key };
    case "media":
      return { file_key: key, image_key: "", file_name: file.name ?? "video.mp4", duration: file.durationMs ?? 1000 };
    default:
      return { file_key: key, file_name: file.name ?? "file" };
  }
}
