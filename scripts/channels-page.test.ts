import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { CHANNELS_PAGE, renderChannelsPage } from "./channels-page.ts";

test("the channels page and the plugins agree; `pnpm channels-page` writes it", async () => {
  expect(readFileSync(CHANNELS_PAGE, "utf8")).toBe(await renderChannelsPage());
});
