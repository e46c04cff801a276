import type {
  AccountReport,
  ChatRequest,
  GatewayStatus,
  MessageEntry,
  PairingDecision,
  PairingEntry,
  PluginsReload,
  PluginsReport,
  ProbeRequest,
  SendRequest,
  SendResult,
} from "@loong/api";
import type { AgentEvent } from "@loong/sdk";

/**
 * What can be asked of a running gateway: one function for each of `routes`. The gateway implements it, the client
 * offers it. On the gateway's side `signal` aborts when the caller goes away.
 *
 * Errors cross the socket as code, message, hint and outcome; anything but a `LoongError` becomes CONTROL_FAILED.
 */
export interface ControlApi {
  status(signal?: AbortSignal): Promise<GatewayStatus>;
  probe(request: ProbeRequest, signal?: AbortSignal): Promise<AccountReport[]>;
  send(request: SendRequest, signal?: AbortSignal): Promise<SendResult>;
  /** Answers before the gateway is down. */
  stop(signal?: AbortSignal): Promise<StopReply>;
  /** Answers before the gateway is down; what would keep the next start from succeeding is thrown. */
  restart(signal?: AbortSignal): Promise<StopReply>;
  /** Leaves safe mode: everything is served again. */
  resume(signal?: AbortSignal): Promise<ResumeReply>;
  /** Ends after `done`, or throws. */
  chat(request: ChatRequest, signal?: AbortSignal): AsyncIterable<AgentEvent>;
  pairings(signal?: AbortSignal): Promise<PairingEntry[]>;
  /** The three give the entry they were about. */
  pairingApprove(decision: PairingDecision, signal?: AbortSignal): Promise<PairingEntry>;
  pairingReject(decision: PairingDecision, signal?: AbortSignal): Promise<PairingEntry>;
  pairingRevoke(decision: PairingDecision, signal?: AbortSignal): Promise<PairingEntry>;
  /** Looks again which plugins there are and goes over to them; accounts of other plugins keep their connection. */
  pluginsReload(request: PluginsReload, signal?: AbortSignal): Promise<PluginsReport>;
  messages(query: MessageQuery, signal?: AbortSignal): Promise<MessageEntry[]>;
  messageRetry(choice: MessageChoice, signal?: AbortSignal): Promise<MessageEntry>;
  messageDrop(choice: MessageChoice, signal?: AbortSignal): Promise<MessageEntry>;
}
export type ControlHandlers = ControlApi;
export type ControlClient = ControlApi;

export interface StopReply {
  readonly outcome: "requested" | "already-requested";
}

interface ResumeReply {
  readonly outcome: "resumed" | "not-held";
}

/** Absent: both boxes, every state, the gateway's own limit. */
export interface MessageQuery {
  readonly box?: "inbox" | "outbox";
  readonly states?: readonly string[];
  readonly limit?: number;
}

export interface MessageChoice {
  /** As `messages` gives it. */
  readonly id: string;
}
