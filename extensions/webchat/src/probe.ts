import { randomBytes } from "node:crypto";
import { type Problem, type ProbeReport, problemOf } from "@loong/sdk";
import { webchatErrors } from "./errors.ts";
import { whoAnswers } from "./listener/self-check.ts";
import type { Settings } from "./settings.ts";
import type { Station } from "./station.ts";

/** Asks the account's listener, here or in another process; where there is none, tries whether there could be one. */
export async function probe(station: Station, signal: AbortSignal): Promise<ProbeReport> {
  try {
    const settings = station.settings();
    await checkAddress(station, settings, signal);
    const { bind, title } = settings;
    return { ok: true, identity: { id: bind, name: title }, problems: [], notices: noticesOf(settings) };
  } catch (error) {
    return { ok: false, problems: [problemOf(error)] };
  }
}

async function checkAddress(station: Station, settings: Settings, signal: AbortSignal): Promise<void> {
  const identity = await station.identity();
  const ask = () => whoAnswers(settings, identity, randomBytes(16).toString("hex"), signal);
  const answering = await ask();
  if (answering === "this-account") return;
  const isOurs = station.isListening;
  if (answering === "somebody-else" && !isOurs) throw webchatErrors.WEBCHAT_PORT_TAKEN([settings.bind]);
  await station.tryAddress();
  if (isOurs && (await ask()) !== "this-account") throw webchatErrors.WEBCHAT_LISTENER_SILENT([settings.bind]);
}

function noticesOf({ accessToken }: Settings): readonly Problem[] {
  return accessToken === undefined ? [problemOf(webchatErrors.WEBCHAT_OPEN_DOOR([]))] : [];
}
