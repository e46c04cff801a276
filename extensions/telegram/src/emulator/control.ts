import type { ServerResponse } from "node:http";
import { isLoongError } from "@loong/sdk";
import type { Incoming } from "./api/server.ts";
import { controlCommands } from "./control-commands.ts";
import { inputOf, type Command, type Commands, type Input } from "./control-input.ts";
import { isRecord, parseJson } from "./json.ts";
import type { Parts } from "./parts.ts";
import type { Stage } from "./stage.ts";

export type Control = (incoming: Incoming, response: ServerResponse) => Promise<void>;

/**
 * The control API: everything the JavaScript API can do, for tests and demos in other processes. People, chats and bots
 * are given by name or by id. It is meant for this machine only and has no password.
 */
export function createControl(stage: Stage, parts: Parts): Control {
  const commands = controlCommands(stage, parts);
  return async (incoming, response) => {
    try {
      const found = match(commands, incoming);
      if (found === undefined) reply(response, incoming.path === "/_emulator/" ? 200 : 404, guide(commands));
      else reply(response, 200, (await found.command.run(found.input)) ?? {});
    } catch (error) {
      if (!isLoongError(error)) throw error;
      reply(response, error.code === "TELEGRAM_EMULATOR_NOT_FOUND" ? 404 : 400, error);
    }
  };
}

function match(
  commands: Commands,
  { request, path, query, raw }: Incoming,
): { readonly command: Command; readonly input: Input } | undefined {
  const asked = `${request.method ?? "GET"} ${path.slice("/_emulator".length)}`.split("/");
  for (const command of commands) {
    const params = paramsOf(command.route.split("/"), asked);
    if (params === undefined) continue;
    const body = parseJson(raw.toString("utf8"));
    return { command, input: inputOf({ ...Object.fromEntries(query), ...(isRecord(body) ? body : {}), ...params }) };
  }
  return undefined;
}

function paramsOf(route: readonly string[], asked: readonly string[]): Record<string, string> | undefined {
  if (route.length !== asked.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, expected] of route.entries()) {
    const actual = asked[index] ?? "";
    if (expected.startsWith(":")) params[expected.slice(1)] = actual;
    else if (expected !== actual) return undefined;
  }
  return params;
}

function guide(commands: Commands): object {
  return { commands: commands.map(({ route, takes }) => ({ route: route.replace(" /", " /_emulator/"), takes })) };
}

function reply(response: ServerResponse, status: number, content: unknown): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8" });
  response.end(`${JSON.stringify(content)}\n`);
}
