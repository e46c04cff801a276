import type { ServerResponse } from "node:http";
import { createControl as controlOver, reply } from "@loong/emulator-kit";
import { isLoongError } from "@loong/sdk";
import { emulatorErrors } from "../errors.ts";
import type { Incoming } from "../http/request.ts";
import type { Parts } from "../parts.ts";
import type { Stage } from "../stage.ts";
import { lookCommands } from "./look.ts";
import { peopleCommands } from "./people.ts";
import { troubleCommands } from "./trouble.ts";

/**
 * The control API: everything the JavaScript API can do, for tests and demos in other processes. People, chats and bots
 * are given by name or by id. It is meant for this machine only and has no password.
 */
export function createControl(
  stage: Stage,
  parts: Parts,
): (incoming: Incoming, response: ServerResponse) => Promise<void> {
  const commands = [...peopleCommands(stage), ...lookCommands(stage, parts), ...troubleCommands(stage)];
  const control = controlOver(commands, {
    missing: (name) => emulatorErrors.WECOM_EMULATOR_REQUEST([`"${name}" is missing`]),
    statusOf: (error) => (isLoongError(error) ? (error.code === "WECOM_EMULATOR_NOT_FOUND" ? 404 : 400) : undefined),
  });
  return async (incoming, response) => reply(response, await control(incoming), writeBytes);
}

/** Bytes go out as base64, the way they come in. */
function writeBytes(_key: string, value: unknown): unknown {
  return value instanceof Uint8Array ? { base64: Buffer.from(value).toString("base64") } : fromBuffer(value);
}

/** A Buffer has turned itself into `{ type: "Buffer", data }` before it gets here. */
function fromBuffer(value: unknown): unknown {
  const isBuffer = typeof value === "object" && value !== null && "type" in value && value.type === "Buffer";
  if (!isBuffer || !("data" in value) || !Array.isArray(value.data)) return value;
  return { base64: Buffer.from(value.data as number[]).toString("base64") };
}
