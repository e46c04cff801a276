import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const root = join(import.meta.dirname, "../../..");

/** What a command that ended left behind. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that stays up. */
export interface Running {
  readonly pid: number;
  /** Everything it has written so far, both streams. */
  output(): string;
  /** Resolves once the output matches. Rejects when the command ends first or after `timeoutMs`. */
  waitFor(pattern: string | RegExp, timeoutMs?: number): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  readonly ended: Promise<Ended>;
}

/** A person at a shell, with a home of their own and the real command on the PATH. */
export interface Operator {
  readonly home: string;
  readonly env: Record<string, string>;
  /** Writes a file into the Loong home. */
  write(name: string, text: string): string;
  /** Types one line and waits for its end. */
  types(line: string): Promise<Ended>;
  /** Types a line that stays up. */
  starts(line: string): Running;
  /** Ends what still runs and forgets the home. */
  leaves(): Promise<void>;
}

export function createOperator(env: Readonly<Record<string, string>> = {}): Operator {
  const base = mkdtempSync(join(tmpdir(), "loong-operator-"));
  const home = join(base, ".loong");
  const bin = join(base, "bin");
  mkdirSync(home, { mode: 0o700 });
  mkdirSync(bin);
  const command = join(bin, "loong");
  writeFileSync(
    command,
    `#!/bin/sh\nexec "${process.execPath}" --conditions=@loong/source "${root}/apps/cli/src/main.ts" "$@"\n`,
  );
  chmodSync(command, 0o755);
  const running = new Set<ChildProcess>();
  const shellEnv: Record<string, string> = {
    HOME: base,
    PATH: `${bin}:${dirname(process.execPath)}:/usr/bin:/bin`,
    NO_COLOR: "1",
    LANG: "C.UTF-8",
    ...env,
  };

  function shell(script: string): Running {
    const child = spawn("/bin/bash", ["-c", script], { env: shellEnv, cwd: base, stdio: ["ignore", "pipe", "pipe"] });
    running.add(child);
    let stdout = "";
    let stderr = "";
    const listeners = new Set<() => void>();
    const heard = () => listeners.forEach((listener) => listener());
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      stdout += chunk;
      heard();
    });
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      stderr += chunk;
      heard();
    });
    const ended = new Promise<Ended>((resolve) => {
      child.on("close", (code) => {
        running.delete(child);
        resolve({ code, stdout, stderr });
      });
    });
    const output = () => stdout + stderr;
    return {
      pid: child.pid ?? -1,
      output,
      ended,
      signal: (signal) => void child.kill(signal),
      waitFor: (pattern, timeoutMs = 20_000) =>
        new Promise((resolve, reject) => {
          const matches = () => (typeof pattern === "string" ? output().includes(pattern) : pattern.test(output()));
          const settle = (act: () => void) => {
            clearTimeout(timer);
            listeners.delete(look);
            act();
          };
          const look = () => matches() && settle(resolve);
          const late = (why: string) =>
            settle(() => reject(new Error(`${why} before ${String(pattern)} of: ${script}\n${output()}`)));
          const timer = setTimeout(() => late(`${timeoutMs} ms passed`), timeoutMs);
          listeners.add(look);
          void ended.then(() => (matches() ? settle(resolve) : late("it ended")));
          look();
        }),
    };
  }

  return {
    home,
    env: shellEnv,
    write(name, text) {
      const file = join(home, name);
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      writeFileSync(file, text, { mode: 0o600 });
      return file;
    },
    types: (line) => shell(line).ended,
    // The shell gives way to the command, so that a signal reaches it.
    starts: (line) => shell(`exec ${line}`),
    async leaves() {
      for (const child of running) child.kill("SIGKILL");
      while (running.size > 0) await new Promise((resolve) => setTimeout(resolve, 20));
      rmSync(base, { recursive: true, force: true });
    },
  };
}
