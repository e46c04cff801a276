import type { MessageEntry, PairingDecision } from "@loong/api";
import { type Config, findAccount } from "@loong/config";
import type { Gateway, Journal, PairingChoice } from "@loong/gateway";
import { gatewayErrors } from "@loong/gateway";
import type { Accounts } from "./accounts.ts";
import type { ControlHandlers } from "./control/index.ts";
import { inboxEntry, messageEntries, outboxEntry } from "./message-entries.ts";
import { approvedEntry, pendingEntry } from "./pairing-entries.ts";
import type { PluginSet } from "./plugins/index.ts";
import type { SafeMode } from "./safe-mode/safe-mode.ts";
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
  readonly restart: ControlHandlers["restart"];
  readonly pluginsReload: ControlHandlers["pluginsReload"];
  readonly resume: ControlHandlers["resume"];
  readonly safeMode: SafeMode;
}

const PROBE_TIMEOUT_MS = 30_000;
const LOOK_BACK = 10_000;

/** What a running gateway answers to the commands of its operator. */
export function controlHandlers(parts: HandlerParts): ControlHandlers {
  const { accounts, gateway, journal, plugins } = parts;
  const choice = ({ channel, ...rest }: PairingDecision): PairingChoice => ({
    channel: plugins.find(channel)?.manifest.id ?? channel,
    ...rest,
  });
  /** @throws HOST_SAFE_MODE: no code of a plugin runs. */
  function requireService(): void {
    if (parts.safeMode.reason !== undefined) throw parts.safeMode.reason;
  }
  return {
    status: parts.status,
    stop: parts.stop,
    restart: parts.restart,
    pluginsReload: parts.pluginsReload,
    resume: parts.resume,
    probe: async ({ channel, ...rest }, signal) => {
      requireService();
      const filter = channel === undefined ? rest : { channel: plugins.channel(channel).manifest.id, ...rest };
      return accounts.probe(filter, withTimeout(signal, PROBE_TIMEOUT_MS));
    },
    send: async (request) => {
      requireService();
      const { channel, id: account } = findAccount(parts.config(), request.channel, request.account);
      const part = await gateway.send({ ...request, channel, account, content: contentOf(request) });
      return sendResult(part, "gateway", (code) => accounts.adviceOn(channel, account, code));
    },
    async *chat({ session, message }, signal = new AbortController().signal) {
      requireService();
      yield* gateway.chat(session, message, signal);
    },
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
    messages: (query) => messageEntries(journal, query),
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

async function messageOf(journal: Journal, id: string): Promise<MessageEntry> {
  const part = await journal.part(id);
  if (part !== undefined) return outboxEntry(part);
  const row = (await journal.list({ box: "inbox", limit: LOOK_BACK })).find((each) => String(each.seq) === id);
  if (row === undefined) throw gatewayErrors.GATEWAY_MESSAGE_UNKNOWN([id]);
  return inboxEntry(row);
}
