import { type AgentEvent, type InboundEvent, isLoongError, type Turn } from "@loong/sdk";
import { describe } from "./delivery/outcome.ts";
import { gatewayErrors } from "./errors.ts";
import type { Ports, TurnSettlement } from "./ports.ts";
import { SESSION_CHANNEL, sessionKey } from "./session.ts";
import type { GatewaySettings } from "./settings.ts";

const STORE_RETRY_MS = 1_000;

type Ending = Pick<TurnSettlement, "state" | "error" | "transcript">;

/** One turn of an operator's own conversation: stored like any other, answered to the caller instead of a room. */
export async function* chatTurn(
  ports: Ports,
  settings: GatewaySettings,
  session: string,
  text: string,
  signal: AbortSignal,
): AsyncIterable<AgentEvent> {
  const { agents, clock, journal, log } = ports;
  const conversationKey = sessionKey(session);
  const nowMs = clock.now();
  const id = `${nowMs.toString(36)}-${Math.floor(ports.random() * 2 ** 32).toString(36)}`;
  const conversation = { id: session, type: "direct" } as const;
  const event: InboundEvent = {
    eventId: id,
    messageId: id,
    kind: "message",
    conversation,
    sender: { id: "operator" },
    text,
    addressed: true,
    sentAtMs: nowMs,
  };
  const [stored] = await journal.accept({
    channel: SESSION_CHANNEL,
    account: session,
    entries: [{ event, lane: conversationKey, state: "new" }],
    nowMs,
  });
  if (stored === undefined) return;
  const { seq } = stored;

  /** What came of the turn outlives a full disk: it is written until it is stored. */
  async function settle(ending: Ending): Promise<void> {
    try {
      await journal.settleTurn({
        seq,
        ...ending,
        nextAtMs: clock.now(),
        conversationKey,
        parts: [],
        nowMs: clock.now(),
      });
    } catch (error) {
      log.error("the end of an operator's turn could not be recorded yet", { session, seq, error: describe(error) });
      clock.setTimer(STORE_RETRY_MS, () => void settle(ending).catch(() => {}));
      throw error;
    }
  }

  let answer = "";
  let ending: Ending = { state: "dead", error: "the operator did not wait for the answer", transcript: [] };
  try {
    await journal.startTurn(seq, clock.now());
    const turn: Turn = {
      id: String(seq),
      conversationKey,
      conversation,
      ...(settings.systemPrompt === undefined ? {} : { systemPrompt: settings.systemPrompt }),
      history: await journal.history(conversationKey, settings.historyMessages),
      input: { sender: event.sender, text },
    };
    for await (const agentEvent of agents.run(turn, signal)) {
      if (agentEvent.type === "text") answer += agentEvent.delta;
      yield agentEvent;
    }
    const transcript = [
      { role: "user", text, atMs: nowMs },
      { role: "assistant", text: answer, atMs: clock.now() },
    ] as const;
    ending = { state: "done", transcript };
  } catch (error) {
    if (signal.aborted) throw error;
    ending = { ...ending, error: describe(error) };
    throw isLoongError(error) ? error : gatewayErrors.GATEWAY_CHAT_FAILED([describe(error)]);
  } finally {
    await settle(ending);
  }
}
