import { hostErrors } from "../errors.ts";

/** `--channel-account CHANNEL=ACCOUNT`, as written. */
export interface Selector {
  readonly text: string;
  readonly channel: string;
  readonly account: string;
}

/** @throws GATEWAY_SELECTOR_SYNTAX */
export function parseSelector(text: string): Selector {
  const written = text.trim();
  if (written === "") throw hostErrors.GATEWAY_SELECTOR_SYNTAX([text, "is empty"]);
  const at = written.indexOf("=");
  if (at === -1) throw hostErrors.GATEWAY_SELECTOR_SYNTAX([text, "is not of the form CHANNEL=ACCOUNT"]);
  const channel = written.slice(0, at).trim();
  const account = written.slice(at + 1).trim();
  if (channel === "") throw hostErrors.GATEWAY_SELECTOR_SYNTAX([text, "names no channel"]);
  if (account === "") throw hostErrors.GATEWAY_SELECTOR_SYNTAX([text, "names no account"]);
  return { text: written, channel, account };
}
