import { type ChildProcess, spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createCanaryWatch } from "../../../corpus/canaries.ts";
import { compileCache } from "../../../scripts/compile-cache.ts";

const root = join(import.meta.dirname, "../../..");
/** A process takes as long to start as the machine pleases; a test that waits in vain still tells what was said. */
const PATIENCE_MS = 50_000;

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
  /** Ends what still runs, without waiting for its end. */
  readonly kills: () => void;
  /** Ends what still runs and forgets the home. @throws Error when a secret of the environment was said or logged. */
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
  const leaks = new Set<string>();
  const shellEnv: Record<string, string> = {
    HOME: base,
    PATH: `${bin}:${dirname(process.execPath)}:/usr/bin:/bin`,
    NO_COLOR: "1",
    LANG: "C.UTF-8",
    ...compileCache(),
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
        for (const leak of leaksIn(script, stdout + stderr, shellEnv)) leaks.add(leak);
        resolve({ code, stdout, stderr });
      });
    });
    const output = () => stdout + stderr;
    return {
      pid: child.pid ?? -1,
      output,
      ended,
      signal: (signal) => void child.kill(signal),
      waitFor: (pattern, timeoutMs = PATIENCE_MS) =>
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

  const kills = () => {
    for (const child of running) child.kill("SIGKILL");
  };

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
    kills,
    async leaves() {
      kills();
      while (running.size > 0) await new Promise((resolve) => setTimeout(resolve, 20));
      const logs = join(home, "logs");
      for (const name of existsSync(logs) ? readdirSync(logs) : [])
        for (const leak of leaksIn(name, readFileSync(join(logs, name), "utf8"), shellEnv)) leaks.add(leak);
      rmSync(base, { recursive: true, force: true });
      if (leaks.size > 0) throw new Error(`secrets were said: ${[...leaks].join(", ")}`);
    },
  };
}

const SECRET_NAME = /(?:SECRET|KEY|TOKEN|PASSWORD)$/;
/** Shorter ones stand in other words by chance. */
const SHORTEST_SECRET = 12;

/** Which secrets of the environment are in a text, in whatever form. */
function leaksIn(output: string, text: string, env: Readonly<Record<string, string>>): readonly string[] {
  const isSecret = ([name, value]: [string, string]) => SECRET_NAME.test(name) && value.length >= SHORTEST_SECRET;
  const secrets = Object.fromEntries(Object.entries(env).filter(isSecret));
  return createCanaryWatch(secrets)
    .search(output, text)
    .map(({ name, form }) => `${name} ${form} in ${output}`);
}
