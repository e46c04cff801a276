import type { AccountState } from "@loong/api";
import { type FailureOutcome, isLoongError } from "@loong/sdk";

/** How the connection of one account stands. Times are milliseconds since 1970. */
export interface Link {
  readonly state: AccountState;
  readonly sinceMs: number;
  readonly reason: string | null;
  /** What an operator can do about it. */
  readonly hint: string | null;
  /** `null` while an attempt is under way, and when nothing is going to be tried. */
  readonly nextAttemptAtMs: number | null;
  /** Attempts that ended one after the other without a stretch of good connection. */
  readonly failures: number;
  /** The state the log has last: each loss and each return is told once. */
  readonly told: AccountState | null;
}

export type LinkEvent =
  /** An attempt begins, the first one or another. */
  | { readonly type: "attempt" }
  | { readonly type: "connecting" }
  /** The webhook is served; the platform has yet to call. */
  | { readonly type: "waiting" }
  | { readonly type: "connected" }
  /** The channel lost its connection and is getting it back by itself. */
  | {
      readonly type: "disconnected";
      readonly reason: string;
      readonly hint?: string;
      readonly retryInMs?: number;
      readonly conflict?: boolean;
    }
  | { readonly type: "ended"; readonly failure: LinkFailure }
  | { readonly type: "stopped" };

/** Why an attempt is over. */
export interface LinkFailure {
  readonly reason: string;
  readonly hint: string | null;
  readonly outcome: FailureOutcome | "unexpected";
  readonly retryAfterMs: number;
  /** Only a change of the configuration or of the installation can help. */
  readonly final: boolean;
}

type LinkAction =
  | { readonly type: "retry"; readonly delayMs: number }
  | { readonly type: "log"; readonly level: "info" | "warn" | "error"; readonly message: string };

export interface Transition {
  readonly link: Link;
  readonly actions: readonly LinkAction[];
}

const FIRST_BACKOFF_MS = 1_000;
const MAX_BACKOFF_MS = 30_000;
const MIN_BACKOFF_MS = 250;
/** Credentials do not heal by themselves: this only notices that a secret was replaced where it is kept. */
const CREDENTIALS_RECHECK_MS = 60_000;
/** Two owners of one connection must not throw each other out for ever. */
const CONFLICT_RETRY_MS = 60_000;
/** A connection that held this long was a good one: what follows is a new loss. */
const GOOD_CONNECTION_MS = 30_000;

export function newLink(nowMs: number): Link {
  return {
    state: "STARTING",
    sinceMs: nowMs,
    reason: null,
    hint: null,
    nextAttemptAtMs: null,
    failures: 0,
    told: null,
  };
}

/**
 * What an event makes of a link, and what is to be done. A state that failed stays shown while it is tried again, so
 * that `sinceMs` says how long the account has been away.
 *
 * @param random - Uniform in [0, 1): the jitter.
 */
export function transition(link: Link, event: LinkEvent, nowMs: number, random: () => number): Transition {
  if (link.state === "STOPPED") return { link, actions: [] };
  switch (event.type) {
    case "attempt":
      return quiet(link.state === "STARTING" ? enter(link, "CONNECTING", nowMs) : { ...link, nextAttemptAtMs: null });
    case "connecting":
      return quiet(link.state === "CONNECTED" ? enter(link, "CONNECTING", nowMs) : link);
    case "waiting":
      return quiet(link.state === "CONNECTED" ? link : enter(link, "CONNECTING", nowMs));
    case "connected":
      return connected(link, nowMs);
    case "disconnected":
      return disconnected(link, event, nowMs);
    case "ended":
      return ended(link, event.failure, nowMs, random);
    case "stopped":
      return quiet(enter(link, "STOPPED", nowMs));
  }
}

function connected(link: Link, nowMs: number): Transition {
  if (link.state === "CONNECTED") return quiet(link);
  const next = { ...enter(link, "CONNECTED", nowMs), told: "CONNECTED" as const };
  if (link.told === "CONNECTED") return quiet(next);
  const message = link.told === null ? "connected" : "connected again";
  return { link: next, actions: [{ type: "log", level: "info", message }] };
}

function disconnected(link: Link, event: LinkEvent & { type: "disconnected" }, nowMs: number): Transition {
  const nextAttemptAtMs = event.retryInMs === undefined ? null : nowMs + event.retryInMs;
  const failures = failuresBefore(link, nowMs);
  const { reason, hint = null, conflict = false } = event;
  const state = conflict ? "CONFLICT" : "TRANSIENT_DISCONNECT";
  const shown = { ...enter(link, state, nowMs), reason, hint, nextAttemptAtMs, failures };
  return tell(link, shown, "warn");
}

