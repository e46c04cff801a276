import { readFileSync } from "node:fs";
import { join } from "node:path";
import { startFeishuEmulator } from "@loong/feishu/emulator";
import { afterEach, expect, test } from "vitest";
import { createOperator, type Operator } from "./operator.ts";
import { gatewayStatus } from "./states.ts";

const APP = { appId: "cli_a9f6c72aa7b85bca", appSecret: "safe-mode-secret", botName: "Loong" };

let clean: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const undo of clean.toReversed()) await undo();
  clean = [];
});

/** Two crashes lie behind this gateway. */
async function open() {
  const platform = await startFeishuEmulator({ apps: [APP] });
  clean.push(() => platform.close());
  const room = platform.group("room", [platform.user("Ada")], [APP.appId]);
  const operator = createOperator();
  clean.push(() => operator.leaves());
  const channel = { appId: APP.appId, appSecret: APP.appSecret, baseUrl: platform.url, groupPolicy: "open" };
  operator.write("config.json", JSON.stringify({ agent: { use: "echo" }, channels: { feishu: channel } }));
  const crash = (agoMs: number) => ({ atMs: Date.now() - agoMs, error: "Error at plugin.js:1" });
  operator.write("run/crashes.json", JSON.stringify([crash(60_000), crash(30_000)]));
  return { platform, operator, room };
}

const crashesOf = ({ home }: Operator) =>
  JSON.parse(readFileSync(join(home, "run/crashes.json"), "utf8")) as readonly unknown[];

test("the third crash within five minutes: it stays up, says why, serves nobody until it is told to", async () => {
  const { platform, operator, room } = await open();
  const killed = operator.starts("loong gateway run --port 0");
  await killed.waitFor("ws client ready");
  killed.signal("SIGKILL");
  await killed.ended;

  const gateway = operator.starts("loong gateway run --port 0");
  await gateway.waitFor(/Safe mode: nothing is served.*crashed 3 times.*killed, or ran out of memory/);
  await gateway.waitFor("HOST_SAFE_MODE");
  platform.say(room, "Ada", "@Loong anybody there?", { mentions: [APP.appId] });
  const status = await gatewayStatus(operator);
  expect(status).toMatchObject({
    phase: "running",
    ready: false,
    safeMode: { reason: expect.stringContaining("HOST_SAFE_MODE") as string },
    surfaces: [{ state: "UNKNOWN_ERROR", nextAttemptAtMs: null }],
  });
  const readyz = await fetch(`http://${status.address ?? ""}/readyz`);
  expect([readyz.status, await readyz.json()]).toEqual([503, expect.objectContaining({ reason: "safe mode" })]);
  const [shown, doctor, sent] = await Promise.all([
    operator.types("loong gateway status"),
    operator.types("loong doctor --offline"),
    operator.types("loong channels send feishu --target oc_x --text hello"),
  ]);
  expect(shown.stdout).toMatch(/Safe mode +HOST_SAFE_MODE.*\n +Look at .*loong gateway resume/);
  expect([doctor.code, doctor.stdout]).toEqual([1, expect.stringContaining("fail  gateway.safe-mode")]);
  expect([sent.code, sent.stderr]).toEqual([2, expect.stringContaining("loong gateway resume")]);
  expect(platform.shows(room).filter(({ from }) => from.kind === "app")).toEqual([]);

  expect((await operator.types("loong gateway resume --json")).stdout).toContain('"resumed"');
  await gateway.waitFor("ws client ready");
  platform.say(room, "Ada", "@Loong and now?", { mentions: [APP.appId] });
  const answers = ({ from, text }: ReturnType<typeof platform.shows>[number]) =>
    from.kind === "app" && text.includes("and now?");
  await platform.waitFor(room, answers, { timeoutMs: 20_000 });
  expect((await gatewayStatus(operator)).safeMode).toBeNull();
  expect((await operator.types("loong gateway resume")).stdout).toContain("not in safe mode");
  gateway.signal("SIGTERM");
  expect((await gateway.ended).code).toBe(0);
});

test("--no-safe-mode serves whatever happened, and so does a gateway after `resume`", async () => {
  const { operator } = await open();
  operator.write("run/crashes.json", JSON.stringify([...crashesOf(operator), ...crashesOf(operator)]));
  const gateway = operator.starts("loong gateway run --port 0 --no-safe-mode");
  await gateway.waitFor("ws client ready");
  gateway.signal("SIGKILL");
  await gateway.ended;
  const crash = { atMs: Date.now(), error: "Error at plugin.js:1" };
  operator.write("run/crashes.json", JSON.stringify([crash, crash, crash]));
  expect((await operator.types("loong gateway resume")).stdout).toContain("No gateway is running");
  const next = operator.starts("loong gateway run --port 0");
  await next.waitFor("ws client ready");
});
