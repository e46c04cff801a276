import { type ProbeReport, problemOf } from "@loong/sdk";
import type { Connection } from "./connection.ts";
import { wecomErrors } from "./errors.ts";

/**
 * Asks the platform over the bot's connection. A served one proves itself by answering; where none is served, one is opened
 * for this: that proves Bot ID and Secret, and takes the bot's connection from any other program that holds it.
 */
export async function probe(connection: Connection, botId: string, signal: AbortSignal): Promise<ProbeReport> {
  try {
    if (connection.failure !== undefined) throw connection.failure;
    await connection.use((link) => link.ping(signal), signal);
    const notices = [problemOf(wecomErrors.WECOM_GROUPS_BY_MENTION([]))];
    return { ok: true, identity: { id: botId }, problems: [], notices };
  } catch (error) {
    return { ok: false, problems: [problemOf(error)] };
  }
}
