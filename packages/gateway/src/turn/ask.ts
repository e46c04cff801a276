import type { AgentEvent, Turn } from "@loong/sdk";
import { withDeadline } from "../deadline.ts";
import { gatewayErrors } from "../errors.ts";
import type { Agents, Clock } from "../ports.ts";

/**
 * One run of an agent: the whole answer, in markdown. Empty when the agent chose to say nothing.
 *
 * @param onText - Told what there is of the answer, each time there is more.
 * @throws what the agent throws; GATEWAY_TURN_TIMEOUT; the reason of `signal` when that aborts.
 */
export function askAgent(
  agents: Agents,
  turn: Turn,
  clock: Clock,
  timeoutMs: number,
  onText: (answer: string) => void,
  signal: AbortSignal,
): Promise<string> {
  const late = () => gatewayErrors.GATEWAY_TURN_TIMEOUT([timeoutMs]);
  return withDeadline(clock, timeoutMs, late, (inner) => collect(agents.run(turn, inner), onText, inner), signal);
}

async function collect(
  events: AsyncIterable<AgentEvent>,
  onText: (answer: string) => void,
  signal: AbortSignal,
): Promise<string> {
  let answer = "";
  for await (const event of events) {
    signal.throwIfAborted();
    if (event.type !== "text") continue;
    answer += event.delta;
    onText(answer);
  }
  return answer;
}
