import type { InboundEvent } from "@loong/sdk";

const MAX_ID_LENGTH = 256;
const MAX_TEXT_LENGTH = 200_000;

/** Ids are shown in logs and typed into commands. */
const CONTROL = /\p{Cc}/u;

/** Why an event cannot be taken at all, whatever the policy says; `undefined` when it can. */
export function malformed(event: InboundEvent): string | undefined {
  for (const [name, id] of idsOf(event)) {
    if (typeof id !== "string" || id === "" || id.length > MAX_ID_LENGTH || CONTROL.test(id))
      return `${name} is not an id of 1 to ${MAX_ID_LENGTH} characters`;
  }
  if (event.conversation.type !== "direct" && event.conversation.type !== "group")
    return "conversation.type is neither direct nor group";
  if (typeof event.text !== "string" || event.text.length > MAX_TEXT_LENGTH)
    return `text is longer than ${MAX_TEXT_LENGTH} characters`;
  if (!Number.isFinite(event.sentAtMs)) return "sentAtMs is not a time";
  return undefined;
}

function idsOf(event: InboundEvent): readonly (readonly [string, unknown])[] {
  const ids: [string, unknown][] = [
    ["eventId", event.eventId],
    ["messageId", event.messageId],
    ["conversation.id", event.conversation.id],
    ["sender.id", event.sender.id],
  ];
  if (event.conversation.threadId !== undefined) ids.push(["conversation.threadId", event.conversation.threadId]);
  return ids;
}
