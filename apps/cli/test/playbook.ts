import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A page of docs/playbooks whose blocks a test runs, so that the page and the test cannot say different things. */
export interface Playbook {
  /** The config of the section that begins with `heading`; the `nth` one when there are several. */
  config(heading: string, nth?: number): string;
  /** The commands of the section, one per line; lines that go on with a backslash are one. */
  commands(heading: string): readonly string[];
  /** Blocks that nobody asked for: the first line of each. */
  unused(): readonly string[];
}

interface Block {
  readonly heading: string;
  readonly language: string;
  readonly text: string;
  used: boolean;
}

const DIRECTORY = join(import.meta.dirname, "../../../docs/playbooks");

export function readPlaybook(name: string): Playbook {
  const blocks = blocksOf(readFileSync(join(DIRECTORY, name), "utf8"));

  function take(heading: string, languages: readonly string[]): readonly Block[] {
    const found = blocks.filter((block) => block.heading.startsWith(heading) && languages.includes(block.language));
    if (found.length === 0) throw new Error(`${name} has no ${languages.join(" or ")} block under "${heading}"`);
    return found;
  }

  return {
    config(heading, nth = 0) {
      const block = take(heading, ["toml", "yaml", "json"])[nth];
      if (block === undefined) throw new Error(`${name} has no config ${nth} under "${heading}"`);
      block.used = true;
      return block.text;
    },
    commands(heading) {
      return take(heading, ["sh"]).flatMap((block) => {
        block.used = true;
        return block.text.trimEnd().split(/(?<!\\)\n/);
      });
    },
    unused: () => blocks.filter(({ used }) => !used).map(({ text }) => text.split("\n")[0] ?? ""),
  };
}

function blocksOf(page: string): Block[] {
  const blocks: Block[] = [];
  let heading = "";
  for (const match of page.matchAll(/^## (.*)$|^```(\w+)\n([^]*?)^```$/gm)) {
    const [, title, language, text] = match;
    if (title !== undefined) heading = title;
    else blocks.push({ heading, language: language ?? "", text: text ?? "", used: false });
  }
  return blocks;
}
