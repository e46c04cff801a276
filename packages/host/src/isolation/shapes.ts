import type {
  AttachmentKind,
  FetchedMedia,
  InboundEvent,
  LinkState,
  ProbeReport,
  Receipt,
  WebhookResponse,
} from "@loong/sdk";
import { type TProperties, type TSchema, Type } from "typebox";
import { Compile } from "typebox/compile";
import { isolationErrors } from "./errors.ts";

/** `maxLength` of a schema counts what a reader calls characters, which takes a second for a megabyte. */
const upTo = (maxLength: number) =>
  Type.Refine(
    Type.String(),
    (value) => value.length <= maxLength,
    () => `must have at most ${maxLength} characters`,
  );
/** An event without one is the core's to drop. */
const id = () => upTo(1_024);
const line = () => upTo(4_000);
const text = () => upTo(1_000_000);
const count = () => Type.Number({ minimum: 0 });
const optional = Type.Optional;
const object = <Properties extends TProperties>(properties: Properties) =>
  Type.Object(properties, { additionalProperties: false });

const attachmentKind = Type.Enum(["image", "file", "audio", "video", "sticker"]);

const Event = object({
  eventId: id(),
  messageId: id(),
  kind: Type.Enum(["message", "action"]),
  conversation: object({
    id: id(),
    type: Type.Enum(["direct", "group"]),
    threadId: optional(id()),
    title: optional(line()),
  }),
  sender: object({
    id: id(),
    name: optional(line()),
    isBot: optional(Type.Boolean()),
    isSelf: optional(Type.Boolean()),
  }),
  text: text(),
  addressed: Type.Boolean(),
  attachments: optional(
    Type.Array(
      object({
        kind: attachmentKind,
        ref: upTo(16_000),
        name: optional(line()),
        mimeType: optional(line()),
        sizeBytes: optional(count()),
        durationMs: optional(count()),
      }),
      { maxItems: 100 },
    ),
  ),
  action: optional(
    object({
      cardMessageId: id(),
      value: Type.Unknown(),
      formValues: optional(Type.Record(Type.String(), Type.Unknown())),
    }),
  ),
  inReplyTo: optional(id()),
  sentAtMs: Type.Number(),
});

const Problem = object({ code: upTo(100), message: line(), hint: optional(line()) });

const interval = () => Type.Number({ minimum: 0, maximum: 600_000 });

/** What an open channel can do: what stands in for the objects of `Channel` on this side. */
export interface ChannelAbilities {
  readonly serve: boolean;
  readonly typing: boolean;
  readonly reactions: boolean;
  readonly edit: boolean;
  readonly webhook?: { readonly path: string; readonly bind?: string };
  readonly stream?: { readonly intervalMs: { readonly direct: number; readonly group: number } };
  readonly media?: { readonly inbound: readonly AttachmentKind[] };
}

export interface LogLine {
  readonly account: number;
  readonly level: "debug" | "info" | "warn" | "error";
  readonly message: string;
  readonly fields?: Readonly<Record<string, string | number | boolean | null>>;
}

/** Everything that a plugin's process may say, each as the contract has it: what is more is left out. */
export const createShapes = () => ({
  events: shape<{ inbound: number; events: readonly InboundEvent[]; cursor?: string }>(
    "events",
    object({
      inbound: Type.Integer(),
      events: Type.Array(Event, { maxItems: 10_000 }),
      cursor: optional(upTo(64_000)),
    }),
  ),
  inbound: shape<{ inbound: number }>("a cursor request", object({ inbound: Type.Integer() })),
  report: shape<{ inbound: number; state: LinkState }>(
    "a link state",
    object({
      inbound: Type.Integer(),
      state: object({
        state: Type.Enum(["connecting", "connected", "disconnected"]),
        reason: optional(line()),
        hint: optional(line()),
        retryInMs: optional(count()),
        conflict: optional(Type.Boolean()),
      }),
    }),
  ),
  log: shape<LogLine>(
    "a log line",
    object({
      account: Type.Integer(),
      level: Type.Enum(["debug", "info", "warn", "error"]),
      message: Type.String(),
      fields: optional(
        Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()])),
      ),
    }),
  ),
  abilities: shape<ChannelAbilities>(
    "an open channel",
    object({
      serve: Type.Boolean(),
      typing: Type.Boolean(),
      reactions: Type.Boolean(),
      edit: Type.Boolean(),
      webhook: optional(object({ path: line(), bind: optional(line()) })),
      stream: optional(object({ intervalMs: object({ direct: interval(), group: interval() }) })),
      media: optional(object({ inbound: Type.Array(attachmentKind, { maxItems: 10 }) })),
    }),
  ),
  probe: shape<ProbeReport>(
    "a probe report",
    object({
      ok: Type.Boolean(),
      identity: optional(object({ id: id(), name: optional(line()) })),
      problems: Type.Array(Problem, { maxItems: 100 }),
      notices: optional(Type.Array(Problem, { maxItems: 100 })),
    }),
  ),
  receipt: shape<Receipt>("a receipt", object({ messageId: id(), degraded: optional(line()) })),
  response: shape<WebhookResponse>(
    "a webhook's answer",
    object({
      status: Type.Integer({ minimum: 200, maximum: 599 }),
      headers: optional(Type.Record(Type.String(), line())),
      body: optional(text()),
      refused: optional(upTo(100)),
    }),
  ),
  handle: shape<string>("a handle", upTo(16_000)),
  preview: shape<string>("a preview", upTo(512)),
  nothing: shape<undefined>("nothing", Type.Unknown()),
  media: shape<FetchedMedia>("a fetched file", object({ path: upTo(4_096), mimeType: line(), sizeBytes: count() })),
});
export type Shapes = ReturnType<typeof createShapes>;

/** Gives the value as `T`, without what the contract does not know. @throws ISOLATION_MALFORMED */
export type Shape<T> = (value: unknown) => T;

function shape<T>(name: string, schema: TSchema): Shape<T> {
  let compiled: ReturnType<typeof Compile> | undefined;
  return (value) => {
    compiled ??= Compile(schema);
    if (compiled.Check(value)) return value as T;
    // Taking out what is not known is dear, and seldom needed.
    const cleaned = compiled.Clean(value);
    if (compiled.Check(cleaned)) return cleaned as T;
    const [first] = compiled.Errors(cleaned);
    throw isolationErrors.ISOLATION_MALFORMED([name, `${first?.instancePath ?? ""} ${first?.message ?? ""}`.trim()]);
  };
}
