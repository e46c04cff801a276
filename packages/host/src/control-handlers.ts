import type { MessageEntry, PairingDecision, PairingEntry } from "@loong/api";
import { type Config, findAccount } from "@loong/config";
import type { AllowEntry, Gateway, InboxRow, Journal, OutboxPart, PairingChoice, PairingRequest } from "@loong/gateway";
import { gatewayErrors } from "@loong/gateway";
import type { OutboundContent } from "@loong/sdk";
import type { Accounts } from "./accounts.ts";
import type { ControlHandlers, MessageQuery } from "./control/index.ts";
import type { PluginSet } from "./plugins/index.ts";
import { contentOf, sendResult } from "./send-result.ts";

export interface HandlerParts {
  readonly config: () => Config;
  readonly plugins: PluginSet;
  readonly accounts: Accounts;
  readonly gateway: Gateway;
  readonly journal: Journal;
  readonly now: () => number;
  readonly status: ControlHandlers["status"];
  readonly stop: ControlHandlers["stop"];
}

const PROBE_TIMEOUT_MS = 30_000;
const MESSAGES_LIMIT = 100;
const LOOK_BACK = 10_000;
const PREVIEW_LENGTH = 80;

/** What a running gateway answers to the commands of its operator. */
export function controlHandlers(parts: HandlerParts): ControlHandlers {
  const { accounts, gateway, journal, plugins } = parts;
  const choice = ({ channel, ...rest }: PairingDecision): PairingChoice => ({
    channel: plugins.find(channel)?.manifest.id ?? channel,
    ...rest,
  });
  return {
    status: parts.status,
    stop: parts.stop,
    probe: ({ channel, ...rest }, signal) => {
      const filter = channel === undefined ? rest : { channel: plugins.find(channel)?.manifest.id ?? channel, ...rest };
      return accounts.probe(filter, withTimeout(signal, PROBE_TIMEOUT_MS));
    },
    send: async (request) => {
      const { channel, id: account } = findAccount(parts.config(), request.channel, request.account);
      return sendResult(await gateway.send({ ...request, channel, account, content: contentOf(request) }), "gateway");
    },
    chat: ({ session, message }, signal = new AbortController().signal) => gateway.chat(session, message, signal),
    pairings: async () => [...gateway.pending().map(pendingEntry), ...gateway.allowed().map(approvedEntry)],
    pairingApprove: async (decision) => {
      const { expiresAtMs: _over, ...request } = await gateway.approve(choice(decision));
      return approvedEntry({ ...request, approvedAtMs: parts.now() });
    },
    pairingReject: async (decision) => pendingEntry(await gateway.reject(choice(decision))),
    pairingRevoke: async (decision) => {
      const { channel, account, senderId = "" } = choice(decision);
      const entry = gateway
        .allowed()
        .find(
          (each) =>
            each.channel === channel && each.senderId === senderId && each.account === (account ?? each.account),
        );
      await gateway.revoke(channel, account, senderId);
      if (entry === undefined) throw gatewayErrors.GATEWAY_PAIRING_NOT_APPROVED([channel, senderId]);
      return approvedEntry(entry);
    },
    messages: (query) => messages(journal, query),
    messageRetry: async ({ id }) => {
      await gateway.operations.retry(id);
      return messageOf(journal, id);
    },
    messageDrop: async ({ id }) => {
      await gateway.operations.drop(id);
      return messageOf(journal, id);
    },
  };
}

function withTimeout(signal: AbortSignal | undefined, timeoutMs: number): AbortSignal {
  const timeout = AbortSignal.timeout(timeoutMs);
  return signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
}

function pendingEntry({
  channel,
  account,
  senderId,
  senderName,
  code,
  createdAtMs,
  expiresAtMs,
}: PairingRequest): PairingEntry {
  return {
    channel,
    account,
    senderId,
    senderName: senderName ?? null,
    state: "pending",
    code,
    atMs: createdAtMs,
    expiresAtMs,
  };
}

function approvedEntry({ channel, account, senderId, senderName, approvedAtMs }: AllowEntry): PairingEntry {
  const common = { channel, account, senderId, senderName: senderName ?? null };
  return { ...common, state: "approved", code: null, atMs: approvedAtMs, expiresAtMs: null };
}

/** Newest first, both boxes together. */
async function messages(journal: Journal, query: MessageQuery): Promise<MessageEntry[]> {
  const limit = query.limit ?? MESSAGES_LIMIT;
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

async function messageOf(journal: Journal, id: string): Promise<MessageEntry> {
  const part = await journal.part(id);
  if (part !== undefined) return outboxEntry(part);
  const row = (await journal.list({ box: "inbox", limit: LOOK_BACK })).find((each) => String(each.seq) === id);
  if (row === undefined) throw gatewayErrors.GATEWAY_MESSAGE_UNKNOWN([id]);
  return inboxEntry(row);
}

function inboxEntry(row: InboxRow): MessageEntry {
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

function outboxEntry(part: OutboxPart): MessageEntry {
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
