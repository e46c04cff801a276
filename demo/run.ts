// `pnpm demo`: one gateway, three platforms over their emulators, a model emulator, and a short conversation, typed as an
// operator would type it. Ends by itself, or with Ctrl-C; `--keep` stays up so that you can join.
import { styleText } from "node:util";
import type { ChatHandle } from "@loong/feishu/emulator";
import { createOperator, type Operator, type Running } from "../apps/cli/test/operator.ts";
import { type AdasChat, openPlayground } from "../apps/cli/test/playground.ts";

const QUIET_MS = 700;
const WIDTH = Math.min(process.stdout.columns || 100, 120);
const QUESTION = "How does one message find its way through a gateway?";

const keep = process.argv.includes("--keep");
const playground = await openPlayground();
const { feishu: platform, model } = playground;
const { appId } = platform.app("cli_a9f6c72aa7b85bca");
const operator = createOperator(playground.env);

const interrupted = new Promise<"interrupted">((resolve) => {
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => resolve("interrupted"));
});
let end: "told" | "interrupted";
try {
  end = await Promise.race([tell(), interrupted]);
} finally {
  await operator.leaves();
  await playground.close();
}
// What was being told when it was interrupted still waits for something.
if (end === "interrupted") process.exit(keep ? 0 : 130);

async function tell(): Promise<"told"> {
  console.log(
    "One gateway, three platforms and a model. All but the gateway are simulated on this machine: no account, no key.",
  );
  aside("What an operator types begins with $; the other lines are what people in the rooms see.");

  heading("An operator sets it up: a model, and three channels");
  await configure(operator);
  const gateway = await start(operator);

  heading("A stranger asks to talk, and is let in");
  const ben = platform.directChat(platform.user("Ben"), appId);
  const prompt = await ask(ben, "Ben", "Hello, who are you?");
  await type(`loong pairing approve feishu ${/[A-Z2-9]{8}/.exec(prompt)?.[0] ?? ""}`);
  await platform.waitFor(ben, (message) => message.text.includes("approved"));
  await ask(ben, "Ben", "What does a gateway do?");

  heading("In a group: only when mentioned, and a message that comes twice is answered once");
  const group = platform.group("Ops", ["Ada", "Ben"], [appId]);
  await type(`loong config set channels.feishu.groups.${group.chatId}.enabled true`);
  await gateway.waitFor("the config was read again");
  platform.say(group, "Ben", "lunch?");
  const twice = platform.say(group, "Ada", "@Loong is the deploy done?", { mentions: [appId] });
  platform.redeliver(twice.eventId, { newEventId: `${twice.eventId}-again` });
  await platform.waitFor(group, (message) => message.from.kind === "app");
  await sleep(QUIET_MS);
  transcript(group);
  aside("Feishu delivered what Ada said twice, under two event ids.");

  heading("Three platforms side by side: Feishu, Telegram and WeCom show a long answer while it is written");
  await sideBySide(playground.chats);

  heading("How it stands");
  await type("loong channels status --probe");
  await type("loong status");
  if (keep) {
    await stay(gateway);
    return "told";
  }
  await type("loong gateway stop");
  const { code } = await gateway.ended;
  if (code !== 0) throw new Error(`the gateway ended with ${code}`);

  heading("Your turn");
  console.log("  pnpm demo --keep     the same, and then the rooms stay open for you");
  console.log("  pnpm loong setup     a model and a platform of your own");
  return "told";
}

async function configure(who: Operator): Promise<void> {
  const [feishu, telegram, wecom] = [
    platform.user("Ada").openId,
    playground.telegram.user("Ada").userId,
    playground.wecom.user("Ada").userId,
  ];
  await type("loong config set providers.volcengine.kind volcengine");
  await type(`loong config set providers.volcengine.apiKey '{"env": "ARK_API_KEY"}'`);
  await type(`loong config set channels.feishu.allowFrom '["${feishu}"]'`);
  await type(`loong config set channels.telegram.allowFrom '["${telegram}"]'`);
  await type(`loong config set channels.wecom.allowFrom '["${wecom}"]'`);
  aside("The keys of the bots come from the environment: LARK_APP_ID, TELEGRAM_BOT_TOKEN, WECOM_BOT_ID, …");
  if ((await who.types("loong config validate")).code !== 0) throw new Error("the demo's own config is not valid");
}

async function start(who: Operator): Promise<Running> {
  console.log(styleText("cyan", "\n$ loong gateway run"));
  const gateway = who.starts("loong gateway run --port 0");
  for (const { channel } of playground.chats)
    await gateway.waitFor(new RegExp(`\\[${channel}\\] \\[default\\] probe ok`));
  await untilConnected(who);
  console.log(styleText("dim", gateway.output().trimEnd()));
  return gateway;
}

async function untilConnected(who: Operator): Promise<void> {
  for (;;) {
    const { stdout } = await who.types("loong gateway status --json");
    const { surfaces } = JSON.parse(stdout) as { surfaces: readonly { state: string }[] };
    if (surfaces.length === 3 && surfaces.every(({ state }) => state === "CONNECTED")) return;
    await sleep(200);
  }
}