function ended(link: Link, failure: LinkFailure, nowMs: number, random: () => number): Transition {
  const failures = failuresBefore(link, nowMs);
  const state = stateAfter(failure);
  const delayMs = failure.final ? undefined : delayAfter(state, failure, failures, random);
  const next: Link = {
    ...enter(link, state, nowMs),
    reason: failure.reason,
    hint: failure.hint,
    nextAttemptAtMs: delayMs === undefined ? null : nowMs + delayMs,
    failures: failures + 1,
  };
  const told = tell(link, next, state === "TRANSIENT_DISCONNECT" ? "warn" : "error");
  return delayMs === undefined ? told : { ...told, actions: [...told.actions, { type: "retry", delayMs }] };
}

/** A good connection forgives the failures before it. */
function failuresBefore(link: Link, nowMs: number): number {
  const wasGood = link.state === "CONNECTED" && nowMs - link.sinceMs >= GOOD_CONNECTION_MS;
  return wasGood ? 0 : link.failures;
}

function stateAfter(failure: LinkFailure): AccountState {
  switch (failure.outcome) {
    case "bad-credentials":
      return "BAD_CREDENTIALS";
    case "conflict":
      return "CONFLICT";
    case "unexpected":
      return "UNKNOWN_ERROR";
    case "not-sent":
    case "rejected":
    case "unknown":
      return failure.final ? "UNKNOWN_ERROR" : "TRANSIENT_DISCONNECT";
  }
}

function delayAfter(state: AccountState, failure: LinkFailure, failures: number, random: () => number): number {
  const least =
    state === "BAD_CREDENTIALS"
      ? CREDENTIALS_RECHECK_MS
      : state === "CONFLICT"
        ? CONFLICT_RETRY_MS * (1 + random())
        : 0;
  return Math.round(Math.max(least, failure.retryAfterMs, backoffMs(failures, random)));
}

/** Full jitter under a cap that doubles from 1 s to 30 s. Never gives up. */
function backoffMs(failures: number, random: () => number): number {
  const cap = Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** Math.min(failures, 16));
  return MIN_BACKOFF_MS + random() * (cap - MIN_BACKOFF_MS);
}

/** The same state keeps its `since`; a new one starts clean. */
function enter(link: Link, state: AccountState, nowMs: number): Link {
  const sinceMs = link.state === state ? link.sinceMs : nowMs;
  return { ...link, state, sinceMs, reason: null, hint: null, nextAttemptAtMs: null };
}

function tell(before: Link, link: Link, level: "warn" | "error"): Transition {
  if (before.told === link.state) return quiet(link);
  const verb = before.told === "CONNECTED" ? "connection lost" : "not connected";
  const message = `${verb}: ${link.reason ?? link.state}${link.hint === null ? "" : ` ${link.hint}`}`;
  return { link: { ...link, told: link.state }, actions: [{ type: "log", level, message }] };
}

function quiet(link: Link): Transition {
  return { link, actions: [] };
}

/** An account that fails for these reasons fails again until somebody changes something. */
const FINAL_CODES = /^(PLUGIN_|HOST_)|^HTTP_(PATH|BIND_INVALID)/;
const CONFIG_CODES = /^CONFIG_/;
/** A secret that is not there yet may be mounted a minute later. */
const CONFIG_RECHECK_MS = 60_000;

/** `serve` resolved although nobody had asked it to stop. */
export const serviceEnded: LinkFailure = {
  reason: "The channel stopped receiving.",
  hint: null,
  outcome: "not-sent",
  retryAfterMs: 0,
  final: false,
};

/** What an error says about the connection. Foreign errors may carry anything, so only their class is shown. */
export function failureOf(error: unknown): LinkFailure {
  if (!isLoongError(error)) {
    const name = error instanceof Error ? error.name : typeof error;
    const hint =
      "`loong logs` has the details; if it stays, install a newer version of the plugin; `loong plugins` shows which one is there.";
    return {
      reason: `The plugin failed unexpectedly (${name}).`,
      hint,
      outcome: "unexpected",
      retryAfterMs: 0,
      final: false,
    };
  }
  const fromConfig = CONFIG_CODES.test(error.code);
  return {
    reason: `${error.code}: ${error.message}`,
    hint: error.hint ?? null,
    outcome: fromConfig ? "unexpected" : (error.outcome ?? "unknown"),
    retryAfterMs: error.retryAfterMs ?? (fromConfig ? CONFIG_RECHECK_MS : 0),
    final: FINAL_CODES.test(error.code),
  };
}
