import type { Attachment, AttachmentKind } from "@loong/sdk";
import type { Message, MessageEntity } from "grammy/types";

/** What a message says and what came with it. */
export interface Content {
  readonly text: string;
  readonly entities: readonly MessageEntity[];
  readonly attachments: readonly Attachment[];
}

/** Kinds of messages without words of their own are named, so that an agent knows what was sent. */
export function readContent(message: Message): Content {
  const { text, entities, caption, caption_entities: captionEntities } = message;
  const attachments = attachmentsOf(message);
  if (text !== undefined) return { text, entities: entities ?? [], attachments };
  return { text: caption ?? describe(message), entities: captionEntities ?? [], attachments };
}

function describe({ sticker, location, venue, contact, poll, dice }: Message): string {
  if (sticker !== undefined) return sticker.emoji ?? "";
  if (venue !== undefined) return `[place: ${venue.title}, ${venue.address}]`;
  if (location !== undefined) return `[location: ${location.latitude}, ${location.longitude}]`;
  if (contact !== undefined)
    return `[contact: ${[contact.first_name, contact.last_name, contact.phone_number].filter(Boolean).join(" ")}]`;
  if (poll !== undefined) return `[poll: ${poll.question} — ${poll.options.map((option) => option.text).join(" / ")}]`;
  return dice === undefined ? "" : `[${dice.emoji} ${dice.value}]`;
}

/** What files of all kinds have in common. */
interface SentFile {
  readonly file_id: string;
  readonly file_size?: number;
  readonly file_name?: string;
  readonly mime_type?: string;
  readonly duration?: number;
}

/** @see https://core.telegram.org/bots/api#available-types (read 2026-08) */
function attachmentsOf(message: Message): Attachment[] {
  // Sizes of one photo, the largest last. An animation comes as a document too.
  const photo = message.photo?.at(-1);
  const document = message.animation === undefined ? message.document : undefined;
  const files: readonly (readonly [AttachmentKind, SentFile | undefined])[] = [
    ["image", photo],
    ["video", message.video ?? message.video_note ?? message.animation],
    ["audio", message.voice ?? message.audio],
    ["sticker", message.sticker],
    ["file", document],
  ];
  return files.flatMap(([kind, file]) => (file === undefined ? [] : [attachmentOf(kind, file)]));
}

function attachmentOf(kind: AttachmentKind, file: SentFile): Attachment {
  const { file_id: ref, file_name: name, mime_type: mimeType, file_size: sizeBytes, duration } = file;
  return {
    kind,
    ref,
    ...(name === undefined ? {} : { name }),
    ...(mimeType === undefined ? {} : { mimeType }),
    ...(sizeBytes === undefined ? {} : { sizeBytes }),
    ...(duration === undefined ? {} : { durationMs: duration * 1_000 }),
  };
}