async function type(line: string): Promise<void> {
  console.log(styleText("cyan", `$ ${line}`));
  const { code, stdout, stderr } = await operator.types(line);
  if (stdout.trim() !== "") console.log(stdout.trimEnd());
  if (code !== 0) throw new Error(`"${line}" ended with ${code}: ${stderr}`);
}

/** Says it, waits for the answer to it, and shows both. */
async function ask(chat: ChatHandle, who: string, text: string): Promise<string> {
  const { messageId } = platform.say(chat, who, text);
  const answer = await platform.waitFor(
    chat,
    (message) => message.from.kind === "app" && message.parentId === messageId,
  );
  line(who, text);
  line(answer.from.name, answer.text);
  return answer.text;
}

/** The demo is also a test: it fails when the room does not show what it should. */
function transcript(chat: ChatHandle): void {
  const messages = platform.shows(chat);
  for (const message of messages) line(message.from.name, message.text);
  const answers = messages.filter((message) => message.from.kind === "app");
  if (answers.length !== 1) throw new Error(`the group shows ${answers.length} answers instead of one`);
}

/** Asks on all platforms at once and prints what each shows, as it grows. */
async function sideBySide(chats: readonly AdasChat[]): Promise<void> {
  const before = chats.map((chat) => chat.answers().length);
  model.add({ kind: "slow", pieceDelayMs: 350 }, { times: chats.length });
  for (const chat of chats) chat.says(QUESTION);
  console.log(`  ${styleText("bold", "Ada")}, in three rooms at once: ${QUESTION}`);
  const shown = chats.map(() => "");
  const isWhole = (index: number) =>
    shown[index]?.includes("a gateway?") === true && chats[index]?.draft() === undefined;
  const rooms = board(chats.map(({ channel }) => channel));
  while (!chats.every((_, index) => isWhole(index))) {
    for (const [index, chat] of chats.entries()) {
      const now = chat.draft() ?? chat.answers().slice(before[index]).at(-1) ?? "";
      if (now === shown[index]) continue;
      shown[index] = now;
      rooms.show(index, now);
    }
    await sleep(50);
  }
  await sleep(QUIET_MS);
  for (const [index, chat] of chats.entries()) {
    const answers = chat.answers().slice(before[index]);
    if (answers.length !== 1) throw new Error(`${chat.channel} shows ${answers.length} answers instead of one`);
  }
}

/** One row for each room. At a terminal a row is written over as its answer grows; elsewhere each state is a line. */
function board(names: readonly string[]): { show(index: number, text: string): void } {
  const width = 10;
  if (!process.stdout.isTTY) return { show: (index, text) => line(names[index] ?? "", text, width) };
  for (const name of names) line(name, "", width);
  return {
    show(index, text) {
      const up = names.length - index;
      process.stdout.write(`\u001B[${up}A\u001B[2K`);
      line(names[index] ?? "", text.slice(0, WIDTH - width - 3), width);
      if (up > 1) process.stdout.write(`\u001B[${up - 1}B`);
    },
  };
}

function line(name: string, text: string, width = 6): void {
  const rows = text.split("\n").flatMap((row) => wrapped(row, WIDTH - width - 3));
  for (const [index, row] of (rows.length === 0 ? [""] : rows).entries()) {
    const words = row.replaceAll(/\*\*(.+?)\*\*/g, (_, strong: string) => styleText("bold", strong));
    console.log(`  ${index === 0 ? styleText("bold", name.padEnd(width)) : " ".repeat(width)} ${words}`);
  }
}

/** What fits between spaces; no row for an empty text. */
function wrapped(text: string, width: number): string[] {
  const rows: string[] = [];
  for (const word of text.split(" ")) {
    const longer = rows.length === 0 ? word : `${rows.at(-1)} ${word}`;
    if (rows.length === 0 || longer.length > width) rows.push(word);
    else rows[rows.length - 1] = longer;
  }
  return text.trim() === "" ? [] : rows;
}

function heading(text: string): void {
  console.log(styleText("bold", `\n— ${text}`));
}

function aside(text: string): void {
  console.log(styleText("dim", `  (${text})`));
}

async function stay(gateway: Running): Promise<void> {
  const { feishu, telegram, wecom } = playground;
  const room = `${feishu.url}/_emulator/chats/Ops/messages`;
  const saying = JSON.stringify({ from: "Ada", text: "hello", mentions: [appId] });
  heading("The rooms are open. Speak as Ada, and read what the group shows:");
  console.log(`  curl -s ${room} -H 'content-type: application/json' -d '${saying}'`);
  console.log(`  curl -s ${room}`);
  console.log(
    `Everything else they can do: ${[feishu, telegram, wecom].map(({ url }) => `${url}/_emulator/`).join("  ")}`,
  );
  console.log(`Commands for this gateway: LOONG_HOME=${operator.home} pnpm loong status\nCtrl-C ends it.`);
  await gateway.ended;
}

function sleep(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}
