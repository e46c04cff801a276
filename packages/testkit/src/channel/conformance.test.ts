import type { ChannelPlugin } from "@loong/sdk";
import { describe, expect, test } from "vitest";
import { plantedFaults } from "../../test/planted/faults.ts";
import {
  type Options,
  type PlantedFault,
  overConnection,
  overWebhook,
  soundChannel,
} from "../../test/planted/plant.ts";
import { type MemoryAccount, createMemoryChannel } from "../memory-channel/channel.ts";
import type { ChannelCaseName } from "./case-names.ts";
import { channelCases, channelConformance } from "./conformance.ts";
import { type ChannelCase, runCase } from "./context.ts";

const FAULTS_LIMIT_MS = 60_000;

class LeftOut extends Error {}

async function outcome(one: ChannelCase, options: Options): Promise<"kept" | "broken"> {
  const leaveOut = (reason: string) => {
    throw new LeftOut(reason);
  };
  return runCase(one, options, leaveOut).then(
    () => "kept",
    (error: unknown) => (error instanceof LeftOut ? "kept" : "broken"),
  );
}

/** The cases that a channel with this fault breaks. Each has a platform of its own. */
async function broken({ into = overConnection, plant }: Pick<PlantedFault, "into" | "plant">): Promise<string[]> {
  const outcomes = await Promise.all(channelCases.map((one) => outcome(one, plant(soundChannel(into)))));
  return channelCases.filter((_, index) => outcomes[index] === "broken").map(({ name }) => name);
}

describe("the suite finds, by the one case for it, a channel", { concurrent: true, timeout: FAULTS_LIMIT_MS }, () => {
  test.each(plantedFaults.map((fault) => [`${fault.what} (${fault.fails})`, fault] as const))(
    "%s",
    async (_title, fault) => {
      expect(await broken(fault)).toEqual([fault.fails]);
    },
  );

  test.each([
    ["over a connection", overConnection],
    ["over a webhook", overWebhook],
    ["outbound only", { inbound: "none" as const }],
  ])("and breaks nothing in one without a fault, %s", async (_where, into) => {
    expect(await broken({ into, plant: (options) => options })).toEqual([]);
  });
});

test("every case has a fault that it finds", () => {
  const found = new Set(plantedFaults.map(({ fails }) => fails));
  expect(channelCases.map(({ name }) => name).filter((name) => !found.has(name))).toEqual([]);
});

/** Runs one case; a case that leaves itself out is an error here. */
function check(name: ChannelCaseName, options: Options): Promise<void> {
  const found = channelCases.find((one) => one.name === name);
  if (!found) throw new Error(`no case ${name}`);
  return runCase(found, options, (reason) => {
    throw new Error(`left out: ${reason}`);
  });
}

test("a secret in the log breaks whichever case sees it", async () => {
  const options = soundChannel(overConnection);
  const plugin: ChannelPlugin<MemoryAccount> = {
    ...options.plugin,
    open(account, host) {
      host.log.info("opening", { token: account.token });
      return options.plugin.open(account, host);
    },
  };
  await expect(check("send-shows-once", { ...options, plugin })).rejects.toThrow("the log");
});

test("cases that an outbound-only channel cannot keep leave themselves out, and say so", async () => {
  const outbound = () => soundChannel({ inbound: "none" });
  for (const { name } of channelCases.filter((one) => one.name.startsWith("serve-"))) {
    await expect(check(name, outbound())).rejects.toThrow("left out: the channel is outbound only");
  }
  await expect(check("webhook-forged", outbound())).rejects.toThrow("left out: the channel has no webhook");
  await expect(check("stream-shows", outbound())).rejects.toThrow("left out: the channel shows no answer while");
  await expect(check("send-shows-once", outbound())).resolves.toBeUndefined();
  await expect(check("close-frees", outbound())).resolves.toBeUndefined();
});

test("an ability that the harness lacks is asked for by name", async () => {
  const memory = createMemoryChannel();
  const platform = { sentMessages: () => memory.platform.sentMessages() };
  const options = { ...soundChannel(overConnection), harness: async () => ({ ...memory, platform }) };
  await expect(check("send-rate-limited", options)).rejects.toThrow(
    /platform\.failNext\(\).*skips\["send-rate-limited"\]/,
  );
});

test("a skip needs a case that is there, and a reason", () => {
  const nameless = { ...soundChannel(overConnection), skips: { "send-twice": "why not" } } as Options;
  expect(() => channelConformance(nameless)).toThrow('"send-twice", which is no case');
  expect(() => channelConformance({ ...soundChannel(overConnection), skips: { typing: " " } })).toThrow(
    "needs a reason",
  );
});
