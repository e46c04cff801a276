import { type Channel, type ChannelPlugin, type Inbound, LoongError, manifestOf } from "@loong/sdk";
import { describe, expect, test } from "vitest";
import { type MemoryAccount, type MemoryChannelOptions, createMemoryChannel } from "../memory-channel/channel.ts";
import type { ChannelCaseName } from "./case-names.ts";
import { channelCases, channelConformance } from "./conformance.ts";
import { runCase } from "./context.ts";
import type { ChannelConformanceOptions } from "./harness.ts";

type Options = ChannelConformanceOptions<MemoryAccount>;

const keyed: MemoryChannelOptions = { idempotencyWindowMs: 3_600_000 };

function optionsOf(how: MemoryChannelOptions = keyed): Options {
  const memory = createMemoryChannel(how);
  return { plugin: memory.plugin, manifest: manifestOf(memory.plugin), harness: async () => memory };
}

function check(name: ChannelCaseName, options: Options): Promise<void> {
  const found = channelCases.find((one) => one.name === name);
  if (!found) throw new Error(`no case ${name}`);
  return runCase(found, options, (reason) => {
    throw new Error(`skipped: ${reason}`);
  });
}

/** The options of a channel that has one fault. */
function broken(change: (channel: Channel) => Partial<Channel>, how?: MemoryChannelOptions): Options {
  const options = optionsOf(how);
  const plugin: ChannelPlugin<MemoryAccount> = {
    ...options.plugin,
    open(account, host) {
      const channel = options.plugin.open(account, host);
      return { ...channel, ...change(channel) };
    },
  };
  return { ...options, plugin };
}

/** A channel whose way into the gateway has one fault. */
function brokenInbound(change: (inbound: Inbound) => Partial<Inbound>, how?: MemoryChannelOptions): Options {
  return broken(
    (channel) => ({
      serve: (inbound, signal) => channel.serve?.({ ...inbound, ...change(inbound) }, signal) ?? Promise.resolve(),
    }),
    how,
  );
}

function failWith(outcome: "not-sent" | "unknown"): (error: unknown) => never {
  return () => {
    throw new LoongError("MEMORY_FAILED", "It failed.", { hint: "Try `loong doctor`.", outcome });
  };
}

