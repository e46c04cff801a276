import type { JsonSchema } from "@loong/sdk";
import { configErrors } from "./errors.ts";
import { formatPath } from "./key-path.ts";
import { placeOf, problemOf } from "./problem.ts";
import type { FileSchema } from "./schema/file-schema.ts";
import { camelCase, isTable, isText, itemsOf, type Member, memberOf, propertiesOf, typesOf } from "./schema/walk.ts";
import {
  type ConfigDocument,
  isForbiddenKey,
  isPlainObject,
  lineStarts,
  pathKey,
  type PlainObject,
  positionAt,
} from "./source/document.ts";
import type { ConfigProblem, KeyPath } from "./types.ts";

/** The file in canonical keys, and the way back to what the operator wrote. */
export interface ConfigTree {
  readonly value: PlainObject;
  /** The nearest written place of a canonical path: its own, or that of the table it would stand in. */
  writtenPath(canonical: KeyPath): KeyPath;
  isWritten(canonical: KeyPath): boolean;
  /** Do the keys of the table at a written path stand in snake_case? A table without a sign of it is like the file. */
  usesSnakeCase(written: KeyPath): boolean;
  /** File, line, column and written path for a problem at a canonical path. */
  place(canonical: KeyPath): Pick<ConfigProblem, "file" | "line" | "column" | "path">;
  readonly problems: readonly TreeProblem[];
}

/** A problem that came up while keys found their places. */
export interface TreeProblem {
  readonly canonical: KeyPath;
  readonly problem: ConfigProblem;
}

interface Text {
  readonly file: string;
  readonly text: string;
  readonly document: ConfigDocument;
}

/**
 * Gives every key its canonical name and place: `app_id` is `appId`, a channel's table at the top is `channels.<id>`, an
 * alias is its channel. Members of text lists that are numbers become text. A setting written twice keeps its first value
 * and is reported with both places.
 */
export function normalise(source: Text, schema: FileSchema): ConfigTree {
  const walk = new Walk(source);
  for (const [key, value] of Object.entries(source.document.value)) {
    const spot = topLevelSpot(key, value, schema);
    walk.put(spot.path, spot.schema, [key], value);
  }
  walk.reportDuplicates();
  return walk.tree();
}

/** Where a key at the top of the file belongs. */
export function topLevelSpot(
  key: string,
  value: unknown,
  schema: FileSchema,
): { readonly path: KeyPath; readonly schema: JsonSchema } {
  const own = memberOf(schema.root, key);
  if (own !== undefined) return { path: [own.key], schema: own.schema };
  const channels = propertiesOf(schema.root)["channels"] ?? {};
  const channel = memberOf(channels, key);
  if (channel !== undefined && !channel.isId) return { path: ["channels", channel.key], schema: channel.schema };
  return { path: looksLikeChannel(value) ? ["channels", key] : [key], schema: {} };
}

/** A table at the top that has what only channels have is a channel whose plugin is not there. */
function looksLikeChannel(value: unknown): boolean {
  if (!isPlainObject(value)) return false;
  const keys = new Set(Object.keys(value).map(camelCase));
  return (
    isPlainObject(value["accounts"]) ||
    ["defaultAccount", "dmPolicy", "groupPolicy", "allowedChatIds", "allowedConversationIds"].some((key) =>
      keys.has(key),
    )
  );
}

class Walk {
  readonly #source: Text;
  readonly #starts: readonly number[];
  readonly #value: PlainObject = {};
  readonly #written = new Map<string, KeyPath>();
  readonly #canonical = new Map<string, KeyPath>();
  readonly #snakeCase = new Map<string, number>();
  readonly #problems: TreeProblem[] = [];
  readonly #members = new Map<JsonSchema, Map<string, Member | undefined>>();

  constructor(source: Text) {
    this.#source = source;
    this.#starts = lineStarts(source.text);
  }

  put(canonical: KeyPath, schema: JsonSchema, written: KeyPath, value: unknown): void {
    if (canonical.some(isForbiddenKey)) return this.#reportForbidden(canonical, written);
    if (isTableValue(value, schema)) this.#putTable(canonical, schema, written, value ?? {});
    else if (this.isWritten(canonical)) this.#reportTwice(canonical, written);
    else this.#store(canonical, written, textItems(value, schema));
  }

  isWritten(canonical: KeyPath): boolean {
    return this.#written.has(pathKey(canonical));
  }

  tree(): ConfigTree {
    return {
      value: this.#value,
      problems: this.#problems,
      isWritten: (canonical) => this.isWritten(canonical),
      writtenPath: (canonical) => this.#writtenPath(canonical),
      usesSnakeCase: (written) => (this.#snakeCase.get(pathKey(written)) ?? this.#snakeCase.get("") ?? 0) > 0,
      place: (canonical) => this.#place(this.#writtenPath(canonical)),
    };
  }

  reportDuplicates(): void {
    for (const { path, firstOffset, secondOffset } of this.#source.document.duplicates) {
      this.#addTwice(
        this.#canonical.get(pathKey(path)) ?? path,
        this.#placeAt(firstOffset),
        this.#placeAt(secondOffset),
      );
    }
  }

