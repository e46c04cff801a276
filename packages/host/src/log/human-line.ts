import type { LogEntry } from "./entry.ts";

/** `"[room] [default] starting …"` names channel and account by itself. */
const NAMES_ITS_SCOPE = /^\[[^\]]+\] \[[^\]]+\] /;
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/**
 * One line for people: `12:30:05 info [room] [default] starting mode=websocket`. What others wrote cannot move the
 * cursor, turn the direction of the line or begin one of its own.
 */
export function humanLine(entry: LogEntry, { withDate = false } = {}): string {
  const { time, level, channel, account, message, ...fields } = entry;
  const scope = NAMES_ITS_SCOPE.test(message)
    ? []
    : [channel, account].filter((name) => name !== undefined).map((name) => `[${name}]`);
  const pairs = Object.entries(fields).filter(([, value]) => value !== undefined);
  return [
    clockTime(time, withDate),
    level,
    ...scope,
    message,
    ...pairs.map(([key, value]) => `${key}=${valueText(value)}`),
  ]
    .join(" ")
    .replace(CONTROL, escapeControl);
}

/** In the time zone of whoever reads it. */
function clockTime(time: string, withDate: boolean): string {
  const at = new Date(time);
  const clock = [at.getHours(), at.getMinutes(), at.getSeconds()].map(twoDigits).join(":");
  return withDate ? `${[at.getFullYear(), at.getMonth() + 1, at.getDate()].map(twoDigits).join("-")} ${clock}` : clock;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}

/** A command with quotes in it stays as it is to be typed. */
function valueText(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  if (/^[^\s"=`]+$/.test(text)) return text;
  return text.includes('"') && !/[`\\]/.test(text) ? `\`${text}\`` : JSON.stringify(text);
}

function escapeControl(character: string): string {
  return character === "\n" ? "\\n" : `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
