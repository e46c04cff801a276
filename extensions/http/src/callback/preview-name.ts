import { callbackErrors } from "../errors.ts";
import { placeOf, type Place } from "./events.ts";

/** Stands in no id: inbound ids have no control characters. */
const BETWEEN = "\n";

/** What later calls need to know about a preview, also in a later process. */
export interface NamedPreview {
  readonly id: string;
  readonly conversation: Place;
  readonly inReplyTo: string;
}

/** At most 448 characters: a key of 50, a prefix, and three ids of 128. */
export function nameOf({ id, conversation, inReplyTo }: NamedPreview): string {
  return [id, inReplyTo, conversation.id, conversation.threadId].filter((part) => part !== undefined).join(BETWEEN);
}

/** @throws CALLBACK_PREVIEW_UNREADABLE */
export function previewOf(name: string): NamedPreview {
  const [id, inReplyTo, conversationId, threadId] = name.split(BETWEEN);
  if (!id || !inReplyTo || !conversationId) throw callbackErrors.CALLBACK_PREVIEW_UNREADABLE([]);
  return { id, inReplyTo, conversation: placeOf(conversationId, threadId) };
}

export function previewId(name: string): string {
  return previewOf(name).id;
}
