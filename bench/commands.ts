import { spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeHome } from "./home.ts";
import { median, type Row } from "./table.ts";

const ROUNDS = 21;
const WARM_UP = 3;
const launcher = join(import.meta.dirname, "../apps/cli/bin/loong.cjs");

const CONFIG = `# The bot of the operations room
channels:
  feishu:
    appId: cli_a9f6c72aa7b85bca # from the Credentials page
    appSecret: { env: FEISHU_APP_SECRET }
    allowedChatIds: [oc_ops_room]
providers:
  volcengine: { kind: volcengine, apiKey: { env: ARK_API_KEY } }
`;

const SUBJECTS: readonly { readonly args: readonly string[]; readonly atMost: number }[] = [
  { args: ["--version"], atMost: 1.2 },
  { args: ["--help"], atMost: 2 },
  { args: ["config", "get", "channels.feishu.appId"], atMost: 2.3 },
  { args: ["channels"], atMost: 2.5 },
];

/** Whole commands, wall time, taken in turns with `node -e 0` so that both see the same machine. */
export function commandRows(): readonly Row[] {
  const home = makeHome();
  writeFileSync(join(home, ".loong/config.yaml"), CONFIG, { mode: 0o600 });
  const env = { ...process.env, HOME: home, NODE_OPTIONS: "" };
  try {
    return SUBJECTS.map(({ args, atMost }) => {
      const empty: number[] = [];
      const subject: number[] = [];
      for (let round = -WARM_UP; round < ROUNDS; round++) {
        const times = [wallMs(["-e", "0"], env), wallMs([launcher, ...args], env)] as const;
        if (round < 0) continue;
        empty.push(times[0]);
        subject.push(times[1]);
      }
      return {
        what: `\`loong ${args.join(" ")}\``,
        reference: "`node -e 0`",
        referenceValue: median(empty),
        value: median(subject),
        unit: "ms",
        goal: { atMost },
      };
    });
  } finally {
    rmSync(home, { recursive: true });
  }
}

function wallMs(args: readonly string[], env: NodeJS.ProcessEnv): number {
  const startedAtMs = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { env, encoding: "utf8" });
  if (status !== 0) throw new Error(`${args.join(" ")} ended with ${status}: ${stderr}`);
  return performance.now() - startedAtMs;
}
