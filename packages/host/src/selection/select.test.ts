import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LoongError } from "@loong/sdk";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fixture } from "../../test/plugin-tree.ts";
import { type HostState, readState } from "../state.ts";
import { selectAccounts, type Wish } from "./select.ts";

const plugins = `plugins:\n  paths: [${fixture("relay")}, ${fixture("horn")}, ${fixture("parrot")}]\n`;
const many = `${plugins}channels:
  relay:
    defaultAccount: work
    accounts:
      work: { token: a, outFile: /tmp/out }
      home: { token: b, outFile: /tmp/out }
      resting: { token: c, outFile: /tmp/out, enabled: false }
  horn: {}
`;
const single = `${plugins}channels:\n  relay: { token: a, outFile: /tmp/out }\n`;

let home = "";
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "loong-select-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function stateOf(text: string, name = "config.yaml"): Promise<HostState> {
  writeFileSync(join(home, name), text, { mode: 0o600 });
  return readState({ env: { LOONG_HOME: home }, bundled: [], version: "0.0.0", now: Date.now });
}

async function chosen(text: string, wish: Wish, name?: string): Promise<readonly string[]> {
  const { config, plugins: set } = await stateOf(text, name);
  return selectAccounts(config, set, wish).map(({ channel, id }) => `${channel}/${id}`);
}

async function refusal(text: string, wish: Wish, name?: string): Promise<LoongError> {
  return chosen(text, wish, name).then(
    (accounts) => expect.fail(`chose ${accounts.join(" ")}`),
    (error: LoongError) => error,
  );
}

describe("what is served", () => {
  test.each([
    ["without a selector, every enabled account of every serving channel", {}, ["relay/work", "relay/home"]],
    ["with a selector, that account of its channel", { selectors: ["relay=home"] }, ["relay/home"]],
    ["an alias is its channel", { selectors: [" baton = work "] }, ["relay/work"]],
    ["one channel by name, its default account", { only: { channel: "baton" } }, ["relay/work"]],
    ["one account by name", { only: { channel: "relay", account: "home" } }, ["relay/home"]],
  ] satisfies [string, Wish, string[]][])("%s", async (_name, wish, accounts) => {
    expect(await chosen(many, wish)).toEqual(accounts);
  });

  test("a single account needs no name to be served", async () => {
    expect(await chosen(single, {})).toEqual(["relay/default"]);
    expect(await chosen(single, { only: { channel: "relay" } })).toEqual(["relay/default"]);
  });

  test("a channel whose plugin is switched off is not", async () => {
    const off = many.replace("plugins:\n", "plugins:\n  entries: { relay: { enabled: false } }\n");
    expect(await chosen(off, {})).toEqual([]);
    expect(await refusal(off, { selectors: ["relay=work"] })).toMatchObject({ code: "HOST_PLUGIN_DISABLED" });
  });
});

describe("what is refused, with what to do", () => {
  test.each([
    ["nothing", [""], "GATEWAY_SELECTOR_SYNTAX", /is empty/],
    ["no equals sign", ["relaywork"], "GATEWAY_SELECTOR_SYNTAX", /CHANNEL=ACCOUNT/],
    ["no channel", ["=work"], "GATEWAY_SELECTOR_SYNTAX", /names no channel/],
    ["no account", ["relay="], "GATEWAY_SELECTOR_SYNTAX", /names no account/],
    ["an unknown channel", ["slack=work"], "GATEWAY_SELECTOR_CHANNEL", /can be served: relay\./],
    ["a slip of the fingers", ["rellay=work"], "GATEWAY_SELECTOR_CHANNEL", /Did you mean "relay"/],
    ["an agent", ["parrot=work"], "GATEWAY_SELECTOR_CHANNEL", /no channel "parrot"/],
    [
      "a channel that only sends",
      ["horn=default"],
      "GATEWAY_SELECTOR_OUTBOUND",
      /"horn" only sends.*can be served: relay\./,
    ],
    ["one channel twice", ["relay=work", "relay=home"], "GATEWAY_SELECTOR_TWICE", /relay=work and relay=home/],
    [
      "one channel twice, once by its alias",
      ["relay=work", "baton=home"],
      "GATEWAY_SELECTOR_TWICE",
      /"relay" is selected twice/,
    ],
    [
      "an account that is not there",
      ["relay=works"],
      "GATEWAY_SELECTOR_ACCOUNT",
      /Did you mean "work"\? There is: work, home, resting/,
    ],
    [
      "an account that is disabled",
      ["relay=resting"],
      "GATEWAY_SELECTOR_DISABLED",
      /"resting" of channel "relay" is disabled/,
    ],
  ] satisfies [string, string[], string, RegExp][])("%s", async (_name, selectors, code, message) => {
    const error = await refusal(many, { selectors });
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.hint).toBeTruthy();
  });

  test("a disabled account tells the command that enables it", async () => {
    const { hint } = await refusal(many, { selectors: ["relay=resting"] });
    expect(hint).toContain("loong config set channels.relay.accounts.resting.enabled true");
  });

  test("a channel whose package is broken, with what is wrong with it", async () => {
    const broken = plugins.replace("[", `[${fixture("contract-new")}, `);
    const { failures } = (await stateOf(broken)).plugins;
    const [failure] = failures;
    const error = await refusal(broken, { selectors: [`${failure?.id}=work`] });
    expect(error).toMatchObject({ code: "PLUGIN_CONTRACT_TOO_NEW", message: failure?.message, hint: failure?.hint });
  });

  test("a channel that is not configured", async () => {
    const error = await refusal(plugins, { selectors: ["relay=work"] });
    expect(error.code).toBe("GATEWAY_CHANNEL_UNCONFIGURED");
  });

  test.each([
    ["config.yaml", single, "  channels:\n    relay:\n      defaultAccount: work\n      accounts:\n        work: {}"],
    [
      "config.toml",
      `[plugins]\npaths = ["${fixture("relay")}"]\n[relay]\ntoken = "a"\noutFile = "/tmp/out"\n`,
      '  [relay]\n  default_account = "work"\n  [relay.accounts.work]',
    ],
    [
      "config.json",
      JSON.stringify({
        plugins: { paths: [fixture("relay")] },
        channels: { baton: { token: "a", outFile: "/tmp/out" } },
      }),
      '{"channels":{"baton":{"defaultAccount":"work","accounts":{"work":{}}}}}',
    ],
  ])("a selector on a single account says what to add to %s", async (name, text, lines) => {
    const error = await refusal(text, { selectors: ["relay=work"] }, name);
    expect(error.code).toBe("GATEWAY_SELECTOR_UNNAMED");
    expect(error.hint).toContain(lines);
    expect(error.hint).toContain("or leave the selector out");
  });

  test("and what it says to add is what it takes", async () => {
    const named = `${plugins}channels:\n  relay:\n    token: a\n    outFile: /tmp/out\n    defaultAccount: work\n    accounts:\n      work: {}\n`;
    expect(await chosen(named, { selectors: ["relay=work"] })).toEqual(["relay/work"]);
  });
});
