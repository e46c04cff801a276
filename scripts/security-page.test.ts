import { expect, test } from "vitest";
import { renderSecurityPage, securityPage } from "./security-page.ts";

test("the list of checks and the code agree; `pnpm security-page` writes it", () => {
  expect(securityPage()).toBe(renderSecurityPage(securityPage()));
});
