import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { configSchema } from "@loong/config";
import { describe, expect, test } from "vitest";
import { root, workspacePackages } from "./workspace.ts";

const PAGES = "{*.md,docs/**/*.md,{packages,extensions,apps}/*/*.md,apps/cli/templates/**/*.md}";
const pages = globSync(PAGES, { cwd: root, exclude: ["**/node_modules/**"] }).toSorted();
const read = (page: string) => readFileSync(join(root, page), "utf8");

/** A link to another file of the repository, or to a heading. */
interface Link {
  readonly page: string;
  readonly written: string;
  readonly target: string;
  readonly anchor: string | undefined;
}

const links = pages.flatMap((page) =>
  [...withoutBlocks(read(page)).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, written = ""]) => written)
    .filter((written) => !/^[a-z]+:/.test(written))
    .map((written): Link => {
      const [path = "", anchor] = written.split("#");
      return { page, written, target: path === "" ? page : join(dirname(page), path), anchor };
    }),
);

function withoutBlocks(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```/gm, "");
}

/** As GitHub makes them of headings. */
function anchorsOf(page: string): readonly string[] {
  return [...withoutBlocks(read(page)).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(/\s/g, "-"),
  );
}

test("every link leads to a file, and every anchor to a heading of it", () => {
  const leadsThere = ({ target, anchor }: Link) =>
    existsSync(join(root, target)) && (anchor === undefined || anchorsOf(target).includes(anchor));
  expect(links.length).toBeGreaterThan(100);
  expect(links.filter((link) => !leadsThere(link)).map(({ page, written }) => `${page}: ${written}`)).toEqual([]);
});

test("every page is found from the README", () => {
  const found = new Set(["README.md"]);
  for (const page of found) for (const link of links) if (link.page === page) found.add(link.target);
  const isFound = (page: string) => found.has(page) || found.has(dirname(page));
  expect(pages.filter((page) => !isFound(page) && !page.startsWith("apps/cli/templates/"))).toEqual([]);
});

test("both READMEs lead to the same places and show the same commands", () => {
  const [english, chinese] = ["README.md", "README.zh-CN.md"].map((page) => ({
    links: links
      .filter((link) => link.page === page && !link.target.startsWith("README"))
      .map(({ written }) => written),
    commands: [...read(page).matchAll(/^(?:\$ )?(?:loong|npm|npx) .*$/gm)].map(([line]) =>
      line.replace(/\s{2,}.*$/, ""),
    ),
  }));
  expect(chinese).toEqual(english);
});

describe.each(workspacePackages().filter(({ directory }) => existsSync(join(directory, "QUALITY.md"))))(
  "$name",
  ({ directory, manifest }) => {
    const { account } = manifest["loong"] as { readonly account: { readonly properties: object } };
    const keys = Object.keys(account.properties);
    const rows = readFileSync(join(directory, "README.md"), "utf8").matchAll(/^\| ((?:`\w+`[^`|]*)+)\|/gm);
    const named = new Set(
      [...rows].flatMap(([, cell = ""]) => [...cell.matchAll(/`([a-z]\w*)`/g)].map(([, name]) => name)),
    );

    test("its README has a row for every key of an account", () => {
      expect(keys.filter((key) => !named.has(key))).toEqual([]);
    });
  },
);

test("the page on configuration names every key of the gateway's own sections", () => {
  const page = read("docs/configuration.md");
  const keys = Object.entries(configSchema([]).properties ?? {}).flatMap(([section, { properties = {} }]) =>
    Object.keys(properties).map((key) => `${section}.${key}`),
  );
  expect(keys.length).toBeGreaterThan(10);
  expect(keys.filter((key) => !page.includes(`\`${key}`))).toEqual([]);
});
