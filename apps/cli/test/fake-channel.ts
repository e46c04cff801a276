import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ChannelManifest } from "@loong/sdk";

export interface FakeChannel {
  readonly id: string;
  readonly aliases?: readonly string[];
  readonly serves?: boolean;
  /** Its code works: it writes what it sends into the file named by `room`, and knows one good token. */
  readonly works?: boolean;
}

const MUST_NOT_RUN = "throw new Error('this code must not run');\n";

const WORKING = `
import { appendFile, readFile } from "node:fs/promises";
import { LoongError } from "@loong/sdk";
const { loong } = JSON.parse(await readFile(new URL("package.json", import.meta.url), "utf8"));
const { kind, contract, target, account: schema, ...rest } = loong;
const shy = { code: "FAKE_SHY", message: "It hears only what is said to it.", hint: "Let it hear all." };
const wrong = { code: "FAKE_TOKEN_WRONG", message: "The token is wrong.", hint: "Use the good one." };
export default {
  ...rest,
  accounts: { schema, target },
  open: ({ token, room }) => ({
    probe: async () => {
      if (room?.startsWith("http")) await fetch(room);
      return token === "good" ? { ok: true, identity: { id: "bot-1", name: "Fake Bot" }, problems: [], notices: room === "shy" ? [shy] : [] } : { ok: false, problems: [wrong] };
    },
    send: async (message) => {
      if (token !== "good") throw new LoongError(wrong.code, wrong.message, { hint: wrong.hint, outcome: "bad-credentials" });
      await appendFile(room, JSON.stringify({ to: message.to, content: message.content }) + "\\n");
      return { messageId: "m-1" };
    },
    close: async () => {},
  }),
};
`;

/** Writes a package with the manifest of a channel; its code is never run by what only reads. */
export async function writeFakeChannel(
  folder: string,
  { id, aliases = [], serves = true, works = false }: FakeChannel,
): Promise<string> {
  const directory = join(folder, id);
  const manifest: ChannelManifest = {
    kind: "channel",
    id,
    aliases,
    label: id,
    contract: "^1.0.0",
    serves,
    dmPolicy: { supported: ["open", "pairing"], default: "pairing" },
    groupPolicy: { supported: ["open", "allowlist"], default: "allowlist" },
    text: { maxLength: 1000, unit: "utf16-units" },
    target: { form: "a room id", required: true, examples: ["room-1"] },
    account: {
      type: "object",
      required: ["token"],
      properties: { token: { type: "string", secret: true, env: ["FAKE_TOKEN"] }, room: { type: "string" } },
    },
  };
  await mkdir(directory, { recursive: true });
  await writeFile(
    join(directory, "package.json"),
    JSON.stringify({ name: `fake-${id}`, version: "1.2.3", type: "module", main: "index.js", loong: manifest }),
  );
  await writeFile(join(directory, "index.js"), works ? WORKING : MUST_NOT_RUN);
  return directory;
}