  #putTable(canonical: KeyPath, schema: JsonSchema, written: KeyPath, table: PlainObject): void {
    const existing = this.#lookup(canonical);
    if (existing !== undefined && !isPlainObject(existing)) return this.#reportTwice(canonical, written);
    if (existing === undefined) this.#store(canonical, written, {});
    for (const [key, value] of Object.entries(table)) {
      const member = this.#member(schema, key);
      this.put([...canonical, member?.key ?? key], member?.schema ?? {}, [...written, key], value);
    }
    return undefined;
  }

  /** Keeps, for each table and for the file, how many keys are in snake_case less those in camelCase. */
  #noteStyle(canonical: KeyPath, written: KeyPath): void {
    const [key = "", spelled = ""] = [canonical.at(-1), written.at(-1)];
    const sign =
      key !== spelled && camelCase(spelled) === key ? 1 : key === spelled && /^[a-z]+[A-Z]/.test(key) ? -1 : 0;
    if (sign === 0) return;
    for (const table of new Set([pathKey(written.slice(0, -1)), ""]))
      this.#snakeCase.set(table, (this.#snakeCase.get(table) ?? 0) + sign);
  }

  /** Accounts share a schema and mostly their keys, so each spelling is looked up once. */
  #member(schema: JsonSchema, key: string): Member | undefined {
    const known = this.#members.get(schema) ?? new Map<string, Member | undefined>();
    this.#members.set(schema, known);
    if (!known.has(key)) known.set(key, memberOf(schema, key));
    return known.get(key);
  }

  /** Tables on the way that nobody wrote (`channels` above a channel at the top) are made without a place. */
  #store(canonical: KeyPath, written: KeyPath, value: unknown): void {
    let table = this.#value;
    for (const key of canonical.slice(0, -1)) {
      if (!isPlainObject(table[key])) table[key] = {};
      table = table[key] as PlainObject;
    }
    table[canonical.at(-1) ?? ""] = value;
    this.#written.set(pathKey(canonical), written);
    this.#canonical.set(pathKey(written), canonical);
    this.#noteStyle(canonical, written);
  }

  #lookup(canonical: KeyPath): unknown {
    let value: unknown = this.#value;
    for (const key of canonical) value = isPlainObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
    return value;
  }

  #writtenPath(canonical: KeyPath): KeyPath {
    for (let length = canonical.length; length > 0; length--) {
      const written = this.#written.get(pathKey(canonical.slice(0, length)));
      if (written !== undefined) return [...written, ...canonical.slice(length)];
    }
    return canonical;
  }

  #place(written: KeyPath): Pick<ConfigProblem, "file" | "line" | "column" | "path"> {
    for (let length = written.length; length > 0; length--) {
      const offset = this.#source.document.offsetOf(written.slice(0, length));
      if (offset !== undefined) return { ...this.#placeAt(offset), path: formatPath(written) };
    }
    return { file: this.#source.file, path: formatPath(written) };
  }

  #placeAt(offset: number): { readonly file: string; readonly line: number; readonly column: number } {
    return { file: this.#source.file, ...positionAt(this.#starts, offset) };
  }

  #reportTwice(canonical: KeyPath, written: KeyPath): void {
    this.#addTwice(canonical, this.#place(this.#writtenPath(canonical)), this.#place(written));
  }

  #addTwice(canonical: KeyPath, first: Place, second: Place): void {
    const path = formatPath(canonical);
    const error = configErrors.CONFIG_WRITTEN_TWICE([path, placeOf(first), placeOf(second)]);
    this.#problems.push({ canonical, problem: problemOf(error, { ...second, path }) });
  }

  #reportForbidden(canonical: KeyPath, written: KeyPath): void {
    const isAccount = canonical.length === 4 && canonical[0] === "channels" && canonical[2] === "accounts";
    const error = isAccount
      ? configErrors.CONFIG_ACCOUNT_ID([formatPath(written), written.at(-1) ?? ""])
      : configErrors.CONFIG_UNKNOWN_KEY([formatPath(written), undefined]);
    this.#problems.push({ canonical, problem: problemOf(error, this.#place(written)) });
  }
}

type Place = Pick<ConfigProblem, "file" | "line" | "column">;

/** An empty key whose schema is a table (`chat:` and nothing under it) is an empty table. */
function isTableValue(value: unknown, schema: JsonSchema): value is PlainObject | null {
  if (value === null) return isTable(schema);
  return isPlainObject(value) && !isText(schema);
}

/** Ids are text, but people write numeric ones as numbers. A number that is not exact stays, to be refused. */
function textItems(value: unknown, schema: JsonSchema): unknown {
  const items = itemsOf(schema);
  if (!Array.isArray(value) || items === undefined || !isTextOnly(items)) return value;
  return value.map((item: unknown) => (typeof item === "bigint" || Number.isSafeInteger(item) ? String(item) : item));
}

function isTextOnly(items: JsonSchema): boolean {
  const types = typesOf(items);
  return types.includes("string") && !types.includes("number") && !types.includes("integer");
}
