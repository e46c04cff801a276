/** The pseudo channel of an operator who talks with the agent directly. */
export const SESSION_CHANNEL = "session";

/** An operator's own conversation with the agent: its lane, and its history. */
export function sessionKey(session: string): string {
  return `${SESSION_CHANNEL}/${session}`;
}
