import type { ServerResponse } from "node:http";
import { type ControlInput, controlInput } from "./control-input.ts";
import { isRecord } from "./json.ts";

/** One thing a control API can do. */
export interface ControlCommand {
  /** `"POST /chats/:chat/messages"`: what stands behind the colon is a field. */
  readonly route: string;
  /** The fields it takes, in words. */
  readonly takes: string;
  /** What it gives becomes JSON; nothing becomes `{}`. */
  run(input: ControlInput): unknown;
}

/** A request below `/_emulator/`. */
export interface ControlRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** JSON, if it was any. */
  readonly body: unknown;
}

export interface ControlAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface ControlErrors {
  /** The error for a field that is needed. */
  missing(name: string): Error;
  /** The status that says what went wrong; `undefined` for what is a fault of the emulator, which is thrown on. */
  statusOf(error: unknown): number | undefined;
}

const ROOT = "/_emulator";

/**
 * A control API over HTTP: everything an emulator can do, for tests and demos in other processes. It is meant for this
 * machine only and has no password. `/_emulator/` lists the commands.
 */
export function createControl(
  commands: readonly ControlCommand[],
  { missing, statusOf }: ControlErrors,
): (request: ControlRequest) => Promise<ControlAnswer> {
  return async (request) => {
    try {
      const found = match(commands, request, missing);
      if (found === undefined) return { status: request.path === `${ROOT}/` ? 200 : 404, body: guide(commands) };
      return { status: 200, body: (await found.command.run(found.input)) ?? {} };
    } catch (error) {
      const status = statusOf(error);
      if (status === undefined) throw error;
      return { status, body: error };
    }
  };
}

/** @param replacer - As `JSON.stringify` takes it. */
export function reply(
  response: ServerResponse,
  { status, body }: ControlAnswer,
  replacer?: (key: string, value: unknown) => unknown,
): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8" });
  response.end(`${JSON.stringify(body, replacer)}\n`);
}

function match(
  commands: readonly ControlCommand[],
  { method, path, query, body }: ControlRequest,
  missing: ControlErrors["missing"],
): { readonly command: ControlCommand; readonly input: ControlInput } | undefined {
  const asked = `${method} ${path.slice(ROOT.length)}`.split("/");
  for (const command of commands) {
    const params = paramsOf(command.route.split("/"), asked);
    if (params === undefined) continue;
    const fields = { ...Object.fromEntries(query), ...(isRecord(body) ? body : {}), ...params };
    return { command, input: controlInput(fields, missing) };
  }
  return undefined;
}

function paramsOf(route: readonly string[], asked: readonly string[]): Record<string, string> | undefined {
  if (route.length !== asked.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, expected] of route.entries()) {
    const actual = asked[index] ?? "";
    if (expected.startsWith(":")) params[expected.slice(1)] = decodeURIComponent(actual);
    else if (expected !== actual) return undefined;
  }
  return params;
}

function guide(commands: readonly ControlCommand[]): object {
  return { commands: commands.map(({ route, takes }) => ({ route: route.replace(" /", ` ${ROOT}/`), takes })) };
}
