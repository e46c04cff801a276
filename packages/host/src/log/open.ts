import type { LogFields, Logger } from "@loong/sdk";
import { type ILogObjMeta, Logger as TsLog } from "tslog";
import { ensurePrivateDirectory } from "../private-directory.ts";
import { type LogEntry, logEntry, type LogLevel, logLevels, type LogScope } from "./entry.ts";
import { openFileSink } from "./file-sink.ts";
import { createFloodGate } from "./flood.ts";
import { humanLine } from "./human-line.ts";
import { redactFields, redactText } from "./redact.ts";
import { createSecretRegistry } from "./secrets.ts";

export interface LogOptions {
  readonly dir: string;
  /** Lines below it are not made. */
  readonly level: LogLevel;
  /** Lowers `level` to `debug` and writes to stderr as well. */
  readonly verbose: boolean;
  /** Writes lines for people to stderr as well. */
  readonly stderr: boolean;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface HostLog extends Logger {
  /** The same log; every line names the scope. */
  child(scope: LogScope): Logger;
  /** From now on `value` is masked in every line, also URL-encoded, in base64 and JSON-escaped. */
  addSecret(value: string): void;
  /** Today's file. */
  readonly file: string;
  /** Resolves when every line has reached the file. Lines that come later are dropped. */
  close(): Promise<void>;
}

const LIMITS = { maxFileBytes: 20 * 1024 * 1024, maxFiles: 5, maxPendingBytes: 8 * 1024 * 1024 };
const MAX_TEXT_LENGTH = 8_192;
/** tslog's numbers for the levels; it knows three more. */
const levelIds: Readonly<Record<LogLevel, number>> = { debug: 2, info: 3, warn: 4, error: 5 };

/**
 * The log of one process: JSON lines in `<dir>/loong-YYYY-MM-DD.log`, five files of at most 20 MB, and lines for people
 * on stderr. A line that repeats is counted instead; a disk that takes no more costs lines, never the gateway.
 *
 * @throws HOST_DIRECTORY_UNSAFE
 */
export function openLog(options: LogOptions, stderr: NodeJS.WritableStream = process.stderr): HostLog {
  ensurePrivateDirectory(options.dir);
  const { now } = options;
  const level = options.verbose ? "debug" : options.level;
  const secrets = createSecretRegistry();
  const sink = openFileSink({ dir: options.dir, now, ...LIMITS }, (lines) =>
    write("warn", {}, "log lines were lost", { lines }),
  );
  const flood = createFloodGate<LogEntry>(now, (entry, count) =>
    emit({ ...entry, time: new Date(now()).toISOString(), repeated: count }),
  );
  const tslog = new TsLog<LogEntry>({ type: "hidden", minLevel: levelIds[level], stack: { capture: "off" } });
  let open = true;

  tslog.attachTransport({ name: "file", format: jsonLine, write: (_entry, line) => sink.write(line) });
  const ignore = () => undefined;
  if (options.stderr || options.verbose) {
    stderr.on("error", ignore);
    tslog.attachTransport({
      name: "stderr",
      format: stderrLine,
      write: (_entry, line) => void stderr.write(`${line}\n`),
    });
  }

  function emit(entry: LogEntry): void {
    tslog.log(levelIds[entry.level], entry.level, entry);
  }

  function write(lineLevel: LogLevel, scope: LogScope, message: string, fields?: LogFields): void {
    if (!open) return;
    const text = shortened(redactText(secrets, message));
    const shown = fields && redactFields(secrets, fields);
    const entry = logEntry(lineLevel, now(), scope, text, shown);
    if (flood.admits(JSON.stringify([lineLevel, scope, text, shown]), entry)) emit(entry);
  }

  function loggerFor(scope: LogScope): Logger {
    const methods = logLevels.map((each) => {
      const enabled = levelIds[each] >= levelIds[level];
      return [
        each,
        enabled ? (message: string, fields?: LogFields) => write(each, scope, message, fields) : ignore,
      ] as const;
    });
    return Object.fromEntries(methods) as unknown as Logger;
  }

  return {
    ...loggerFor({}),
    child: loggerFor,
    addSecret: (value) => secrets.add(value),
    get file() {
      return sink.file;
    },
    close: async () => {
      if (!open) return;
      flood.close();
      open = false;
      await sink.close();
      stderr.off("error", ignore);
    },
  };
}

/** tslog adds its own facts to every record; no line shows them. */
type LogRecord = LogEntry & ILogObjMeta;

function jsonLine(record: LogRecord): string {
  return JSON.stringify({ ...record, _logMeta: undefined });
}

function stderrLine(record: LogRecord): string {
  const { _logMeta, ...entry } = record;
  return humanLine(entry);
}

function shortened(text: string): string {
  return text.length <= MAX_TEXT_LENGTH
    ? text
    : `${text.slice(0, MAX_TEXT_LENGTH)}… (${text.length - MAX_TEXT_LENGTH} more characters)`;
}
