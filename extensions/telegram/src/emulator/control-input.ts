import { emulatorErrors } from "./errors.ts";
import { listAt, stringAt, type JsonRecord } from "./json.ts";

/** One thing the control API can do. */
export interface Command {
  /** `POST /chats/:chat/messages` */
  readonly route: string;
  readonly takes: string;
  run(input: Input): unknown;
}

/** Path parameters and the body's or query's fields, as one. */
export interface Input {
  text(name: string): string;
  optional(name: string): string | undefined;
  number(name: string): number;
  optionalNumber(name: string): number | undefined;
  list(name: string): readonly string[];
  readonly fields: JsonRecord;
}

export type Commands = readonly Command[];

export function inputOf(fields: JsonRecord): Input {
  const missing = (name: string): Error => emulatorErrors.TELEGRAM_EMULATOR_REQUEST([`"${name}" is missing`]);
  const optional = (name: string): string | undefined => {
    const value = fields[name];
    return typeof value === "number" ? String(value) : stringAt(fields, name);
  };
  const optionalNumber = (name: string): number | undefined => {
    const value = Number(fields[name]);
    return fields[name] === undefined || Number.isNaN(value) ? undefined : value;
  };
  return {
    fields,
    optional,
    optionalNumber,
    text(name) {
      const value = optional(name);
      if (value === undefined) throw missing(name);
      return value;
    },
    number(name) {
      const value = optionalNumber(name);
      if (value === undefined) throw missing(name);
      return value;
    },
    list: (name) => (listAt(fields, name) ?? []).map(String),
  };
}
