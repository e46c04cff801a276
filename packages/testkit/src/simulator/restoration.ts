import { createGateway, defaultSettings, type Gateway, type Journal } from "@loong/gateway";
import { type AgentEvent, LoongError, type OutboundMessage, type Receipt, type Turn } from "@loong/sdk";
import { createVirtualClock, type VirtualClock } from "../clock.ts";
import { createDice, type Dice } from "./dice.ts";
import { createPermissions } from "./permissions.ts";
import { createPlatform, KEY_WINDOW_MS, type Platform, type Shown, wordsOf } from "./platform.ts";

/** A journal that an operator copies, and puts the copy back in its place. */
export interface CopiedStore {
  open(now: () => number): Promise<Journal>;
  backup(): Promise<void>;
  /** Nobody has it open. */
  restore(): Promise<void>;
}

interface Surroundings {
  readonly clock: VirtualClock;
  readonly dice: Dice;
  readonly platforms: readonly Platform[];
  /** Sends get lost and are refused. */
  readonly faults: boolean;
}

const MESSAGES = 8;
/** The platform still remembers the keys then. */
const MOST_AWAY_MS = KEY_WINDOW_MS / 2;
const REST_STEPS = 200;

/**
 * People talk with the real core while sends get lost; an operator copies the journal, lets some time go by, loses
 * everything that came since, and puts the copy back. Then people talk again, and nothing goes wrong.
 *
 * @returns every promise that was broken.
 */
export async function loseAndRestore(store: CopiedStore, seed: number): Promise<readonly string[]> {
  const dice = createDice(seed);
  const clock = createVirtualClock();
  const platforms = [createPlatform("keyed", "main", true), createPlatform("keyless", "main", false)];
  const owed = new Set<string>();
  let said = 0;

  async function say(gateway: Gateway, { channel, account }: Platform): Promise<string> {
    const text = `question ${(said += 1)}`;
    const place = { conversation: { id: "room", type: "group" }, sender: { id: "ann" } } as const;
    const event = { eventId: text, messageId: text, kind: "message", text, addressed: true, ...place } as const;
    await gateway.inbound(channel, account).accept([{ ...event, sentAtMs: clock.now() }]);
    return text;
  }

  /** Words that nobody asked for, so many that the last ones wait for the first. */
  function announce(gateway: Gateway, { channel, account }: Platform): void {
    for (const name of ["one", "two", "three"]) {
      const content = { type: "text", text: `news ${name}` } as const;
      // The process dies over some of them.
      gateway.send({ channel, account, to: "hall", content }).catch(() => {});
    }
  }

  const first = await openLife(store, { clock, dice, platforms, faults: true });
  const copiedAfter = dice.between(2, MESSAGES - 2);
  for (let count = 1; count <= MESSAGES; count++) {
    const text = await say(first.gateway, dice.pick(platforms));
    if (count <= copiedAfter) owed.add(text);
    if (count === copiedAfter) {
      for (const platform of platforms) announce(first.gateway, platform);
      await clock.advance(dice.between(0, 100));
      await store.backup();
    }
    await clock.advance(dice.between(0, 1_500));
  }
  await clock.advance(dice.between(0, MOST_AWAY_MS));
  await first.ends();
  await store.restore();

  const second = await openLife(store, { clock, dice, platforms, faults: false });
  for (let count = 1; count <= MESSAGES / 2; count++) {
    for (const platform of platforms) owed.add(await say(second.gateway, platform));
    await clock.advance(dice.between(0, 1_500));
  }
  const broken = [...(await untilRest(second.journal, clock)), ...(await brokenIn(second.journal, platforms, owed))];
  await second.ends();
  return broken;
}

