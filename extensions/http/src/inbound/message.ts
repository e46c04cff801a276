import { parseForeignJson } from "@loong/guards";
import type { InboundEvent } from "@loong/sdk";
import { type Static, Type } from "typebox";
import { Value } from "typebox/value";
import { CALLBACK_TYPES } from "../callback/events.ts";

/** No control characters: ids stand in logs, and are joined with newlines in the names of previews. */
const Id = Type.String({ minLength: 1, maxLength: 128, pattern: "^[^\\u0000-\\u001f\\u007f]*$" });
const Name = Type.String({ maxLength: 256 });
const closed = { additionalProperties: false };

/** Seconds instead of milliseconds would lie before 2001. */
const EARLIEST_MS = 1_000_000_000_000;

const Message = Type.Object(
  {
    id: Id,
    conversation: Type.Object(
      {
        id: Id,
        type: Type.Enum(["direct", "group"]),
        title: Type.Optional(Name),
        threadId: Type.Optional(Id),
      },
      closed,
    ),
    sender: Type.Object(
      {
        id: Id,
        name: Type.Optional(Name),
        isBot: Type.Optional(Type.Boolean()),
        isSelf: Type.Optional(Type.Boolean()),
      },
      closed,
    ),
    text: Type.String({ minLength: 1 }),
    addressed: Type.Optional(Type.Boolean()),
    inReplyTo: Type.Optional(Id),
    sentAtMs: Type.Optional(Type.Integer({ minimum: EARLIEST_MS })),
  },
  closed,
);
type Message = Static<typeof Message>;

export type ParsedBody =
  | { readonly event: InboundEvent }
  /** In words for the author of the application. */
  | { readonly problem: string }
  /** It is signed, but by this gateway: one of its own callbacks, sent back. */
  | { readonly reflected: true };

/**
 * Reads the body of a request that is known to be the application's.
 *
 * @param signedAtMs - When the request was signed: the time of a message that has none of its own.
 */
export function parseBody(body: Uint8Array, signedAtMs: number): ParsedBody {
  const value = parseForeignJson(body);
  if (value === undefined) return { problem: "The body is no JSON object in UTF-8." };
  if (isCallback(value)) return { reflected: true };
  if (!Value.Check(Message, value)) return { problem: problemOf(value) };
  return { event: eventOf(value, signedAtMs) };
}

function isCallback(value: Readonly<Record<string, unknown>>): boolean {
  return CALLBACK_TYPES.has(value["type"]);
}

function eventOf(message: Message, signedAtMs: number): InboundEvent {
  const { id, conversation, sender, text, inReplyTo, sentAtMs = signedAtMs } = message;
  return {
    eventId: id,
    messageId: id,
    kind: "message",
    conversation,
    sender,
    text,
    addressed: conversation.type === "direct" || message.addressed === true,
    ...(inReplyTo === undefined ? {} : { inReplyTo }),
    sentAtMs,
  };
}

/** `conversation.type must be equal to one of the allowed values`. */
function problemOf(value: unknown): string {
  const errors = Value.Errors(Message, value);
  const error = errors.find(({ keyword }) => keyword !== "boolean") ?? errors[0];
  if (error === undefined) return "The body is no message.";
  const field = error.instancePath.slice(1).replaceAll("/", ".");
  const detail = error.keyword === "additionalProperties" ? `: ${error.params.additionalProperties.join(", ")}` : "";
  return `${field === "" ? "The body" : field} ${error.message}${detail}.`;
}
