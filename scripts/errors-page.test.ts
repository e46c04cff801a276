import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ERRORS_PAGE, renderErrorsPage } from "./errors-page.ts";

test("the errors page and the tables agree; `pnpm errors-page` writes it", async () => {
  expect(readFileSync(ERRORS_PAGE, "utf8")).toBe(await renderErrorsPage());
});
