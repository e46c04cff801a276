import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loong } from "./loong.ts";
import { homeWithChannels } from "./temporary-home.ts";

const room = (home: string) => join(home, "room.jsonl");

async function homeWith(channels: Record<string, object>): Promise<string> {
  const home = await homeWithChannels([
    { id: "fake", aliases: ["fk"], works: true },
    { id: "other", works: true },
  ]);
  const file = join(home, "config.json");
  const config = JSON.parse(await readFile(file, "utf8")) as object;
  for (const block of Object.values(channels)) Object.assign(block, { room: room(home) });
  await writeFile(file, JSON.stringify({ ...config, channels }));
  return home;
}

async function sent(home: string): Promise<readonly unknown[]> {
  const lines = (await readFile(room(home), "utf8")).trim().split("\n");
  return lines.map((line) => JSON.parse(line) as unknown);
}

test("every way to say it reaches the same room", async () => {
  const home = await homeWith({ fake: { token: "good" } });
  for (const line of [
    ["channels", "send", "fk", "--target", "room-1", "--text", "hello"],
    ["channels", "send", "--channel", "fake", "--target", "room-1", "--text", "hello"],
    ["fake-send", "--target", "room-1", "--text", "hello"],
    ["fk", "send", "--target", "room-1", "--text", "hello"],
    ["message", "send", "--to", "room-1", "--message", "hello"],
  ]) {
    expect(await loong(home, line)).toEqual({
      exitCode: 0,
      stdout: "Sent through fake/default to room-1 as m-1.\n",
      stderr: "",
    });
  }
  expect(await sent(home)).toEqual(
    Array.from({ length: 5 }, () => ({ to: "room-1", content: { type: "text", text: "hello" } })),
  );
});

test("a card from a file, with words for where cards are not shown", async () => {
  const home = await homeWith({ fake: { token: "good" } });
  await writeFile(join(home, "card.json"), '{"header":1}');
  const line = ["fake-send", "--target", "r", "--card", `@${join(home, "card.json")}`, "--text", "plain", "--json"];
  expect(JSON.parse((await loong(home, line)).stdout)).toMatchObject({
    delivered: true,
    state: "sent",
    messageId: "m-1",
    via: "direct",
  });
  expect(await sent(home)).toEqual([
    { to: "r", content: { type: "card", card: { header: 1 }, fallbackText: "plain" } },
  ]);
});

test("not delivered exits 1 and says why and what to do", async () => {
  const home = await homeWith({ fake: { token: "bad" } });
  const { exitCode, stdout, stderr } = await loong(home, ["fake-send", "--target", "r", "--text", "x"]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
  expect(stderr).toMatch(/^error: .*The token is wrong.*\nhint: Use the good one\./u);
});

test("a probe asks, and exits 1 when an account that is switched on fails", async () => {
  const good = await homeWith({ fake: { token: "good" } });
  const { exitCode, stdout } = await loong(good, ["channels", "status", "--probe"]);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/fake +default +configured +works +Fake Bot/u);

  const bad = await homeWith({ fake: { token: "good" }, other: { token: "bad" } });
  const failed = await loong(bad, ["channels", "status", "--probe", "--json"]);
  expect(failed.exitCode).toBe(1);
  expect(JSON.parse(failed.stdout)).toMatchObject({ ok: false, probed: true });
  expect(await loong(bad, ["channels", "status", "--probe", "--channel", "fk"])).toMatchObject({ exitCode: 0 });
});

test.each([
  [["message", "send", "--to", "r", "--message", "x"], "Several channels are configured: fake, other."],
  [["channels", "send", "--target", "r", "--text", "x"], "No channel is named."],
  [["channels", "send", "fake", "--text", "x"], "needs to know where to"],
  [["channels", "send", "fke", "--target", "r", "--text", "x"], 'Did you mean "fake"?'],
  [["fake-send", "--target", "r"], "There is nothing to send."],
  [["fake-send", "--target", "r", "--text", "x", "--account", "nobody"], "nobody"],
])("%j is misuse", async (line, fact) => {
  const { exitCode, stderr } = await loong(await homeWith({ fake: { token: "good" }, other: { token: "good" } }), line);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/^error: .*\nhint: ./u);
  expect(stderr).toContain(fact);
});
