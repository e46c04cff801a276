import type { FaultAction } from "../faults.ts";
import type { Params } from "./params.ts";

/** One call of the Bot API. Tokens are masked. */
export interface LoggedRequest {
  readonly atMs: number;
  /** As the documentation writes it; `file` for a download. */
  readonly method: string;
  readonly httpMethod: string;
  /** `/bot123456:***\/sendMessage` */
  readonly path: string;
  readonly botId: number | undefined;
  /** Parameters as they came; an uploaded file is shown as its name and size. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly userAgent: string | undefined;
  /** What the client saw. Absent while it is under way, and when it got no answer. */
  readonly status: number | undefined;
  readonly description: string | undefined;
  readonly fault: FaultAction | undefined;
}

export interface OpenEntry {
  named(method: string, params: Params): void;
  close(status: number | undefined, description?: string): void;
}

export interface RequestLog {
  open(
    facts: Pick<LoggedRequest, "atMs" | "method" | "httpMethod" | "path" | "botId" | "userAgent" | "fault">,
  ): OpenEntry;
  list(): LoggedRequest[];
  clear(): void;
}

type Entry = { -readonly [Key in keyof LoggedRequest]: LoggedRequest[Key] };

const SECRET_KEYS: ReadonlySet<string> = new Set(["secret_token"]);

/** Remembers the latest `keep` requests. */
export function createRequestLog(keep: number): RequestLog {
  let entries: Entry[] = [];
  return {
    open(facts) {
      const entry: Entry = { ...facts, params: {}, status: undefined, description: undefined };
      entries.push(entry);
      if (entries.length > keep * 2) entries = entries.slice(-keep);
      return {
        named(method, params) {
          entry.method = method;
          entry.params = shown(params);
        },
        close(status, description) {
          entry.status = status;
          entry.description = description;
        },
      };
    },
    list: () => entries.slice(-keep).map((entry) => ({ ...entry })),
    clear: () => {
      entries = [];
    },
  };
}

function shown({ fields, files }: Params): Record<string, unknown> {
  const masked = Object.entries(fields).map(([key, value]) => [key, SECRET_KEYS.has(key) ? "***" : value]);
  const sizes = Object.entries(files).map(([key, { name, bytes }]) => [key, { name, sizeBytes: bytes.length }]);
  return Object.fromEntries([...masked, ...sizes]) as Record<string, unknown>;
}

/** A path without the secret half of the token. */
export function maskedPath(path: string): string {
  return path.replace(/(bot\d+):[^/]+/, "$1:***");
}
