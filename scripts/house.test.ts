import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";

const root = dirname(import.meta.dirname);

/** Which packages of the house a package may import. What is not here does not exist. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  "packages/sdk": [],
  "packages/emulator-kit": [],
  "packages/guards": [],
  "packages/api": [],
  "packages/config": ["sdk"],
  "packages/gateway": ["sdk"],
  "packages/journal": ["gateway", "sdk"],
  "packages/testkit": ["gateway", "sdk"],
  "packages/host": ["api", "config", "gateway", "journal", "sdk"],
  "apps/cli": ["api", "config", "emulator-kit", "host", "sdk"],
};
const EXTENSION_ARROWS = ["emulator-kit", "guards", "sdk"];

/** The stages of a message, in order: a stage imports nothing that comes after it. */
const STAGES = ["ingress", "policy", "conversation", "turn", "delivery"];

const PLATFORMS = /feishu|\blark|wecom|telegram|dingtalk|slack|discord|whatsapp/i;

const sources = globSync("{packages,apps,extensions}/*/src/**/*.ts", { cwd: root })
  .filter((file) => !file.endsWith(".test.ts"))
  .toSorted();

const read = (file: string) => readFileSync(join(root, file), "utf8");
const roomOf = (file: string): string => file.split("/").slice(0, 2).join("/");
const importsOf = (text: string) =>
  [...text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map((match) => match[1] ?? "");

test("packages import only what the table allows", () => {
  const wrong = sources.flatMap((file) => {
    const room = roomOf(file);
    const allowed = ARROWS[room] ?? (room.startsWith("extensions/") ? EXTENSION_ARROWS : []);
    return importsOf(read(file))
      .filter((specifier) => specifier.startsWith("@loong/"))
      .map((specifier) => specifier.split("/")[1] ?? "")
      .filter((name) => !allowed.includes(name) && !room.endsWith(`/${name}`))
      .map((name) => `${file} imports @loong/${name}`);
  });
  expect(wrong).toEqual([]);
});

test("every package of the house has its row in the table", () => {
  const rooms = new Set<string>(sources.map(roomOf).filter((room) => !room.startsWith("extensions/")));
  expect([...rooms].toSorted()).toEqual(Object.keys(ARROWS).toSorted());
});

test("no file of the core or the apps knows a platform", () => {
  const wrong = sources.filter((file) => !file.startsWith("extensions/") && PLATFORMS.test(read(file)));
  expect(wrong).toEqual([]);
});

test("the environment is read in one place", () => {
  const wrong = sources.filter(
    (file) => file.startsWith("packages/") && /process\.env\b/.test(withoutComments(read(file))),
  );
  expect(wrong).toEqual([]);
});

describe("the stages of the gateway go one way", () => {
  test.each(STAGES)("%s reaches back to nothing", (stage) => {
    const wrong = sources
      .filter((file) => file.startsWith(`packages/gateway/src/${stage}/`))
      .flatMap((file) => stagesImportedBy(file).filter((other) => STAGES.indexOf(other) < STAGES.indexOf(stage)));
    expect(wrong).toEqual([]);
  });
});

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
}

function stagesImportedBy(file: string): readonly string[] {
  return importsOf(read(file))
    .map((specifier) => /^\.\.\/(\w+)\//.exec(specifier)?.[1] ?? "")
    .filter((name) => STAGES.includes(name));
}
