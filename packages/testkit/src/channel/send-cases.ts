import type { Channel, FailureOutcome, LoongError, OutboundMessage, Receipt, TextLimits } from "@loong/sdk";
import { expect } from "vitest";
import { expectCoded } from "../checks/secrets.ts";
import { quietMoment } from "../checks/waiting.ts";
import type { ChannelCase, ChannelContext } from "./context.ts";
import type { SendFault } from "./harness.ts";
import { expectShown, someKey, someWords } from "./words.ts";

const SEND_LIMIT_MS = 12_000;

/** Outcomes that promise: nobody sees this message. */
const NOT_TAKEN: readonly (FailureOutcome | undefined)[] = ["not-sent", "rejected", "bad-credentials", "conflict"];

/** What `send` promises. */
export const sendCases: readonly ChannelCase[] = [
  {
    name: "send-shows-once",
    promise: "a message is shown once, and its receipt names it",
    async check(context) {
      const words = someWords();
      const receipt = await send(context.open(), text(context, words));
      expect(receipt.messageId).not.toBe("");
      await expectShown(context, words, 1);
      expect((await context.shown(words)).map(({ messageId }) => messageId)).toEqual([receipt.messageId]);
    },
  },
  {
    name: "send-markdown",
    promise: "markdown is shown with all its words",
    async check(context) {
      const [title, body] = [someWords(), someWords()];
      const markdown = `# ${title}\n\n**${body}** and \`code\`:\n\n- one\n- [two](https://example.com)\n`;
      await send(context.open(), { ...text(context, ""), content: { type: "markdown", markdown } });
      await expectShown(context, title, 1);
      await expectShown(context, body, 1);
    },
  },
  {
    name: "send-at-limit",
    promise: "a text of exactly `text.maxLength` is one message",
    async check(context) {
      const [start, end] = [someWords(), someWords()];
      const markdown = fillTo(context.options.plugin.text, `${start} `, ` ${end}`);
      await send(context.open(), { ...text(context, ""), content: { type: "markdown", markdown } });
      await expectShown(context, start, 1);
      expect((await context.shown(start))[0]?.text).toContain(end);
    },
  },
  {
    name: "send-same-key",
    promise: "a message sent twice with one idempotency key is shown once, also by a channel opened anew",
    async check(context) {
      if (context.options.plugin.idempotencyWindowMs === undefined) context.skip("the platform takes no key");
      const message = text(context, someWords());
      const earlier = context.open();
      const first = await send(earlier, message);
      await earlier.close();
      const second = await send(context.open(), message);
      expect(second.messageId).toBe(first.messageId);
      await expectShown(context, wordsOf(message), 1);
    },
  },
  {
    name: "send-other-key",
    promise: "the same words under another key are another message",
    async check(context) {
      const words = someWords();
      const channel = context.open();
      const first = await send(channel, text(context, words));
      const second = await send(channel, text(context, words));
      expect(second.messageId).not.toBe(first.messageId);
      await expectShown(context, words, 2);
    },
  },
  {
    name: "send-wrong-target",
    promise: "a target that is not there is rejected for good",
    async check(context) {
      const message = { ...text(context, someWords()), to: context.harness.wrongTarget };
      const error = await failedSend(context, context.open(), message);
      expect(error.outcome).toBe("rejected");
      await expectShown(context, wordsOf(message), 0);
    },
  },
  {
    name: "send-wrong-credentials",
    promise: "a send with wrong credentials says so",
    async check(context) {
      const message = text(context, someWords());
      const error = await failedSend(context, context.open(context.harness.wrongAccount), message);
      expect(error.outcome).toBe("bad-credentials");
      await expectShown(context, wordsOf(message), 0);
    },
  },
  {
    name: "send-rate-limited",
    promise: "a rate limit is `not-sent`, with the wait that the platform asked for",
    async check(context) {
      const failNext = context.need("failNext");
      const channel = await warmChannel(context);
      const facts = await failNext("rate-limited");
      const message = text(context, someWords());
      const error = await failedSend(context, channel, message);
      expect(error.outcome).toBe("not-sent");
      if (facts?.retryAfterMs !== undefined) expect(error.retryAfterMs).toBe(facts.retryAfterMs);
      await expectShown(context, wordsOf(message), 0);
      await send(channel, message);
      await expectShown(context, wordsOf(message), 1);
    },
  },
  {
    name: "send-server-error",
    promise: "a failing platform is no receipt, and `not-sent` only when nothing was taken",
    check: (context) => checkAmbiguous(context, "server-error"),
  },
  {
    name: "send-response-lost",
    promise: "a lost answer is `unknown`, and with a key the same send shows it once",
    check: (context) => checkAmbiguous(context, "response-lost"),
  },
  {
    name: "send-aborted",
    promise: "a send whose signal is aborted sends nothing",
    async check(context) {
      const message = text(context, someWords());
      const sent = context.open().send(message, AbortSignal.abort());
      await expect(sent, "a send that was aborted before").rejects.toBeInstanceOf(Error);
      await quietMoment();
      await expectShown(context, wordsOf(message), 0);
    },
  },
];

