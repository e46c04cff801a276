import { randomBytes } from "node:crypto";
import { problemOf, type ProbeReport } from "@loong/sdk";
import type { HttpAccount } from "../account.ts";
import { callbackErrors } from "../errors.ts";
import { isPong } from "../signature.ts";
import { textField } from "./answer.ts";
import type { Callback } from "./callback.ts";

const CHALLENGE_BYTES = 32;

/** What a ping found out about the application. */
export interface Pong {
  /** What it calls itself, where it says so. */
  readonly name?: string;
}

/**
 * Asks the application to prove that it knows the secret.
 *
 * @throws CALLBACK_PONG_MISSING, CALLBACK_PONG_WRONG, and what every callback can throw.
 */
export async function ping(callback: Callback, account: HttpAccount, signal: AbortSignal): Promise<Pong> {
  const challenge = randomBytes(CHALLENGE_BYTES).toString("hex");
  const answer = await callback.post({ type: "ping", challenge }, signal);
  const pong = textField(answer, "pong");
  if (pong === undefined) throw callbackErrors.CALLBACK_PONG_MISSING([callback.origin]);
  if (!isPong(account.secret, challenge, pong)) throw callbackErrors.CALLBACK_PONG_WRONG([callback.origin]);
  const name = textField(answer, "name");
  return name === undefined ? {} : { name };
}

export async function probe(callback: Callback, account: HttpAccount, signal: AbortSignal): Promise<ProbeReport> {
  try {
    const pong = await ping(callback, account, signal);
    return { ok: true, identity: { id: callback.origin, ...pong }, problems: [] };
  } catch (error) {
    return { ok: false, problems: [problemOf(error)] };
  }
}
