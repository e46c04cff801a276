import { chmod, mkdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { AuditReport } from "@loong/api";
import { expect, onTestFinished, test } from "vitest";
import { loong, spawnLoong } from "./loong.ts";
import { untilRunning } from "./states.ts";
import { temporaryHome } from "./temporary-home.ts";

/** What the machine of the tests may be found guilty of. */
const OF_THE_MACHINE = new Set(["environment.root", "environment.node-unpatched"]);
const ENV = { PATH: "/usr/bin:/bin" };
const SECRET = "9c1f7b30e5a84d26b0c3d9e8f7a61524";

const agent = { use: "echo" };
const http = { callbackUrl: "http://127.0.0.1:9/loong", secretFile: "secrets/http" };

/** A secret in a file, as the docs advise it. */
async function homeWithSecret(): Promise<string> {
  const home = await temporaryHome();
  await mkdir(join(home, "secrets"), { mode: 0o700 });
  await writeFile(join(home, "secrets", "http"), `${SECRET}\n`, { mode: 0o600 });
  return home;
}

async function findingsOf(home: string): Promise<AuditReport["findings"]> {
  const { stdout } = await loong(home, ["security", "audit", "--json"], ENV);
  return (JSON.parse(stdout) as AuditReport).findings.filter(({ id }) => !OF_THE_MACHINE.has(id));
}

test("in what `config patch` writes and a gateway leaves, nothing is found, also while it runs", async () => {
  const home = await homeWithSecret();
  const patched = await loong(home, ["config", "patch", JSON.stringify({ agent, channels: { http } })]);
  expect(patched).toMatchObject({ exitCode: 0 });
  const gateway = spawnLoong(home, ["gateway", "run", "--port", "0"]);
  onTestFinished(() => void gateway.kill("SIGKILL"));
  await untilRunning(home);
  expect(await findingsOf(home)).toEqual([]);
  expect(await loong(home, ["gateway", "stop"])).toMatchObject({ exitCode: 0 });
  expect(await findingsOf(home)).toEqual([]);
});

test("findings are said with reason and remedy, --fix closes what is open, and no secret is shown", async () => {
  const home = await homeWithSecret();
  const config = join(home, "config.json");
  const account = { ...http, dmPolicy: "open", previousSecret: SECRET };
  await writeFile(config, JSON.stringify({ agent, channels: { http: account } }));
  await chmod(config, 0o644);

  const found = await loong(home, ["security"], ENV);
  expect(found).toMatchObject({ exitCode: 1, stderr: "" });
  expect(found.stdout).toMatch(/^warning {2}access\.dm-open {2}Anybody may write in private\n/mu);
  expect(found.stdout).toContain("  → Let strangers ask first: `loong config set channels.http.dmPolicy pairing`.\n");
  expect(found.stdout).toContain(`${config} can be read by others (mode 0644).`);
  expect(found.stdout).not.toContain(SECRET);

  const mended = await loong(home, ["security", "audit", "--fix"], ENV);
  expect(mended.stdout).toContain(`mended  chmod 600 ${config}\n`);
  expect((await stat(config)).mode & 0o777).toBe(0o600);
  expect((await findingsOf(home)).map(({ id }) => id)).toEqual([
    "secrets.reused-for-two-purposes",
    "access.dm-open",
    "secrets.inline-in-config",
    "secrets.previous-still-good",
  ]);
});

test("--dry-run by itself and a severity that is none are misuse", async () => {
  const home = await temporaryHome();
  expect(await loong(home, ["security", "audit", "--dry-run"])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining("`loong security audit --fix --dry-run`"),
  });
  expect(await loong(home, ["security", "audit", "--severity", "mild"])).toMatchObject({ exitCode: 2 });
});
