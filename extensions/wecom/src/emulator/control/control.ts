import type { ServerResponse } from "node:http";
import { isLoongError } from "@loong/sdk";
import type { Incoming } from "../http/request.ts";
import type { Parts } from "../parts.ts";
import type { Stage } from "../stage.ts";
import { match, type Command } from "./command.ts";
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
  return async (incoming, response) => {
    try {
      const found = match(commands, incoming);
      if (found === undefined) reply(response, incoming.path === "/_emulator/" ? 200 : 404, guide(commands));
      else reply(response, 200, (await found.command.run(found.input)) ?? {});
    } catch (error) {
      if (!isLoongError(error)) throw error;
      reply(response, error.code === "WECOM_EMULATOR_NOT_FOUND" ? 404 : 400, error);
    }
  };
}

function guide(commands: readonly Command[]): object {
  return { commands: commands.map(({ route, takes }) => ({ route: route.replace(" /", " /_emulator/"), takes })) };
}

function reply(response: ServerResponse, status: number, content: unknown): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8" });
  response.end(`${JSON.stringify(content, writeBytes)}\n`);
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
