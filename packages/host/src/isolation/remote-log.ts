import { inspect } from "node:util";
import type { LogFields, Logger } from "@loong/sdk";
import type { Peer } from "./peer.ts";

const MAX_MESSAGE_LENGTH = 8_192;

/** The account's log is the gateway's: lines go over the pipe, at whose other end secrets are taken out. */
export function remoteLog(peer: Peer, account: number): Logger {
  const at =
    (level: keyof Logger): Logger["info"] =>
    (message: unknown, fields) =>
      peer.tell("log", {
        account,
        level,
        message: String(message).slice(0, MAX_MESSAGE_LENGTH),
        ...(fields && { fields: plainFields(fields) }),
      });
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

/** What a plugin without types may have put there is shown as text. */
function plainFields(fields: Readonly<Record<string, unknown>>): LogFields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, isScalar(value) ? value : inspect(value, { depth: 1 })]),
  );
}

function isScalar(value: unknown): value is string | number | boolean | null | undefined {
  return value === null || ["string", "number", "boolean", "undefined"].includes(typeof value);
}