/** A process: nothing that it began has any effect after its end. */
async function openLife(store: CopiedStore, { clock, dice, platforms, faults }: Surroundings) {
  let alive = true;
  const journal = await store.open(() => clock.now());
  const permissions = createPermissions();
  const setTimer = (delayMs: number, run: () => void) => clock.setTimer(delayMs, () => alive && run());
  const sleep = (ms: number) => new Promise<void>((resolve) => void setTimer(ms, resolve));
  const nothing = () => {};

  function factsOf(channel: string) {
    const platform = platforms.find((one) => one.channel === channel);
    return (
      platform && {
        access: permissions.access(platform),
        text: { maxLength: 4_000, unit: "utf16-units" as const },
        streaming: "off" as const,
        ...(platform.keyed ? { idempotencyWindowMs: KEY_WINDOW_MS } : {}),
      }
    );
  }

  async function send(channel: string, _account: string, message: OutboundMessage): Promise<Receipt> {
    const fate = faults ? dice.pick(["taken", "taken", "taken", "lost-before", "lost-after", "refused"]) : "taken";
    await sleep(dice.between(1, 300));
    if (fate === "taken" || fate === "lost-after")
      platforms.find((one) => one.channel === channel)?.take(message, clock.now());
    await sleep(dice.between(1, 300));
    if (fate === "refused") throw new LoongError("SIM_BUSY", "busy", { outcome: "not-sent", retryAfterMs: 500 });
    if (fate !== "taken") throw new LoongError("SIM_LOST", "connection reset", { outcome: "unknown" });
    return { messageId: `m-${message.idempotencyKey}` };
  }

  async function* run({ input }: Turn): AsyncIterable<AgentEvent> {
    await sleep(dice.between(1, 900));
    yield { type: "text", delta: `answer to ${input.text}` };
    yield { type: "done" };
  }

  const gateway = createGateway(
    {
      journal,
      channels: {
        facts: factsOf,
        send,
        startTyping: () => undefined,
        stopTyping: async () => {},
        stream: () => undefined,
      },
      agents: { run },
      clock: { now: () => clock.now(), setTimer },
      random: dice.roll,
      log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
    },
    defaultSettings,
  );
  await gateway.start();
  return {
    gateway,
    journal,
    async ends() {
      alive = false;
      await journal.close();
    },
  };
}

async function untilRest(journal: Journal, clock: VirtualClock): Promise<readonly string[]> {
  for (let step = 0; step < REST_STEPS; step++) {
    await clock.advance(1_000);
    const { inbox, outbox } = await journal.counts();
    if (inbox.new + inbox.running + outbox.pending + outbox.sending === 0) return [];
  }
  return ["it never comes to rest"];
}

/** What holds after a restore is in docs/reliability.md. */
async function brokenIn(
  journal: Journal,
  platforms: readonly Platform[],
  owed: ReadonlySet<string>,
): Promise<readonly string[]> {
  const rows = await journal.list({ box: "inbox", limit: 1_000 });
  const sent = await journal.list({ box: "outbox", states: ["sent"], limit: 1_000 });
  const stored = new Set(rows.map(({ event }) => event.text));
  const lost = [...owed].filter((text) => !stored.has(text)).map((text) => `${text} is acknowledged and not stored`);
  const wrong = platforms.flatMap(({ channel, keyed, shown }) => {
    const copies = Map.groupBy(shown, ({ text }) => text);
    const unseen = sent
      .filter((part) => part.channel === channel && !copies.has(wordsOf(part)))
      .map((part) => `${channel}: "${wordsOf(part)}" is sent and nobody saw it`);
    const tooMany = [...copies.values()]
      .filter((same) => same.length > mostOf(same, keyed))
      .map((same) => `${channel}: "${same[0]?.text ?? ""}" was shown ${same.length} times`);
    return [...unseen, ...tooMany];
  });
  return [...lost, ...wrong];
}

/** Without a key, an answer that waited in the copy may have been shown twice already, and is shown once more. */
function mostOf([one]: readonly Shown[], keyed: boolean): number {
  return !keyed && one?.inReplyTo !== undefined ? 3 : 1;
}