const faults: readonly (readonly [string, ChannelCaseName, () => Options])[] = [
  ["whose manifest is of an older build", "manifest-matches", () => ({ ...optionsOf(), manifest: { id: "memory" } })],
  [
    "that is open to strangers by default",
    "policies",
    () => {
      const options = optionsOf();
      const dmPolicy = { supported: ["open"], default: "open" } as const;
      return { ...options, plugin: { ...options.plugin, dmPolicy } };
    },
  ],
  [
    "that starts a timer when it is opened",
    "open-without-io",
    () =>
      broken((channel) => {
        const timer = setInterval(() => {}, 1000);
        return { close: () => (clearInterval(timer), channel.close()) };
      }),
  ],
  [
    "whose probe is always ok",
    "probe-refuses",
    () => broken(() => ({ probe: async () => ({ ok: true, problems: [] }) })),
  ],
  ["whose probe throws", "probe-unreachable", () => broken(() => ({ probe: failWith("unknown") }))],
  [
    "that sends twice",
    "send-shows-once",
    () =>
      broken((channel) => ({
        async send(message, signal) {
          await channel.send({ ...message, idempotencyKey: "other" }, signal);
          return channel.send(message, signal);
        },
      })),
  ],
  [
    "that makes a key for every attempt",
    "send-same-key",
    () =>
      broken((channel) => ({
        send: (message, signal) => channel.send({ ...message, idempotencyKey: `${Math.random()}` }, signal),
      })),
  ],
  [
    "that throws plain errors",
    "send-wrong-target",
    () =>
      broken((channel) => ({
        send: (message, signal) =>
          channel.send(message, signal).catch(() => {
            throw new Error("no such room");
          }),
      })),
  ],
  [
    "that calls a rate limit unknown",
    "send-rate-limited",
    () =>
      broken((channel) => ({ send: (message, signal) => channel.send(message, signal).catch(failWith("unknown")) })),
  ],
  [
    "that calls a lost answer not sent",
    "send-response-lost",
    () =>
      broken((channel) => ({ send: (message, signal) => channel.send(message, signal).catch(failWith("not-sent")) })),
  ],
  [
    "that sends what was aborted",
    "send-aborted",
    () =>
      broken((channel) => ({
        send: (message) => channel.send(message, new AbortController().signal).then(failWith("not-sent")),
      })),
  ],
  [
    "that says more fits than does",
    "send-at-limit",
    () => {
      const options = optionsOf({ maxLength: 100 });
      return { ...options, plugin: { ...options.plugin, text: { maxLength: 101, unit: "utf16-units" } } };
    },
  ],
  [
    "that acknowledges before it stores",
    "serve-acknowledges",
    () =>
      brokenInbound((inbound) => ({
        async accept(events) {
          void inbound.accept(events);
          return events.map(() => "stored" as const);
        },
      })),
  ],
  [
    "that acknowledges what was refused",
    "serve-refused",
    () => brokenInbound((inbound) => ({ accept: (events) => inbound.accept(events).catch(() => []) })),
  ],
  [
    "that gives a message new ids each time",
    "serve-redelivery",
    () =>
      brokenInbound((inbound) => ({
        accept: (events) =>
          inbound.accept(
            events.map((event) => ({ ...event, eventId: `${Math.random()}`, messageId: `${Math.random()}` })),
          ),
      })),
  ],
  [
    "that takes its own words for a person's",
    "serve-own-messages",
    () =>
      brokenInbound((inbound) => ({
        accept: (events) => inbound.accept(events.map((event) => ({ ...event, sender: { id: event.sender.id } }))),
      })),
  ],
  [
    "that feels addressed by everything",
    "serve-group",
    () =>
      brokenInbound((inbound) => ({
        accept: (events) => inbound.accept(events.map((event) => ({ ...event, addressed: true }))),
      })),
  ],
  [
    "that gives seconds for milliseconds",
    "serve-delivers",
    () =>
      brokenInbound((inbound) => ({
        accept: (events) =>
          inbound.accept(events.map((event) => ({ ...event, sentAtMs: Math.floor(event.sentAtMs / 1000) }))),
      })),
  ],
  [
    "that does not stop",
    "serve-stops",
    () =>
      broken((channel) => ({
        serve: (inbound) => channel.serve?.(inbound, new AbortController().signal) ?? Promise.resolve(),
      })),
  ],
  [
    "that serves with wrong credentials",
    "serve-wrong-credentials",
    () => broken(() => ({ serve: async () => failWith("not-sent")(undefined) })),
  ],
  [
    "that takes forged requests",
    "webhook-forged",
    () =>
      broken(
        () => ({
          webhook: {
            path: "/memory/events",
            async handle(_request, inbound) {
              await inbound.accept([]);
              return { status: 200 };
            },
          },
        }),
        { inbound: "webhook" },
      ),
  ],
  [
    "that leaves a timer behind",
    "close-frees",
    () => {
      const options = optionsOf();
      let timer: ReturnType<typeof setInterval> | undefined;
      return {
        ...broken((channel) => ({
          send: (message, signal) => ((timer = setInterval(() => {}, 1000)), channel.send(message, signal)),
        })),
        async harness() {
          const harness = await options.harness();
          return { ...harness, close: async () => (clearInterval(timer), harness.close()) };
        },
      };
    },
  ],
];

describe("the suite finds a channel", () => {
  test.each(faults)("%s (%s)", async (_what, name, plant) => {
    await expect(check(name, optionsOf(name.startsWith("webhook") ? { inbound: "webhook" } : keyed))).resolves.toBe(
      undefined,
    );
    await expect(check(name, plant())).rejects.toThrow(/./);
  });

  test("that logs its secret", async () => {
    const options = optionsOf();
    const plugin: ChannelPlugin<MemoryAccount> = {
      ...options.plugin,
      open(account, host) {
        host.log.info("opening", { token: account.token });
        return options.plugin.open(account, host);
      },
    };
    await expect(check("send-shows-once", { ...options, plugin })).rejects.toThrow("the log");
  });
});

test("an ability that the harness lacks is asked for by name", async () => {
  const memory = createMemoryChannel();
  const platform = { sentMessages: () => memory.platform.sentMessages() };
  const options = { ...optionsOf(), harness: async () => ({ ...memory, platform }) };
  await expect(check("send-rate-limited", options)).rejects.toThrow(
    /platform\.failNext\(\).*skips\["send-rate-limited"\]/,
  );
});

test("a skip needs a case that is there, and a reason", () => {
  const nameless = { ...optionsOf(), skips: { "send-twice": "why not" } } as Options;
  expect(() => channelConformance(nameless)).toThrow('"send-twice", which is no case');
  expect(() => channelConformance({ ...optionsOf(), skips: { typing: " " } })).toThrow("needs a reason");
});
