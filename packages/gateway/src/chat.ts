import type { AgentEvent, InboundEvent, Turn } from "@loong/sdk";
import { sessionKey } from "./conversation/keys.ts";
import type { Ports } from "./ports.ts";
import type { GatewaySettings } from "./settings.ts";

/** The pseudo channel of an operator who talks with the agent directly. */
const SESSION_CHANNEL = "session";

/** One turn of an operator's own conversation: stored like any other, answered to the caller instead of a room. */
export async function* chatTurn(
  ports: Ports,
  settings: GatewaySettings,
  session: string,
  text: string,
  signal: AbortSignal,
): AsyncIterable<AgentEvent> {
  const { agents, clock, journal } = ports;
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
  await journal.startTurn(stored.seq, clock.now());
  const turn: Turn = {
    id: String(stored.seq),
    conversationKey,
    conversation,
    ...(settings.systemPrompt === undefined ? {} : { systemPrompt: settings.systemPrompt }),
    history: await journal.history(conversationKey, settings.historyMessages),
    input: { sender: event.sender, text },
  };
  const settle = (state: "done" | "dead", answer: string, error?: string) =>
    journal.settleTurn({
      seq: stored.seq,
      state,
      nextAtMs: clock.now(),
      ...(error === undefined ? {} : { error }),
      conversationKey,
      transcript:
        state === "done"
          ? [
              { role: "user", text, atMs: nowMs },
              { role: "assistant", text: answer, atMs: clock.now() },
            ]
          : [],
      parts: [],
      nowMs: clock.now(),
    });
  let answer = "";
  let ended = false;
  try {
    for await (const agentEvent of agents.run(turn, signal)) {
      if (agentEvent.type === "text") answer += agentEvent.delta;
      yield agentEvent;
    }
    ended = true;
  } finally {
    await settle(ended ? "done" : "dead", answer, ended ? undefined : "the operator's turn was not completed");
  }
}
