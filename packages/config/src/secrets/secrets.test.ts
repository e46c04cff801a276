import { execFileSync } from "node:child_process";
import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { inspect } from "node:util";
import { join } from "node:path";
import { expect, test } from "vitest";
import { llm } from "../../test/manifests.ts";
import { scratch } from "../../test/scratch.ts";
import { findAccount, resolveAccount, resolveSettings } from "../index.ts";

const lark = (secret: string) => `channels:\n  lark:\n    appId: cli_1\n    ${secret}\n`;

async function secretOf(home: ReturnType<typeof scratch>): Promise<unknown> {
  return (await resolveAccount(await home.read(), "lark", "default")).values["appSecret"];
}

test("every way to name a secret", async () => {
  const env = { NAME: "from-env", PATH: "/usr/bin:/bin" };
  for (const form of ["appSecret: { env: NAME }", "appSecret: $NAME", "appSecret: ${NAME}", 'appSecret: "env:NAME"']) {
    expect([form, await secretOf(scratch(lark(form), { env }))]).toEqual([form, "from-env"]);
  }
  const home = scratch(lark("appSecret: { file: ./secret }"), { env });
  await writeFile(join(home.home, "secret"), "from-file\r\n", { mode: 0o600 });
  expect(await secretOf(home)).toBe("from-file");
  expect(await secretOf(scratch(lark(`appSecretFile: "${home.home}/secret"`)))).toBe("from-file");
  expect(await secretOf(scratch(lark(`appSecret: { exec: [printf, '%s\\n', "from exec"] }`), { env }))).toBe(
    "from exec",
  );
  expect(await secretOf(scratch(lark("appSecret: in-line$NAME"), { env }))).toBe("in-line$NAME");
});

test("an id from a file", async () => {
  const home = scratch("channels:\n  lark:\n    appIdFile: app-id\n    appSecretFile: app-secret\n");
  await writeFile(join(home.home, "app-id"), "cli_file\n", { mode: 0o600 });
  await writeFile(join(home.home, "app-secret"), "s_file\n", { mode: 0o640 });
  const config = await home.read();
  expect(config.problems).toEqual([]);
  expect(await resolveAccount(config, "lark", "default")).toMatchObject({
    values: { appId: "cli_file", appSecret: "s_file" },
    secrets: ["s_file"],
  });
});

test("an unset variable is named; it is not replaced by the plugin's own", async () => {
  const home = scratch(lark("appSecret: { env: NAME }"), { env: { LARK_APP_SECRET: "other", NAME: " " } });
  await expect(secretOf(home)).rejects.toMatchObject({
    code: "CONFIG_ENV_UNSET",
    message: expect.stringMatching(/channels\.lark\.appSecret .* NAME/),
  });
});

test("files that are no safe place for a secret", async () => {
  const home = scratch(lark("appSecret: { file: secret }"));
  const file = join(home.home, "secret");
  const refused = (reason: string, remedy: string) =>
    expect(secretOf(home)).rejects.toMatchObject({
      code: "CONFIG_SECRET_FILE",
      message: expect.stringContaining(reason),
      hint: expect.stringContaining(remedy),
    });
  await refused("does not exist", "Make");
  await writeFile(file, "s", { mode: 0o644 });
  await chmod(file, 0o644);
  await refused("mode 0644", `chmod 600 '${file}'`);
  await chmod(file, 0o660);
  await refused("mode 0660", "chmod 600");
  await chmod(file, 0o600);
  expect(await secretOf(home)).toBe("s");
  await writeFile(file, "\n");
  await refused("is empty", "Write");
  await writeFile(file, "x".repeat(10 * 1024 * 1024));
  await refused("larger than 64 KiB", "alone");
});

test("folders, links and pipes are no files", async () => {
  for (const [make, reason] of [
    [(file: string) => mkdir(file), "is a folder"],
    [(file: string) => symlink("/etc/hostname", file), "is a symbolic link"],
    [async (file: string) => void execFileSync("sh", ["-c", 'mkfifo "$1"', "sh", file]), "is not a regular file"],
  ] as const) {
    const home = scratch(lark("appSecret: { file: secret }"));
    await make(join(home.home, "secret"));
    await expect(secretOf(home)).rejects.toMatchObject({
      code: "CONFIG_SECRET_FILE",
      message: expect.stringContaining(reason),
    });
  }
});

test("commands that give no secret", async () => {
  for (const [command, reason] of [
    ['["/nowhere/at-all"]', "was not found"],
    ['["sh", "-c", "echo top-secret; exit 3"]', "ended with status 3"],
    ['["true"]', "printed nothing"],
    ['["sh", "-c", "yes"]', "more than 64 KiB"],
  ] as const) {
    const failure = await secretOf(
      scratch(lark(`appSecret: { exec: ${command} }`), { env: { PATH: "/usr/bin:/bin" } }),
    ).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "CONFIG_SECRET_EXEC", message: expect.stringContaining(reason) });
    expect(inspect(failure)).not.toContain("top-secret");
  }
});

