import { type InboundEvent, isLoongError, type LoongError, type TranscriptEntry, type Turn } from "@loong/sdk";
import type { Delivery } from "../delivery/deliver.ts";
import { discardPreview } from "../delivery/discard.ts";
import { beginSend, describe } from "../delivery/outcome.ts";
import { answerTo, planParts } from "../delivery/plan.ts";
import { gatewayErrors } from "../errors.ts";
import { groupAccess } from "../group-access.ts";
import type { AccountFacts, InboxRow, OutboxPart, Ports } from "../ports.ts";
import { SESSION_CHANNEL } from "../session.ts";
import type { GatewaySettings } from "../settings.ts";
import { askAgent } from "./ask.ts";
import { firstBlockId } from "./blocks.ts";
import { commandOf } from "./commands.ts";
import { notices } from "./notices.ts";
import { afterShowing, interrupted, type Outcome } from "./outcome.ts";
import { saysInBlocks, startStreaming, type Streaming } from "./streaming.ts";
import { showTyping } from "./typing.ts";
import type { TurnVerdict } from "./verdict.ts";

const MAX_ATTEMPTS = 5;
/** A row during which the process died so often is given up. */
export const MAX_CRASHES = 3;
const MAX_BACKOFF_MS = 60_000;

/** The gateway is going down: the row goes back and runs again after the next start. */
export class TurnReturned extends Error {
  override readonly name = "TurnReturned";
}
/** Somebody in the room said stop: the turn ends without words. */
export class TurnStopped extends Error {
  override readonly name = "TurnStopped";
}

