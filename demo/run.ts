// `pnpm demo`: one gateway, the Feishu plugin over its emulator, a model emulator, and a short conversation, typed as an
// operator would type it. Ends by itself; `--keep` stays up so that you can join.
import { styleText } from "node:util";
import { startLlmEmulator } from "@loong/agent-llm/emulator";
import { type ChatHandle, type FeishuEmulator, startFeishuEmulator } from "@loong/feishu/emulator";
import { createOperator, type Operator, type Running } from "../apps/cli/test/operator.ts";

const APP = { appId: "cli_a9f6c72aa7b85bca", appSecret: "demo-secret", botName: "Loong" };
const QUIET_MS = 700;

const keep = process.argv.includes("--keep");
const platform = await startFeishuEmulator({ apps: [APP] });
const model = await startLlmEmulator({ port: 0 });
const operator = createOperator({ ARK_API_KEY: "demo-key" });

try {
  heading("An operator sets it up");
  await configure(operator);
  const gateway = await start(operator);

  heading("A stranger asks to talk, and is let in");
  const ada = platform.user("Ada");
  const direct = platform.directChat(ada, APP.appId);
  const prompt = await ask(direct, "Hello, who are you?");
  await type(`loong pairing approve feishu ${/[A-Z2-9]{8}/.exec(prompt)?.[0] ?? ""}`);
  await platform.waitFor(direct, (message) => message.text.includes("approved"));

  heading("In private");
  await ask(direct, "What does a gateway do?");

  heading("In a group: only when mentioned, and a message that comes twice is answered once");
  const group = platform.group("Ops", [ada, platform.user("Ben")], [APP.appId]);
  await type(`loong config set channels.feishu.groups.${group.chatId}.enabled true`);
  await gateway.waitFor("the config was read again");
  platform.say(group, "Ben", "lunch?");
  const twice = await say(group, "@Loong is the deploy done?", [APP.appId]);
  platform.redeliver(twice.eventId, { newEventId: `${twice.eventId}-again` });
  await platform.waitFor(group, (message) => message.from.kind === "app");
  await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
  transcript(platform, group);
  check(platform, group);

  heading("How it stands");
  await type("loong channels status --probe");
  await type("loong status");
  if (keep) await stay(gateway);
  await type("loong gateway stop");
  const { code } = await gateway.ended;
  if (code !== 0) throw new Error(`the gateway ended with ${code}`);
} finally {
  await operator.leaves();
  await platform.close();
  await model.close();
}

async function configure(who: Operator): Promise<void> {
  await type("loong config set providers.volcengine.kind volcengine");
  await type(`loong config set providers.volcengine.baseUrl ${model.url}/api/v3`);
  await type(`loong config set providers.volcengine.apiKey '{"env": "ARK_API_KEY"}'`);
  await type(`loong config set channels.lark.appId ${APP.appId}`);
  await type(`loong config set channels.lark.appSecret ${APP.appSecret}`);
  await type(`loong config set channels.lark.baseUrl ${platform.url}`);
  await type("loong config set channels.lark.enabled true");
  if ((await who.types("loong config validate")).code !== 0) throw new Error("the demo's own config is not valid");
}

async function start(who: Operator): Promise<Running> {
  console.log(styleText("cyan", "\n$ loong gateway run"));
  const gateway = who.starts("loong gateway run --port 0");
  await gateway.waitFor("ws client ready");
  console.log(gateway.output().trimEnd());
  return gateway;
}

async function type(line: string): Promise<void> {
  console.log(styleText("cyan", `$ ${line}`));
  const { code, stdout, stderr } = await operator.types(line);
  if (stdout.trim() !== "") console.log(stdout.trimEnd());
  if (code !== 0) throw new Error(`"${line}" ended with ${code}: ${stderr}`);
}

async function say(
  chat: ChatHandle,
  text: string,
  mentions: readonly string[] = [],
): Promise<{ eventId: string; messageId: string }> {
  return platform.say(chat, "Ada", text, { mentions });
}

/** Says it, waits for the answer to it, and shows both. */
async function ask(chat: ChatHandle, text: string): Promise<string> {
  const { messageId } = await say(chat, text);
  const answer = await platform.waitFor(
    chat,
    (message) => message.from.kind === "app" && message.parentId === messageId,
  );
  line("Ada", text);
  line(answer.from.name, answer.text);
  return answer.text;
}

function transcript(on: FeishuEmulator, chat: ChatHandle): void {
  for (const message of on.shows(chat)) line(message.from.name, message.text);
}

/** The demo is also a test: it fails when the room does not show what it should. */
function check(on: FeishuEmulator, chat: ChatHandle): void {
  const answers = on.shows(chat).filter((message) => message.from.kind === "app");
  if (answers.length !== 1) throw new Error(`the group shows ${answers.length} answers instead of one`);
}

function line(name: string, text: string): void {
  const [first = "", ...rest] = text.split("\n").filter((row) => row.trim() !== "");
  console.log(`  ${styleText("bold", name.padEnd(6))} ${first}`);
  for (const row of rest) console.log(`         ${row}`);
}

function heading(text: string): void {
  console.log(styleText("bold", `\n— ${text}`));
}

async function stay(gateway: Running): Promise<void> {
  console.log(`\nThe rooms are open. Speak as a user through ${platform.url}/_emulator, or use this home:`);
  console.log(`  export LOONG_HOME=${operator.home}\nCtrl-C ends it.`);
  await new Promise<void>((resolve) => {
    process.once("SIGINT", () => resolve());
    void gateway.ended.then(() => resolve());
  });
}
