import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { GatewayStatus } from "@loong/api";
import { statePaths } from "@loong/config";
import { compileCache } from "../../../scripts/compile-cache.ts";
import { connectControl, type ControlClient } from "../src/control/index.ts";
import { fixture } from "./plugin-tree.ts";

export interface Said {
  readonly key: string;
  readonly to: string;
  readonly text: string;
}

export interface GatewayProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  /** The last line of stdout, which is JSON. */
  result(): unknown;
  stderr(): string;
}

/** Of a test that waits for a gateway: less than what vitest gives it, so that it can say what the gateway said. */
const PATIENCE_MS = 45_000;

/** One state directory with the fixture channels and agent, and the gateways that run on it. */
export function createHome(home: string) {
  const paths = statePaths({ LOONG_HOME: home });
  const outFile = join(home, "out.jsonl");
  const running = new Set<ChildProcess>();

  function configure(channels: string, more = ""): void {
    // The relay writes where its account says.
    const entries = "  entries: { relay: { isolation: inline } }\n";
    const plugins = `plugins:\n  paths: [${["relay", "horn", "parrot"].map(fixture).join(", ")}]\n${entries}`;
    writeFileSync(join(home, "config.yaml"), `${plugins}agent: { use: parrot }\n${more}channels:\n${channels}`, {
      mode: 0o600,
    });
  }

  function start(wish: object = { port: 0 }, env: Record<string, string> = {}): GatewayProcess {
    const script = join(import.meta.dirname, "run-gateway.ts");
    const child = spawn(process.execPath, ["--conditions=@loong/source", script, JSON.stringify(wish)], {
      env: { ...compileCache(), PATH: process.env["PATH"], HOME: home, LOONG_HOME: home, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    running.add(child);
    const output = { stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => void (output.stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => void (output.stderr += text));
    const ended = once(child, "close").then(([code, signal]: (number | string | null)[]) => {
      running.delete(child);
      return { code: code as number | null, signal: signal as string | null };
    });
    return {
      child,
      ended,
      result: () => JSON.parse(output.stdout.trim().split("\n").at(-1) ?? "null") as unknown,
      stderr: () => output.stderr,
    };
  }

  const control: ControlClient = connectControl(paths);

  /** The status, once it is as `wanted`. */
  async function status(
    gateway: GatewayProcess,
    wanted: (status: GatewayStatus) => boolean,
    patienceMs = PATIENCE_MS,
  ): Promise<GatewayStatus> {
    for (const endMs = performance.now() + patienceMs; performance.now() < endMs;) {
      const found = await control.status().catch(() => undefined);
      if (found !== undefined && found.pid === gateway.child.pid && wanted(found)) return found;
      if (gateway.child.exitCode !== null) break;
      await sleep(100);
    }
    throw new Error(`the gateway did not get there:\n${gateway.stderr()}`);
  }

  return {
    paths,
    outFile,
    control,
    configure,
    start,
    status,
    ready: (gateway: GatewayProcess) => status(gateway, ({ ready }) => ready),
    said(): readonly Said[] {
      if (!existsSync(outFile)) return [];
      // A line that is being written is not there yet.
      const [_partial, ...lines] = readFileSync(outFile, "utf8").split("\n").toReversed();
      return lines.toReversed().map((line) => JSON.parse(line) as Said);
    },
    async saidWhen(count: number): Promise<readonly Said[]> {
      for (const endMs = performance.now() + PATIENCE_MS; performance.now() < endMs; await sleep(50))
        if (this.said().length >= count) break;
      return this.said();
    },
    async leave(): Promise<void> {
      const children = [...running];
      for (const child of children) child.kill("SIGKILL");
      const alive = children.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
      await Promise.all(alive.map((child) => once(child, "close")));
    },
  };
}