/** Runs one row to its end: claim, ask, settle with every part of the answer in one transaction, hand over to delivery. */
export function createTurns(
  ports: Ports,
  settings: GatewaySettings,
  delivery: Delivery,
): (row: InboxRow, signal: AbortSignal) => Promise<TurnVerdict> {
  const { agents, channels, clock, journal, log, random } = ports;

  return async function run(row, signal) {
    let current = row;
    try {
      const facts = channels.facts(row.channel, row.account);
      if (row.crashes >= MAX_CRASHES || facts === undefined) return await settle(row, facts, giveUp(row, facts));
      current = await claim(row);
      const isFirst = row.state === "new" && row.attempts + row.crashes === 0;
      const outcome = await answer(current, facts, isFirst, signal);
      if (outcome.preview !== undefined) current = { ...current, preview: outcome.preview };
      return await settle(current, facts, outcome);
    } catch (error) {
      // The journal refused: nothing changed there, so the row is tried again from where it stands.
      log.error("a turn could not be recorded and is tried again", {
        lane: row.lane,
        seq: row.seq,
        error: describe(error),
      });
      return { ended: false, row: { ...current, nextAtMs: Math.ceil(clock.now() + retryDelayMs(current.attempts)) } };
    }
  };

  /** A row whose settlement was refused is claimed already. */
  async function claim(row: InboxRow): Promise<InboxRow> {
    if (row.state === "running") return row;
    await journal.startTurn(row.seq, clock.now());
    return { ...row, state: "running", attempts: row.attempts + 1 };
  }

  async function answer(row: InboxRow, facts: AccountFacts, isFirst: boolean, signal: AbortSignal): Promise<Outcome> {
    const command = commandOf(row.event.text);
    if (command === "reset") {
      await journal.resetConversation(row.lane, clock.now());
      return { state: "done", words: { kind: "notice", markdown: notices.reset } };
    }
    if (command === "stop") return { state: "done", words: { kind: "notice", markdown: notices.stopped } };
    if (!isFirst && (await hasBegunInBlocks(row, facts)))
      return interrupted(row.error ?? "the gateway died while it answered");
    const typing = showTyping(ports, row);
    const streaming = startStreaming(ports, row, facts, answerTo(row), delivery);
    try {
      const outcome = await ask(row, facts, streaming, signal);
      return afterShowing(outcome, await streaming.end());
    } finally {
      typing.stop();
    }
  }

  async function ask(row: InboxRow, facts: AccountFacts, streaming: Streaming, signal: AbortSignal): Promise<Outcome> {
    try {
      const turn = await prepare(row, facts);
      const said = await askAgent(agents, turn, clock, settings.turnTimeoutMs, streaming.show, signal);
      const words = said.trim() === "" ? {} : { words: { kind: "reply" as const, markdown: said } };
      return { state: "done", transcript: transcriptOf(row.event, said, clock.now()), ...words };
    } catch (error) {
      return afterFailure(row, error);
    }
  }

  /** An earlier attempt said blocks of its answer, which nobody can take back. */
  async function hasBegunInBlocks(row: InboxRow, facts: AccountFacts): Promise<boolean> {
    if (!saysInBlocks(ports, row, facts)) return false;
    return (await journal.part(firstBlockId(row.seq))) !== undefined;
  }

  async function prepare(row: InboxRow, facts: AccountFacts): Promise<Turn> {
    const { event } = row;
    const group = groupAccess(facts.access, event.conversation.id);
    const systemPrompt = group?.systemPrompt ?? settings.systemPrompt;
    return {
      id: String(row.seq),
      conversationKey: row.lane,
      conversation: event.conversation,
      ...(systemPrompt === undefined ? {} : { systemPrompt }),
      history: await journal.history(row.lane, settings.historyMessages),
      input: {
        sender: event.sender,
        text: event.text,
        ...(event.attachments === undefined ? {} : { attachments: event.attachments }),
      },
    };
  }

  function afterFailure(row: InboxRow, error: unknown): Outcome {
    if (error instanceof TurnReturned) return { state: "new", nextAtMs: clock.now() };
    if (error instanceof TurnStopped) return { state: "done", error: "stopped in the room" };
    const known = isLoongError(error) ? error : undefined;
    const fields = {
      lane: row.lane,
      seq: row.seq,
      attempt: row.attempts,
      error: describe(error),
      hint: known?.hint ?? null,
    };
    const mayRetry = known === undefined || known.outcome === "not-sent";
    if (mayRetry && row.attempts < MAX_ATTEMPTS) {
      log.warn("a turn failed and is tried again", fields);
      return {
        state: "new",
        nextAtMs: Math.ceil(clock.now() + Math.max(retryDelayMs(row.attempts), known?.retryAfterMs ?? 0)),
        error: describe(error),
      };
    }
    log.error("a turn failed for good", { ...fields, next: `loong messages retry ${row.seq}` });
    return {
      state: "dead",
      error: describe(error),
      words: { kind: "notice", markdown: notices.noAnswer(known?.code ?? "internal error") },
    };
  }

  function giveUp(row: InboxRow, facts: AccountFacts | undefined): Outcome {
    const error = reasonToGiveUp(row, facts);
    log.error("a message is given up", {
      lane: row.lane,
      seq: row.seq,
      error: describe(error),
      hint: error.hint ?? null,
    });
    const words = { kind: "notice" as const, markdown: notices.noAnswer(error.code) };
    return { state: "dead", error: describe(error), ...(facts === undefined ? {} : { words }) };
  }

  async function settle(row: InboxRow, facts: AccountFacts | undefined, outcome: Outcome): Promise<TurnVerdict> {
    const nowMs = clock.now();
    const parts = facts === undefined ? [] : plan(row, facts, outcome, nowMs);
    await journal.settleTurn({
      seq: row.seq,
      state: outcome.state,
      nextAtMs: outcome.nextAtMs ?? nowMs,
      ...(outcome.error === undefined ? {} : { error: outcome.error }),
      conversationKey: row.lane,
      transcript: outcome.transcript ?? [],
      parts,
      nowMs,
    });
    delivery.add(parts);
    if (outcome.state !== "new") {
      if (parts.length === 0 && row.preview !== undefined) await discardPreview(ports, row, row.preview);
      return { ended: true };
    }
    return { ended: false, row: { ...row, state: "new", nextAtMs: outcome.nextAtMs ?? nowMs } };
  }

  /**
   * The first part takes the place of the preview. It is born `sending` when its lane is free: its attempt is committed
   * with the turn.
   */
  function plan(
    row: InboxRow,
    facts: AccountFacts,
    { words, state: ended }: Outcome,
    nowMs: number,
  ): readonly OutboxPart[] {
    if (words === undefined) return [];
    const content = { type: "markdown" as const, markdown: words.markdown };
    // An operator may retry a dead row: what was said about its death keeps an id of its own.
    const base = ended === "dead" ? `n${row.seq}-${nowMs.toString(36)}` : `${row.seq}`;
    const [first, ...rest] = planParts(
      base,
      words.kind,
      answerTo(row),
      content,
      facts.text,
      journal.instanceKey,
      nowMs,
    );
    if (first === undefined) return [];
    const part = row.preview === undefined ? first : { ...first, preview: row.preview };
    return [delivery.isFree(row.lane) ? beginSend(part, nowMs) : part, ...rest];
  }

  /** Full jitter under a doubling cap. */
  function retryDelayMs(attempts: number): number {
    return random() * Math.min(MAX_BACKOFF_MS, 1_000 * 2 ** attempts);
  }
}

function reasonToGiveUp({ account, channel, crashes }: InboxRow, facts: AccountFacts | undefined): LoongError {
  if (channel === SESSION_CHANNEL) return gatewayErrors.GATEWAY_CHAT_CUT([account]);
  return facts === undefined
    ? gatewayErrors.GATEWAY_ACCOUNT_GONE([channel, account])
    : gatewayErrors.GATEWAY_POISON([crashes]);
}

function transcriptOf(event: InboundEvent, answer: string, nowMs: number): readonly TranscriptEntry[] {
  const name = event.sender.name === undefined ? {} : { name: event.sender.name };
  const asked: TranscriptEntry = { role: "user", ...name, text: event.text, atMs: event.sentAtMs };
  return answer.trim() === "" ? [asked] : [asked, { role: "assistant", text: answer, atMs: nowMs }];
}
