import { type Static, Type } from "typebox";

/** Every control call answers `{ error }` with the HTTP status 4xx or 5xx when it fails. */
export const ControlError = Type.Object({
  error: Type.Object({
    code: Type.String(),
    message: Type.String(),
    hint: Type.Optional(Type.String()),
    outcome: Type.Optional(Type.String()),
  }),
});
export type ControlError = Static<typeof ControlError>;

const Problem = Type.Object({ code: Type.String(), message: Type.String(), hint: Type.Optional(Type.String()) });

export const OutboundContentSchema = Type.Union([
  Type.Object({ type: Type.Literal("text"), text: Type.String() }),
  Type.Object({ type: Type.Literal("markdown"), markdown: Type.String() }),
  Type.Object({ type: Type.Literal("card"), card: Type.Unknown(), fallbackText: Type.String() }),
  Type.Object({
    type: Type.Literal("image"),
    file: Type.Object({
      path: Type.String(),
      name: Type.Optional(Type.String()),
      mimeType: Type.Optional(Type.String()),
    }),
  }),
  Type.Object({
    type: Type.Literal("file"),
    file: Type.Object({
      path: Type.String(),
      name: Type.Optional(Type.String()),
      mimeType: Type.Optional(Type.String()),
    }),
  }),
]);

export const SendRequest = Type.Object({
  channel: Type.String(),
  account: Type.Optional(Type.String()),
  to: Type.String(),
  threadId: Type.Optional(Type.String()),
  content: OutboundContentSchema,
});
export type SendRequest = Static<typeof SendRequest>;

/** How an operator's message ended. `delivered` is true for `sent` alone. */
export const SendResult = Type.Object({
  delivered: Type.Boolean(),
  state: Type.String(),
  channel: Type.String(),
  account: Type.String(),
  to: Type.String(),
  messageId: Type.Union([Type.String(), Type.Null()]),
  degraded: Type.Union([Type.String(), Type.Null()]),
  error: Type.Union([Problem, Type.Null()]),
  /** `gateway` when the running gateway sent it, `direct` when this process opened the account itself. */
  via: Type.Union([Type.Literal("gateway"), Type.Literal("direct")]),
});
export type SendResult = Static<typeof SendResult>;

export const ProbeRequest = Type.Object({
  channel: Type.Optional(Type.String()),
  account: Type.Optional(Type.String()),
});
export type ProbeRequest = Static<typeof ProbeRequest>;

/** One account as `channels list` and `channels status` show it. */
export const AccountReport = Type.Object({
  channel: Type.String(),
  aliases: Type.Array(Type.String()),
  label: Type.String(),
  account: Type.String(),
  isDefault: Type.Boolean(),
  enabled: Type.Boolean(),
  serves: Type.Boolean(),
  dmPolicy: Type.String(),
  groupPolicy: Type.String(),
  /** Config problems that keep it from running. */
  problems: Type.Array(Problem),
  /** Present after `--probe`. */
  probe: Type.Union([
    Type.Null(),
    Type.Object({
      ok: Type.Boolean(),
      identity: Type.Union([Type.Null(), Type.Object({ id: Type.String(), name: Type.Optional(Type.String()) })]),
      problems: Type.Array(Problem),
      /** What works and is still worth knowing. */
      notices: Type.Array(Problem),
    }),
  ]),
  /** As the running gateway sees it; `null` when none runs. */
  state: Type.Union([Type.Null(), Type.String()]),
});
export type AccountReport = Static<typeof AccountReport>;

export const PairingEntry = Type.Object({
  channel: Type.String(),
  account: Type.String(),
  senderId: Type.String(),
  senderName: Type.Union([Type.String(), Type.Null()]),
  state: Type.Union([Type.Literal("pending"), Type.Literal("approved")]),
  code: Type.Union([Type.String(), Type.Null()]),
  atMs: Type.Number(),
  expiresAtMs: Type.Union([Type.Number(), Type.Null()]),
});
export type PairingEntry = Static<typeof PairingEntry>;

/** Names a request by its code, or a sender by its immutable id. */
export const PairingDecision = Type.Object({
  channel: Type.String(),
  account: Type.Optional(Type.String()),
  code: Type.Optional(Type.String()),
  senderId: Type.Optional(Type.String()),
});
export type PairingDecision = Static<typeof PairingDecision>;

export const PluginsReload = Type.Object({
  /** A plugin that may run again although it died too often: whoever asks has looked after it. */
  again: Type.Optional(Type.String()),
});
export type PluginsReload = Static<typeof PluginsReload>;

/** What a running gateway made of plugins that were installed, replaced, removed or switched. Plugins by their ids. */
export const PluginsReport = Type.Object({
  added: Type.Array(Type.String()),
  removed: Type.Array(Type.String()),
  replaced: Type.Array(Type.String()),
  /** Replaced on disk while the old code is loaded: the new one is used after a restart. */
  needsRestart: Type.Array(Type.String()),
  /** Accounts that were opened anew or closed, as `"<channel>/<account>"`. All others kept their connection. */
  accounts: Type.Array(Type.String()),
});
export type PluginsReport = Static<typeof PluginsReport>;

export const MessageEntry = Type.Object({
  box: Type.Union([Type.Literal("inbox"), Type.Literal("outbox")]),
  id: Type.String(),
  channel: Type.String(),
  account: Type.String(),
  conversation: Type.String(),
  state: Type.String(),
  attempts: Type.Number(),
  atMs: Type.Number(),
  preview: Type.String(),
  error: Type.Union([Type.String(), Type.Null()]),
});
export type MessageEntry = Static<typeof MessageEntry>;

export const ChatRequest = Type.Object({
  session: Type.String({ minLength: 1 }),
  message: Type.String({ minLength: 1 }),
});
export type ChatRequest = Static<typeof ChatRequest>;