/** Whatever the channel says, it must agree with what people see. */
async function checkAmbiguous<Account>(context: ChannelContext<Account>, fault: SendFault): Promise<void> {
  const failNext = context.need("failNext");
  const channel = await warmChannel(context);
  await failNext(fault);
  const message = text(context, someWords());
  const receipt = await send(channel, message).catch((error: unknown) => {
    expectOutcomeFits(expectCoded(error, context.secrets), fault);
    return undefined;
  });
  // Without an error the channel has asked again by itself, and must have shown it.
  if (receipt) await expectShown(context, wordsOf(message), 1);
  if (context.options.plugin.idempotencyWindowMs === undefined) return;
  await send(channel, message);
  await expectShown(context, wordsOf(message), 1);
}

function expectOutcomeFits({ code, outcome }: LoongError, fault: SendFault): void {
  if (fault === "response-lost") {
    expect(NOT_TAKEN, `${code} says "${outcome}", but the message was taken`).not.toContain(outcome);
  }
  expect(["rejected", "bad-credentials", "conflict"], `the outcome of ${code}`).not.toContain(outcome);
}

/** A channel that has sent before: what it needs once, such as a token, it has. */
async function warmChannel<Account>(context: ChannelContext<Account>): Promise<Channel> {
  const channel = context.open();
  await send(channel, text(context, someWords()));
  return channel;
}

function send(channel: Channel, message: OutboundMessage): Promise<Receipt> {
  return channel.send(message, AbortSignal.timeout(SEND_LIMIT_MS));
}

async function failedSend<Account>(
  { secrets }: ChannelContext<Account>,
  channel: Channel,
  message: OutboundMessage,
): Promise<LoongError> {
  const outcome = await send(channel, message).then(
    (receipt) => ({ receipt }),
    (error: unknown) => ({ error }),
  );
  if ("receipt" in outcome) throw new Error(`the send gave the receipt ${outcome.receipt.messageId}, not an error`);
  return expectCoded(outcome.error, secrets);
}

function text<Account>({ harness }: ChannelContext<Account>, words: string): OutboundMessage {
  return {
    idempotencyKey: someKey(),
    to: harness.target,
    content: { type: "text", text: words },
  };
}

function wordsOf({ content }: OutboundMessage): string {
  return content.type === "text" ? content.text : "";
}

/** `start`, words in between, and `end`: exactly `maxLength` long. */
function fillTo({ maxLength, unit }: TextLimits, start: string, end: string): string {
  const room = maxLength - start.length - end.length;
  const filler = unit === "utf8-bytes" ? "发布 ok " : "word and 文字 ";
  const size = (part: string) => (unit === "utf8-bytes" ? Buffer.byteLength(part) : part.length);
  const whole = filler.repeat(Math.floor(room / size(filler)));
  return start + whole + "a".repeat(room - size(whole)) + end;
}
