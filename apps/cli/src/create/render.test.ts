import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { rendered } from "./render.ts";
import { readTemplate } from "./template.ts";
import { transportNames } from "./transports.ts";

const templates = fileURLToPath(new URL("../../templates/channel", import.meta.url));
const ladderPage = fileURLToPath(new URL("../../../../docs/quality.md", import.meta.url));
const names = { packageName: "@me/loong-team-chat", id: "team-chat", label: "Team Chat 团队" };

async function render(transport: (typeof transportNames)[number]) {
  return rendered(await readTemplate(templates, transport), names, { loong: "1.2.3", contract: "^1.0.0" });
}

describe.each(transportNames)("%s", (transport) => {
  test("nothing of the template's own names is left", async () => {
    for (const [path, text] of await render(transport)) expect(text, `what ${path} says`).not.toMatch(/acme/iu);
  });

  test("the names stand where they belong", async () => {
    const files = await render(transport);
    const json = JSON.parse(files.get("package.json") ?? "") as Record<string, unknown>;
    expect(json).toMatchObject({
      name: "@me/loong-team-chat",
      peerDependencies: { "@loong/sdk": "*" },
      devDependencies: { "@loong/emulator-kit": "1.2.3", "@loong/sdk": "1.2.3", "@loong/testkit": "1.2.3" },
      loong: { kind: "channel", id: "team-chat", label: "Team Chat 团队", contract: "^1.0.0" },
    });
    expect(files.get("src/errors.ts")).toContain("TEAM_CHAT_CREDENTIALS");
    expect(files.get("src/account.ts")).toContain('env: ["TEAM_CHAT_TOKEN"]');
    expect(files.get("README.md")).toContain("loong plugins install @me/loong-team-chat");
  });

  test("has what npm would not have packed under its own name", async () => {
    expect([...(await render(transport)).keys()]).toEqual(
      expect.arrayContaining([".gitignore", ".github/workflows/ci.yml", "LICENSE", "README.md"]),
    );
  });

  test("answers every rule of the ladder of quality", async () => {
    expect(existsSync(ladderPage)).toBe(true);
    const rules = [...readFileSync(ladderPage, "utf8").matchAll(/^- \*\*(.+?)\*\*:/gmu)].map(([, rule]) => rule);
    const answers = [...((await render(transport)).get("QUALITY.md") ?? "").matchAll(/^- (.+)$/gmu)];
    const answered = answers.map(([, line = ""]) => rules.find((rule) => line.startsWith(`${rule}: `)) ?? line);
    expect(answered).toEqual(rules);
  });
});

test("a later layer takes the place of the files below, and adds to package.json", async () => {
  const json = JSON.parse((await readTemplate(templates, "websocket")).get("package.json") ?? "") as object;
  expect(json).toMatchObject({
    dependencies: { ws: expect.any(String) },
    devDependencies: { vitest: expect.any(String) },
  });
});
