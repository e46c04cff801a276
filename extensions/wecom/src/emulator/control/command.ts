import { emulatorErrors } from "../errors.ts";
import type { Incoming } from "../http/request.ts";
import { isRecord, listAt, stringAt, type JsonRecord } from "../json.ts";

/** One thing the control API can do. */
export interface Command {
  /** `POST /chats/:chat/messages` */
  readonly route: string;
  readonly takes: string;
  run(input: Input): unknown;
}

/** Path parameters and the body's or query's fields, as one. */
export interface Input {
  /** @throws WECOM_EMULATOR_REQUEST when it is missing. */
  text(name: string): string;
  optional(name: string): string | undefined;
  number(name: string): number | undefined;
  list(name: string): readonly string[];
  readonly fields: JsonRecord;
}

export function match(
  commands: readonly Command[],
  incoming: Incoming,
): { readonly command: Command; readonly input: Input } | undefined {
  const asked = `${incoming.method} ${incoming.path.slice("/_emulator".length)}`.split("/");
  for (const command of commands) {
    const params = paramsOf(command.route.split("/"), asked);
    if (params !== undefined) return { command, input: inputOf(params, incoming) };
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

function inputOf(params: Record<string, string>, { query, body }: Incoming): Input {
  const fields: JsonRecord = { ...Object.fromEntries(query), ...(isRecord(body) ? body : {}), ...params };
  const optional = (name: string): string | undefined => stringAt(fields, name);
  return {
    fields,
    optional,
    text(name) {
      const value = optional(name);
      if (value === undefined) throw emulatorErrors.WECOM_EMULATOR_REQUEST([`"${name}" is missing`]);
      return value;
    },
    number(name) {
      const value = Number(fields[name]);
      return fields[name] === undefined || Number.isNaN(value) ? undefined : value;
    },
    list: (name) => (listAt(fields, name) ?? []).filter((one) => typeof one === "string"),
  };
}
