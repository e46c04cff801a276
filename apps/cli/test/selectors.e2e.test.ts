import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loong } from "./loong.ts";
import { homeWithChannels } from "./temporary-home.ts";

const INSTALLED = [
  { id: "fake", aliases: ["fk"] },
  { id: "solo" },
  { id: "other" },
  { id: "bulletin", aliases: ["board"], serves: false },
] as const;

const CONFIG = {
  agent: { use: "echo" },
  channels: {
    fake: {
      defaultAccount: "work",
      accounts: { work: { token: "t1" }, home: { token: "t2" }, resting: { token: "t3", enabled: false } },
    },
    solo: { token: "t4" },
    bulletin: { accounts: { work: { token: "t5" } } },
  },
};

/** What is typed, what is said about it, and what to do. */
const MISUSE: readonly (readonly [selectors: readonly string[], error: RegExp, hint: RegExp])[] = [
  [[""], /--channel-account "" is empty/u, /CHANNEL=ACCOUNT/u],
  [["fakework"], /is not of the form CHANNEL=ACCOUNT/u, /`loong channels` shows both/u],
  [["=work"], /names no channel/u, /CHANNEL=ACCOUNT/u],
  [["fake="], /names no account/u, /CHANNEL=ACCOUNT/u],
  [["nowhere=work"], /no channel "nowhere".*can be served: .*fake.*other, solo/u, /`loong channels`/u],
  [["fakee=work"], /Did you mean "fake"\?/u, /`loong channels`/u],
  [["bulletin=work"], /"bulletin" only sends.*can be served: /u, /loong channels send bulletin/u],
  [["board=work"], /"bulletin" only sends/u, /loong channels send bulletin/u],
  [["fake=work", "fk=home"], /"fake" is selected twice: fake=work and fk=home/u, /Name each channel once/u],
  [["fake=works"], /no account "works".*Did you mean "work"\? There is: work, home, resting/u, /accounts\.works/u],
  [["solo=work"], /"solo" has a single account without a name/u, /"defaultAccount":"work","accounts":\{"work"/u],
  [["fake=resting"], /"resting" of channel "fake" is disabled/u, /accounts\.resting\.enabled true/u],
  [["other=work"], /"other" has no account to serve/u, /loong config set channels\.other/u],
  [["fake=work", "nowhere=x"], /no channel "nowhere"/u, /./u],
];

test.each(MISUSE)("--channel-account %j is misuse, and nothing is locked or made", async (selectors, error, hint) => {
  const home = await homeWithChannels(INSTALLED, CONFIG);
  const flags = selectors.flatMap((selector) => ["--channel-account", selector]);
  const { exitCode, stdout, stderr } = await loong(home, ["gateway", "run", "--port", "0", ...flags]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  const [, message = "", advice = ""] = /^error: (.*)\nhint: ([^]*)$/u.exec(stderr) ?? [];
  expect(message).toMatch(error);
  expect(advice).toMatch(hint);
  for (const name of ["run", "state", "logs"]) expect(existsSync(join(home, name))).toBe(false);
});

test("a session without a name is misuse", async () => {
  const home = await homeWithChannels(INSTALLED, CONFIG);
  expect(await loong(home, ["gateway", "run", "--session", " "])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining("A name is needed"),
  });
});
