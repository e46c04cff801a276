import type { MessageEntry } from "@loong/api";
import type { InboxRow, MessageFilter, OutboxPart } from "@loong/gateway";
import type { OutboundContent } from "@loong/sdk";
import type { MessageQuery } from "./control/index.ts";

const LIMIT = 100;
const PREVIEW_LENGTH = 80;

/** A journal, as far as it lists messages: the gateway's own, or one that is only looked at. */
export interface MessageSource {
  list(filter: MessageFilter & { readonly box: "inbox" }): Awaitable<readonly InboxRow[]>;
  list(filter: MessageFilter & { readonly box: "outbox" }): Awaitable<readonly OutboxPart[]>;
}

type Awaitable<T> = T | Promise<T>;

/** Newest first, both boxes together. */
export async function messageEntries(journal: MessageSource, query: MessageQuery): Promise<MessageEntry[]> {
  const limit = query.limit ?? LIMIT;
  const { inbox, outbox } = statesByBox(query.states);
  const rows =
    query.box === "outbox" || inbox?.length === 0
      ? []
      : await journal.list({ box: "inbox", limit, ...(inbox && { states: inbox }) });
  const parts =
    query.box === "inbox" || outbox?.length === 0
      ? []
      : await journal.list({ box: "outbox", limit, ...(outbox && { states: outbox }) });
  return [...rows.map(inboxEntry), ...parts.map(outboxEntry)].sort((a, b) => b.atMs - a.atMs).slice(0, limit);
}

const inboxStates: readonly InboxRow["state"][] = ["new", "running", "done", "denied", "dead"];
const outboxStates: readonly OutboxPart["state"][] = ["pending", "sending", "sent", "unknown", "dead", "rejected"];

/** Each box knows some of the states; one that knows none of those asked for has nothing to show. */
function statesByBox(states: readonly string[] | undefined) {
  if (states === undefined) return {};
  return {
    inbox: inboxStates.filter((state) => states.includes(state)),
    outbox: outboxStates.filter((state) => states.includes(state)),
  };
}

export function inboxEntry(row: InboxRow): MessageEntry {
  const { seq, channel, account, event, state, attempts, receivedAtMs, error } = row;
  return {
    box: "inbox",
    id: String(seq),
    channel,
    account,
    conversation: event.conversation.id,
    state,
    attempts,
    atMs: receivedAtMs,
    preview: preview(event.text),
    error: error ?? null,
  };
}

export function outboxEntry(part: OutboxPart): MessageEntry {
  const { id, channel, account, to, state, attempts, createdAtMs, content, error } = part;
  const common = { box: "outbox", id, channel, account, conversation: to, state, attempts } as const;
  return { ...common, atMs: createdAtMs, preview: preview(textOf(content)), error: error ?? null };
}

function textOf(content: OutboundContent): string {
  switch (content.type) {
    case "text":
      return content.text;
    case "markdown":
      return content.markdown;
    case "card":
      return content.fallbackText;
    case "image":
    case "file":
      return content.file.name ?? content.type;
  }
}

function preview(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= PREVIEW_LENGTH ? line : `${line.slice(0, PREVIEW_LENGTH - 1)}…`;
}
