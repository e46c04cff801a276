// A process of its own: loads a plugin's code once and says over IPC what came of it. Started by check-code.ts.
import { isLoongError } from "@loong/sdk";
import { loadPlugin } from "../plugins/load.ts";
import type { PluginRecord } from "../plugins/record.ts";

export interface CheckRequest {
  readonly record: PluginRecord;
  readonly cacheDir: string;
  readonly timeoutMs: number;
}

export type CheckAnswer = { readonly ok: true } | { readonly ok: false; readonly error: unknown };

process.once("message", ({ record, cacheDir, timeoutMs }: CheckRequest) => {
  const answer = (value: CheckAnswer): void => void process.send?.(value);
  loadPlugin(record, { cacheDir, timeoutMs }).then(
    () => answer({ ok: true }),
    (error: unknown) => answer({ ok: false, error: isLoongError(error) ? error : { message: String(error) } }),
  );
});
