import { createFaultTable, type FaultScope, type FaultTable } from "@loong/emulator-kit";

/** Something goes wrong with calls of the Bot API. Without `nth`, `times` and `probability`: with every one. */
export interface Fault extends FaultScope {
  /** A method (`sendMessage`, any case), `file` for downloads, or `*` for all of them. */
  readonly path: string;
  /** Only calls of this bot, by token, id or username. */
  readonly bot?: string | number;
  /** Only requests whose body or query holds this text. */
  readonly contains?: string;
  readonly action: FaultAction;
}

/**
 * - an answer instead of the real one: `body` as it is, or the platform's shape with `description` and `parameters`;
 *   with `after`, the call has its effect all the same
 * - `retryAfterSeconds`: 429 with `parameters.retry_after` and the header
 * - `slowMs`: works, that much later
 * - `hang`: takes the request and never answers; nothing happens
 * - `hang-after`: the same once the call had its effect
 * - `reset-before`, `reset-after`: the socket breaks before, or after, the call had its effect
 * - `html`, `truncated`: a proxy's 502 page; half of the JSON, after the effect
 * - `conflict`: 409, as if another process polled
 */
export type FaultAction =
  | {
      readonly status: number;
      readonly body?: unknown;
      readonly description?: string;
      readonly parameters?: Readonly<Record<string, unknown>>;
      readonly headers?: Readonly<Record<string, string>>;
      readonly after?: boolean;
    }
  | { readonly retryAfterSeconds: number }
  | { readonly slowMs: number }
  | "hang"
  | "hang-after"
  | "reset-before"
  | "reset-after"
  | "html"
  | "truncated"
  | "conflict";

interface FaultTarget {
  /** In lower case. */
  readonly method: string;
  readonly bot: { readonly id: number; readonly token: string; readonly username: string } | undefined;
  /** Body and query; read only when a fault asks. */
  text(): string;
}

export interface Faults extends Omit<FaultTable<Fault>, "strike"> {
  /** What goes wrong with this call, if anything. */
  strike(target: FaultTarget): FaultAction | undefined;
}

export function createFaults(random: () => number): Faults {
  const table = createFaultTable<Fault>(random);
  return { ...table, strike: (target) => table.strike((fault) => matches(fault, target))?.action };
}

function matches(fault: Fault, target: FaultTarget): boolean {
  return (
    (fault.path === "*" || fault.path.toLowerCase() === target.method) &&
    (fault.bot === undefined || isBot(fault.bot, target.bot)) &&
    (fault.contains === undefined || target.text().includes(fault.contains))
  );
}

function isBot(wanted: string | number, bot: FaultTarget["bot"]): boolean {
  return bot !== undefined && [bot.token, bot.username, String(bot.id)].includes(String(wanted));
}
