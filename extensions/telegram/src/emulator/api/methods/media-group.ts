import { randomInt } from "node:crypto";
import { mediaFields } from "../../media.ts";
import type { Parts } from "../../parts.ts";
import type { Content, Message } from "../../state/chat.ts";
import type { Call, Methods } from "../call.ts";
import { chatOf, messageOf } from "../destination.ts";
import { inputFile } from "../input-file.ts";
import { captionText, send } from "../outgoing.ts";
import { createParams, type Params } from "../params.ts";
import { badRequest } from "../refusal.ts";
import { replyMarkupOf } from "../reply-markup.ts";
import { messageView } from "../view.ts";
import { inputMedia } from "./media.ts";

const MAX_ITEMS = 10;
const GROUPABLE: ReadonlySet<string> = new Set(["photo", "video", "audio", "document"]);

/** Albums, and another file in the place of one that was sent. */
export function mediaGroupMethods(parts: Parts): Methods {
  const { chats, files } = parts.world;

  async function contentOf(given: unknown, params: Params): Promise<Content> {
    const { kind, media, facts } = inputMedia(given);
    const caption = captionText(createParams(facts));
    const file = await inputFile(kind, media, "", { uploads: params.files, files });
    return { type: kind, ...caption, fields: mediaFields(kind, file, {}, files), file };
  }

  async function sendMediaGroup(call: Call): Promise<unknown> {
    const items = call.params.json("media", "media");
    if (!Array.isArray(items)) throw badRequest("Expected an Array of InputMedia");
    if (items.length === 0) throw badRequest("There are no messages to send");
    if (items.length > MAX_ITEMS) throw badRequest("Too many messages to send as an album");
    const contents = await Promise.all(items.map((item) => contentOf(item, call.params)));
    checkKinds(contents);
    const groupId = String(randomInt(1e13, 1.4e14));
    const sent: Message[] = [];
    for (const content of contents) sent.push(send(call, parts, content, groupId));
    return sent.map((message) => messageView(message));
  }

  async function editMessageMedia(call: Call): Promise<unknown> {
    const content = await contentOf(call.params.json("media", "media"), call.params);
    const replyMarkup = replyMarkupOf(call.params);
    const message = messageOf(call, chatOf(call, parts.world), "message to edit");
    if (message.from !== call.bot) throw badRequest("message can't be edited");
    chats.edit(message, { content, replyMarkup });
    return messageView(message);
  }

  return { sendMediaGroup, editMessageMedia };
}

/** Photos and videos mix; songs and documents stay among themselves. */
function checkKinds(contents: readonly Content[]): void {
  const kinds = new Set(contents.map(({ type }) => (type === "photo" || type === "video" ? "visual" : type)));
  const isMixed = kinds.size > 1 || contents.some(({ type }) => !GROUPABLE.has(type));
  if (isMixed) throw badRequest("Can't use the media of the specified type in the album");
}