test("a command has five seconds", async () => {
  await expect(
    secretOf(scratch(lark('appSecret: { exec: ["sleep", "60"] }'), { env: { PATH: "/usr/bin:/bin" } })),
  ).rejects.toMatchObject({
    message: expect.stringContaining("longer than 5 seconds"),
  });
});

test("what is no secret is refused, in the file and where it comes from", async () => {
  for (const weak of ['""', "changeme", "undefined", '"null"', '"a\\nb"']) {
    const config = await scratch(lark(`appSecret: ${weak}`)).read();
    expect({ weak, problems: config.problems }).toMatchObject({
      weak,
      problems: [{ code: "CONFIG_SECRET_WEAK", line: 4, severity: "error" }],
    });
  }
  await expect(secretOf(scratch(lark("appSecret: $NAME"), { env: { NAME: "undefined" } }))).rejects.toMatchObject({
    code: "CONFIG_SECRET_WEAK",
  });
});

test("what is no reference is refused", async () => {
  for (const form of ["{ env: A, file: b }", "{ env: 'A B' }", "{ exec: [] }", "{ exec: cat }", "{ vault: x }", "{}"]) {
    const { problems } = await scratch(lark(`appSecret: ${form}`)).read();
    expect({ form, problems }).toMatchObject({ form, problems: [{ code: "CONFIG_SECRET_FORM", line: 4 }] });
  }
});

test("what the gateway itself reads cannot be a reference", async () => {
  const config = await scratch(
    `${lark("appSecret: s")}    name: { env: X }\n    allowFrom: [{ env: X }]\ngateway:\n  bind: { env: X }\n`,
  ).read();
  expect(config.problems.map(({ code, line }) => `${code} ${line}`)).toEqual([
    "CONFIG_TYPE 8",
    "CONFIG_TYPE 5",
    "CONFIG_TYPE 6",
  ]);
});

test("a resolved value is checked like a written one", async () => {
  const home = scratch(`${lark("appSecret: s")}    mode: { env: MODE }\n`, { env: { MODE: "websokket" } });
  const config = await home.read();
  expect(config.problems).toEqual([]);
  await expect(resolveAccount(config, "lark", "default")).rejects.toMatchObject({
    code: "CONFIG_TYPE",
    message: expect.stringContaining("channels.lark.mode"),
  });
});

test("no secret is shown by a config, an account, a problem or an error", async () => {
  const home = scratch(
    `${lark("appSecret: [top-secret]")}    verificationToken: top-secret\n    retries: top-secret-no\nproviders: { a: { apiKey: top-secret } }\n`,
  );
  const config = await home.read();
  const account = findAccount(config, "lark");
  const failure: unknown = await resolveAccount(config, "lark", "default").catch((error: unknown) => error);
  const shown = [
    inspect(config, { depth: 20, showHidden: true }),
    JSON.stringify(config),
    inspect(account),
    inspect(failure, { depth: 9 }),
    JSON.stringify(config.problems),
  ].join("\n");
  expect(shown.replaceAll("top-secret-no", "")).not.toContain("top-secret");
  expect(failure).toMatchObject({ code: "CONFIG_TYPE" });
});

test("settings of an agent: of several entries the named one must resolve, a single one too", async () => {
  const settings = async (text: string, env = {}) => resolveSettings(await scratch(text, { env }).read(), llm);
  const two =
    "activeProvider: a\nproviders:\n  a: { apiKey: $A, headers: { x: $A, y: z } }\n  b: { apiKey: $B, kind: k }\n";
  expect(await settings(two, { A: "ka" })).toMatchObject({
    values: {
      activeProvider: "a",
      providers: { a: { apiKey: "ka", model: "auto", headers: { x: "ka", y: "z" } }, b: { kind: "k", model: "auto" } },
    },
    secrets: ["ka", "z"],
    unresolved: [{ path: "providers.b.apiKey", code: "CONFIG_ENV_UNSET" }],
  });
  await expect(settings(two, { B: "kb" })).rejects.toMatchObject({
    code: "CONFIG_ENV_UNSET",
    message: expect.stringContaining("providers.a.apiKey"),
  });
  await expect(settings("providers: { a: { apiKey: $A } }\n")).rejects.toMatchObject({ code: "CONFIG_ENV_UNSET" });
  expect(await settings("")).toEqual({ values: {}, secrets: [], unresolved: [] });
});
