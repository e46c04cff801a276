import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { PROVIDERS_PAGE, renderProvidersPage } from "./providers-page.ts";

test("the providers page and the agent's table agree; `pnpm providers-page` writes it", () => {
  expect(readFileSync(PROVIDERS_PAGE, "utf8")).toBe(renderProvidersPage());
});
