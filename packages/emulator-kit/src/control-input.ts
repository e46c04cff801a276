import { type JsonRecord, listAt, stringAt } from "./json.ts";

/** Path parameters and the fields of query and body, as one. */
export interface ControlInput {
  readonly fields: JsonRecord;
  /** A number counts as its digits. @throws what `missing` makes. */
  text(name: string): string;
  optional(name: string): string | undefined;
  /** @throws what `missing` makes. */
  number(name: string): number;
  optionalNumber(name: string): number | undefined;
  /** Empty when there is none. */
  list(name: string): readonly string[];
}

/** @param missing - The error for a field that is needed. */
export function controlInput(fields: JsonRecord, missing: (name: string) => Error): ControlInput {
  const optional = (name: string): string | undefined => {
    const value = fields[name];
    return typeof value === "number" ? String(value) : stringAt(fields, name);
  };
  const optionalNumber = (name: string): number | undefined => {
    const value = Number(fields[name]);
    return fields[name] === undefined || Number.isNaN(value) ? undefined : value;
  };
  const needed = <T>(name: string, value: T | undefined): T => {
    if (value === undefined) throw missing(name);
    return value;
  };
  return {
    fields,
    optional,
    optionalNumber,
    text: (name) => needed(name, optional(name)),
    number: (name) => needed(name, optionalNumber(name)),
    list: (name) => (listAt(fields, name) ?? []).map(String),
  };
}
