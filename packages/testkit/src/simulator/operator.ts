import type { Journal } from "@loong/gateway";
import type { Chat, Ended } from "./ledger.ts";
import type { Machine } from "./machine.ts";
import { LOCKED_ROOM } from "./platform.ts";
import type { World } from "./world.ts";

/** Who runs the gateway: speaks through it, decides who may talk, and looks after what did not end well. */
export interface Operator {
  /** Says something in a room that nobody asked for. */
  announce(index: number): void;
  /** Talks with the agent; at times loses patience. */
  chat(index: number): void;
  /** Lets a stranger in, turns one away, or takes a permission back. */
  decide(): void;
  /** Groups of an account are shut for some seconds. */
  shutGroups(): void;
  /** Retries something that did not end well, or drops it, or both at once from two windows. */
  tidy(): void;
  /** The journal forgets what is old. */
  prune(): void;
}

export function createOperator(world: World, machine: Machine): Operator {
  const { dice, ledger, permissions, schedule } = world;

  function tell(error: unknown): void {
    world.output(String(error));
  }

  async function talk(chat: Chat, signal: AbortSignal): Promise<void> {
    const events = machine.process()?.gateway.chat(chat.session, chat.question, signal);
    if (events === undefined) return;
    ledger.chats.push(chat);
    for await (const event of events) if (event.type === "text") chat.answer += event.delta;
    chat.isWhole = true;
    world.output(`${chat.question} is answered`);
  }

  /** Two windows show the same list. */
  async function tidyAt(journal: Journal): Promise<void> {
    const choices = await ended(journal);
    if (choices.length === 0) return;
    const one = dice.pick(choices);
    const acts = dice.pick([
      ["retry"],
      ["retry"],
      ["drop"],
      ["retry", "retry"],
      ["retry", "drop"],
      ["drop", "retry"],
    ] as const);
    const operations = machine.process()?.gateway.operations;
    if (operations === undefined) return;
    for (const act of acts) {
      world.note(`the operator asks to ${act} ${one.id}`);
      const work = operations[act](one.id);
      ledger[act](one, work);
      work.then(() => world.output(`${act} of ${one.id} is granted`), tell);
    }
  }

  return {
    announce(index) {
      const { account, channel } = dice.pick(world.platforms);
      const content = { type: "text", text: `announcement ${index}` } as const;
      const to = dice.chance(0.3) ? LOCKED_ROOM : `room-${dice.between(1, schedule.rooms)}`;
      void machine
        .process()
        ?.gateway.send({ channel, account, to, content })
        .then((part) => world.output(`announcement ${index} is ${part.state}`), tell);
    },
    chat(index) {
      const chat = { session: `desk-${dice.between(1, 2)}`, question: `chat-${index}`, answer: "", isWhole: false };
      const patience = new AbortController();
      if (dice.chance(0.3)) world.timeline.at(dice.between(1, 2_000), () => patience.abort(new Error("never mind")));
      talk(chat, patience.signal).catch(tell);
    },
    decide() {
      const gateway = machine.process()?.gateway;
      if (gateway === undefined) return;
      const [pending, allowed] = [gateway.pending(), gateway.allowed()];
      if (allowed.length > 0 && dice.chance(0.4)) {
        const { account, channel, senderId } = dice.pick(allowed);
        const revoked = gateway.revoke(channel, account, senderId);
        permissions.decide(`${channel}/${account}/${senderId}`, "out", revoked);
        revoked.then(() => world.output(`${channel}/${account}/${senderId} is out`), tell);
      } else if (pending.length > 0) {
        const { account, channel, code, senderId } = dice.pick(pending);
        const act = dice.pick(["approve", "approve", "reject"] as const);
        const decided = gateway[act]({ channel, code });
        permissions.decide(`${channel}/${account}/${senderId}`, act === "approve" ? "in" : "out", decided);
        decided.then(() => world.output(`${act} of ${channel}/${account}/${senderId} is granted`), tell);
      }
    },
    shutGroups() {
      const platform = dice.pick(world.platforms);
      world.forSomeSeconds((isOver) => {
        world.note(`groups of ${platform.name} are ${isOver ? "open" : "shut"}`);
        platform.isOpen = isOver;
      });
    },
    tidy() {
      const process = machine.process();
      if (process !== undefined) void tidyAt(process.journal);
    },
    prune() {
      const { wordsMs, idsMs } = schedule.retention;
      const nowMs = world.wallMs();
      machine
        .process()
        ?.journal.prune({ scrubBeforeMs: nowMs - wordsMs, deleteBeforeMs: nowMs - idsMs })
        .catch(tell);
    },
  };
}

async function ended(journal: Journal): Promise<readonly Ended[]> {
  const limit = Number.MAX_SAFE_INTEGER;
  const rows = await journal.list({ box: "inbox", states: ["dead"], limit });
  const parts = await journal.list({ box: "outbox", states: ["unknown", "dead", "rejected"], limit });
  return [
    ...rows.map(({ attempts, event, seq }) => ({ id: String(seq), name: event.text, attempts })),
    ...parts.map(({ attempts, id, idempotencyKey }) => ({ id, name: idempotencyKey, attempts })),
  ];
}
