import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type LlmEmulator, startLlmEmulator } from "@loong/agent-llm/emulator";
import type { AccountReport, GatewayStatus, Surface } from "@loong/api";
import {
  type AppOptions,
  type ChatHandle,
  type EmulatorOptions,
  type FeishuEmulator,
  startFeishuEmulator,
} from "@loong/feishu/emulator";
import { expect, vi } from "vitest";
import { createOperator, type Ended, type Operator, type Running } from "./operator.ts";
import { statusAtSocket } from "./states.ts";

/** An agent over the model of the scene, to be written in front of a block that is under test. */
export const AGENT = `activeProvider: volcengine
providers:
  volcengine:
    apiKey: { env: ARK_API_KEY }
`;

/** A model, a platform, and an operator whose environment names both and the first app. */
export interface Scene {
  readonly model: LlmEmulator;
  readonly platform: FeishuEmulator;
  readonly operator: Operator;
  /** A home with nothing in it, no gateway, no faults, and the environment as it was. */
  restores(): Promise<void>;
  closes(): Promise<void>;

  config(yaml: string): void;
  /** The config as it stands in the file. */
  written(): string;
  types(line: string): Promise<Ended>;
  /** What the line prints. It must end with 0 and have nothing to complain about. */
  typesWell(line: string): Promise<string>;
  starts(line: string): Running;
  /** Starts a gateway and waits until so many accounts are connected. */
  connects(line?: string, accounts?: number): Promise<Running>;
  /** Of the gateway that runs. */
  status(): Promise<GatewayStatus>;
  /** The one account that is served. */
  surface(): Promise<Surface>;
  accounts(): Promise<readonly AccountReport[]>;

  /** Somebody mentions the bot of the first app. @returns the id of the message. */
  says(chat: ChatHandle, who: string, text: string): string;
  /** What was said to this very message, once it was. */
  answerTo(chat: ChatHandle, messageId: string): Promise<string>;
  /** Whether nobody answered this message. */
  isUnanswered(chat: ChatHandle, messageId: string): boolean;
}

export async function openScene(
  apps: readonly [AppOptions, ...AppOptions[]],
  options: Omit<EmulatorOptions, "apps"> = {},
): Promise<Scene> {
  const [{ appId, appSecret }] = apps;
  const model = await startLlmEmulator({ keys: ["ark-key"] });
  const platform = await startFeishuEmulator({ ...options, apps });
  const env = {
    ARK_API_KEY: "ark-key",
    LOONG_PROVIDER_BASE_URL: `${model.url}/api/v3`,
    LARK_APP_ID: appId,
    LARK_APP_SECRET: appSecret,
    LARK_BASE_URL: platform.url,
  };
  const operator = createOperator(env);
  let up: Running[] = [];

  async function endAll(): Promise<void> {
    for (const each of up) each.signal("SIGKILL");
    await Promise.all(up.map(({ ended }) => ended));
    up = [];
  }

  async function json<T>(line: string): Promise<T> {
    return JSON.parse((await operator.types(line)).stdout) as T;
  }

  function starts(line: string): Running {
    const running = operator.starts(line);
    up.push(running);
    return running;
  }

  const status = () => statusAtSocket(operator.home);

  return {
    model,
    platform,
    operator,
    async restores() {
      await endAll();
      platform.clearFaults();
      Object.assign(operator.env, env);
      rmSync(operator.home, { recursive: true, force: true });
      mkdirSync(operator.home, { mode: 0o700 });
    },
    async closes() {
      await operator.leaves();
      await platform.close();
      await model.close();
    },
    config: (yaml) => void operator.write("config.yaml", yaml),
    written: () => readFileSync(join(operator.home, "config.yaml"), "utf8"),
    types: (line) => operator.types(line),
    async typesWell(line) {
      const { code, stdout, stderr } = await operator.types(line);
      expect({ line, code, stderr }).toEqual({ line, code: 0, stderr: "" });
      return stdout;
    },
    starts,
    async connects(line = "loong gateway run --port 0", accounts = 1) {
      const gateway = starts(line);
      await gateway.waitFor(new RegExp(`(info [^\\n]*ws client ready[^]*){${accounts}}`));
      return gateway;
    },
    status,
    async surface() {
      const { surfaces } = await status();
      const [surface, ...others] = surfaces;
      if (surface === undefined || others.length > 0) throw new Error(`${surfaces.length} accounts are served`);
      return surface;
    },
    accounts: async () => (await json<{ accounts: readonly AccountReport[] }>("loong channels --json")).accounts,
    says: (chat, who, text) => platform.say(chat, who, text, { mentions: [appId] }).messageId,
    async answerTo(chat, messageId) {
      const answers = (message: { parentId: string | undefined }) => message.parentId === messageId;
      return (await platform.waitFor(chat, answers)).text;
    },
    isUnanswered: (chat, messageId) => platform.shows(chat).every(({ parentId }) => parentId !== messageId),
  };
}

/** The exit code of a gateway that is asked to end. */
export async function stopped(running: Running): Promise<number | null> {
  running.signal("SIGTERM");
  return (await running.ended).code;
}

/** The address that a gateway prints at its start. */
export async function addressOf(gateway: Running): Promise<string> {
  const line = /listening on (http:\S+)/;
  await gateway.waitFor(line);
  return line.exec(gateway.output())?.[1] ?? "";
}

/** A webhook is mounted just after the gateway listens. */
export async function untilServed(url: string): Promise<void> {
  await vi.waitFor(async () => expect(await (await fetch(url)).text()).toBe("OK"), 10_000);
}

/** Changes the config of a running gateway, and waits until it says so: at most three times in ten seconds, as of any line. */
export async function reconfigured(gateway: Running, change: () => unknown): Promise<void> {
  const before = gateway.output().split("config was read again").length - 1;
  await change();
  await gateway.waitFor(new RegExp(`(config was read again[^]*){${before + 1}}`));
}
