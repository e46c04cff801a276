import type { IncomingHttpHeaders } from "node:http";
import { isRecord, parseJson, type JsonRecord } from "@loong/emulator-kit";
import { readForm, type UploadedFile } from "./multipart.ts";
import { badRequest } from "./refusal.ts";

/** The parameters of one call, however they came: query, JSON, form or multipart. Nested ones may be JSON in a string. */
export interface Params {
  readonly fields: JsonRecord;
  readonly files: Readonly<Record<string, UploadedFile>>;
  has(name: string): boolean;
  /** `""` when absent. */
  text(name: string): string;
  /** `fallback` when absent or no number; clamped. */
  integer(name: string, fallback: number, min?: number, max?: number): number;
  flag(name: string): boolean;
  /** Undefined when absent. @throws Refusal `can't parse <what> JSON object` */
  json(name: string, what: string): unknown;
}

/** @throws Refusal when the body is not what its content type says. */
export async function readParams(headers: IncomingHttpHeaders, query: URLSearchParams, raw: Buffer): Promise<Params> {
  const inQuery = Object.fromEntries(query);
  const type = headers["content-type"] ?? "";
  if (raw.length === 0) return createParams(inQuery);
  if (type.startsWith("application/json")) return createParams({ ...inQuery, ...jsonFields(raw) });
  if (type.startsWith("multipart/form-data")) {
    const form = await readForm(headers, raw);
    if (form === undefined) throw badRequest("failed to parse the multipart body");
    return createParams({ ...inQuery, ...form.fields }, form.files);
  }
  return createParams({ ...inQuery, ...Object.fromEntries(new URLSearchParams(raw.toString("utf8"))) });
}

function jsonFields(raw: Buffer): JsonRecord {
  const body = parseJson(raw.toString("utf8"));
  if (!isRecord(body)) throw badRequest("can't parse JSON object");
  return body;
}

export function createParams(fields: JsonRecord, files: Params["files"] = {}): Params {
  const valueOf = (name: string): unknown => (fields[name] === null ? undefined : fields[name]);
  const textOf = (name: string): string => {
    const value = valueOf(name);
    if (value === undefined) return "";
    return typeof value === "string" ? value : JSON.stringify(value);
  };
  return {
    fields,
    files,
    has: (name) => valueOf(name) !== undefined && valueOf(name) !== "",
    text: textOf,
    integer(name, fallback, min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER) {
      const value = textOf(name);
      const number = value === "" || !/^-?\d+$/.test(value) ? fallback : Number(value);
      return Math.min(max, Math.max(min, number));
    },
    flag: (name) => ["true", "1", "yes", "t", "y"].includes(textOf(name).toLowerCase()),
    json(name, what) {
      const value = valueOf(name);
      if (value === undefined || value === "") return undefined;
      if (typeof value !== "string") return value;
      const parsed = parseJson(value);
      if (parsed === undefined) throw badRequest(`Can't parse ${what} JSON object`);
      return parsed;
    },
  };
}
