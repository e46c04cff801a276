import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readContent } from "./content.ts";

const read = (text: string | undefined, options: Parameters<typeof readContent>[2] = {}) =>
  readContent(text, "--text", options);

test("text is text unless it is said to be markdown", async () => {
  expect(await read("**hi**")).toEqual({ type: "text", text: "**hi**" });
  expect(await read("**hi**", { markdown: true })).toEqual({ type: "markdown", markdown: "**hi**" });
});

test("a card takes the text for where cards are not shown", async () => {
  expect(await read("plain", { card: '{"a":1}' })).toEqual({ type: "card", card: { a: 1 }, fallbackText: "plain" });
});

test("a card may be a file", async () => {
  const folder = await mkdtemp(join(tmpdir(), "loong-card-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "card.json"), '{"b":2}');
  expect(await read(undefined, { card: `@${join(folder, "card.json")}` })).toMatchObject({
    card: { b: 2 },
    fallbackText: "",
  });
});

test("files are named by absolute path", async () => {
  expect(await read(undefined, { image: "x.png" })).toEqual({
    type: "image",
    file: { path: join(process.cwd(), "x.png") },
  });
});

test.each([
  ["nothing", undefined, {}, "CLI_CONTENT_MISSING"],
  ["blanks", "  ", {}, "CLI_CONTENT_MISSING"],
  ["text and a file", "x", { file: "y" }, "CLI_CONTENT_CONFLICT"],
  ["a card and an image", undefined, { card: "{}", image: "y" }, "CLI_CONTENT_CONFLICT"],
  ["a broken card", undefined, { card: "{" }, "CLI_CARD_INVALID"],
  ["a card that is not there", undefined, { card: "@/nowhere.json" }, "CLI_FILE_UNREADABLE"],
])("refuses %s", async (_, text, options, code) => {
  await expect(read(text, options)).rejects.toMatchObject({ code });
});
