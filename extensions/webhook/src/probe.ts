import { type LoongError, type ProbeReport, problemOf } from "@loong/sdk";
import type { Caller } from "./caller.ts";
import type { WebhookAccount } from "./config.ts";
import { webhookErrors } from "./errors.ts";

/**
 * Sends something that the receiver must refuse, and reads from the refusal whether it knows us. Nothing shows in the room.
 * What this cannot prove is told as a notice.
 */
export async function probe(connect: () => Caller, account: WebhookAccount, signal: AbortSignal): Promise<ProbeReport> {
  try {
    const caller = connect();
    const { receiver, host } = caller;
    const found = await caller.tryOut(signal);
    if (found !== undefined && !receiver.trial.proof.has(found.refusal.row)) return failed(found.error);
    const hasKeywords = found?.refusal.row === "WEBHOOK_KEYWORDS_MISSING";
    const notices = [
      ...(hasKeywords ? [found.error] : []),
      webhookErrors.WEBHOOK_PROBE_DOUBT([receiver.label, doubtOf(caller, found?.refusal.said)]),
      ...unused(caller, account),
    ];
    return { ok: true, identity: { id: host, name: receiver.label }, problems: [], notices: notices.map(problemOf) };
  } catch (error) {
    return failed(error);
  }
}

function failed(error: unknown): ProbeReport {
  return { ok: false, problems: [problemOf(error)] };
}

function doubtOf({ receiver: { trial } }: Caller, said: string | undefined): string {
  return trial.method === "OPTIONS" && said !== undefined ? `${trial.doubt} (${said})` : trial.doubt;
}

function unused({ receiver }: Caller, { secret = "", authToken = "" }: WebhookAccount): readonly LoongError[] {
  return [
    ...(secret !== "" && !receiver.signs ? [webhookErrors.WEBHOOK_SECRET_UNUSED([receiver.label])] : []),
    ...(authToken !== "" && !receiver.takesToken ? [webhookErrors.WEBHOOK_TOKEN_UNUSED([receiver.label])] : []),
  ];
}
