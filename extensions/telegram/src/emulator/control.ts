import type { ServerResponse } from "node:http";
import { createControl as controlOver, parseJson, reply } from "@loong/emulator-kit";
import { isLoongError } from "@loong/sdk";
import type { Incoming } from "./api/server.ts";
import { controlCommands } from "./control-commands.ts";
import { emulatorErrors } from "./errors.ts";
import type { Parts } from "./parts.ts";
import type { Stage } from "./stage.ts";

export type Control = (incoming: Incoming, response: ServerResponse) => Promise<void>;

/**
 * The control API: everything the JavaScript API can do, for tests and demos in other processes. People, chats and bots
 * are given by name or by id. It is meant for this machine only and has no password.
 */
export function createControl(stage: Stage, parts: Parts): Control {
  const control = controlOver(controlCommands(stage, parts), {
    missing: (name) => emulatorErrors.TELEGRAM_EMULATOR_REQUEST([`"${name}" is missing`]),
    statusOf: (error) => (isLoongError(error) ? (error.code === "TELEGRAM_EMULATOR_NOT_FOUND" ? 404 : 400) : undefined),
  });
  return async ({ request, path, query, raw }, response) => {
    const body = parseJson(raw.toString("utf8"));
    reply(response, await control({ method: request.method ?? "GET", path, query, body }));
  };
}
