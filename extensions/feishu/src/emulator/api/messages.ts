import { parseJson, recordAt, stringAt } from "@loong/emulator-kit";
import type { Notices } from "../events/notices.ts";
import type { App } from "../state/apps.ts";
import { referredCard, type CardEntities } from "../state/card-entities.ts";
import type { Chat, Draft, Message } from "../state/rooms.ts";
import type { World } from "../state/world.ts";
import { receive } from "../state/wording.ts";
import { invalidField, invalidParameter, isRefusal, refuse, success, type Answer, type Refusal } from "./answer.ts";
import { cardRefused, isShared } from "./card-rules.ts";
import { checkContent } from "./content-rules.ts";
import { messageView } from "./message-view.ts";
import type { Rates } from "./rates.ts";
import { checkMember, resolveRecipient } from "./recipients.ts";
import type { Call, Route } from "./router.ts";
import type { Uuids } from "./uuids.ts";

export interface MessagePorts {
  readonly world: World;
  readonly notices: Notices;
  readonly rates: Rates;
  readonly uuids: Uuids;
  readonly cards: CardEntities;
}

const SEND = ["im:message", "im:message:send_as_bot", "im:message:send"];
const UPDATE = ["im:message", "im:message:update", "im:message:send_as_bot"];
const RECALL = ["im:message", "im:message:recall", "im:message:send_as_bot"];
const READ = ["im:message", "im:message:readonly", "im:message.history:readonly"];
const PATH = "/open-apis/im/v1/messages";

const MAX_UUID_LENGTH = 50;
const MAX_EDITS = 20;
const DAY_MS = 24 * 60 * 60 * 1000;
const RECALL_WINDOW_MS = DAY_MS;
const CARD_WINDOW_MS = 14 * DAY_MS;

/** @see https://open.feishu.cn/document/server-docs/im-v1/message/intro (read 2026-05) */
export function messageRoutes(ports: MessagePorts): Route[] {
  const one = `${PATH}/:message_id`;
  return [
    { method: "POST", path: PATH, auth: "bot", scopes: SEND, lingers: true, handle: (call) => create(call, ports) },
    {
      method: "POST",
      path: `${one}/reply`,
      auth: "bot",
      scopes: SEND,
      lingers: true,
      handle: (call) => reply(call, ports),
    },
    { method: "PUT", path: one, auth: "bot", scopes: UPDATE, handle: (call) => edit(call, ports) },
    { method: "PATCH", path: one, auth: "bot", scopes: UPDATE, handle: (call) => updateCard(call, ports) },
    { method: "DELETE", path: one, auth: "bot", scopes: RECALL, handle: (call) => recall(call, ports) },
    { method: "GET", path: one, auth: "bot", scopes: READ, handle: (call) => get(call, ports) },
  ];
}

function create(call: Call, ports: MessagePorts): Promise<Answer> {
  return sendOnce(call, ports, () => {
    const receiveId = stringAt(call.body, "receive_id");
    if (!receiveId) return invalidField("receive_id", "receive_id is required");
    const chat = resolveRecipient(ports.world, call.app, call.query.get("receive_id_type"), receiveId);
    return isRefusal(chat) ? chat : { chat };
  });
}

function reply(call: Call, ports: MessagePorts): Promise<Answer> {
  return sendOnce(call, ports, () => {
    const replyTo = liveMessage(call, ports.world);
    if (isRefusal(replyTo)) return replyTo;
    const inThread = recordAt(call, "body")?.["reply_in_thread"] === true;
    return { chat: replyTo.chat, replyTo, inThread };
  });
}

type Target = Pick<Draft, "chat" | "replyTo" | "inThread">;

/** A keyed send has its effect once: the same key gives the first message again and makes none. */
async function sendOnce(call: Call, ports: MessagePorts, target: () => Target | Refusal): Promise<Answer> {
  const uuid = stringAt(call.body, "uuid");
  if (uuid === undefined || uuid === "") return send(call, ports, target);
  if (uuid.length > MAX_UUID_LENGTH) return invalidField("uuid", "the length must be between 0 and 50");
  const key = `${call.app.appId} ${uuid}`;
  const earlier = ports.uuids.claim(key);
  if (earlier?.state === "being-sent") return refuse(230049, "The message is being sent.");
  const first = earlier === undefined ? undefined : ports.world.rooms.message(earlier.messageId);
  if (first !== undefined) return success(messageView(ports.world.people, call.app, first));
  const sent = await send(call, ports, target);
  ports.uuids.settle(key, sent.kind === "success" ? stringAt(sent.data, "message_id") : undefined);
  return sent;
}

async function send(call: Call, ports: MessagePorts, target: () => Target | Refusal): Promise<Answer> {
  if (call.lingerMs > 0) await new Promise<void>((resolve) => ports.world.clock.setTimer(call.lingerMs, resolve));
  const { world, rates } = ports;
  const place = target();
  if (isRefusal(place)) return place;
  const words = contentOf(call);
  const refusal = isRefusal(words)
    ? words
    : (checkContent(words, call.app, world) ??
      checkEntity(ports.cards, words, call.app) ??
      rates.target(place.chat.chatId));
  return isRefusal(words)
    ? words
    : (refusal ?? success(messageView(world.people, call.app, post(call, ports, place, words))));
}

/** A card made beforehand: it exists, is this app's, and was not sent yet. */
function checkEntity(cards: CardEntities, { content }: Words, app: App): Refusal | undefined {
  const cardId = referredCard(parseJson(content));
  if (cardId === undefined) return undefined;
  const card = cards.find(cardId);
  if (card === undefined) return cardRefused(200740, "card not exist");
  if (card.app !== app) return cardRefused(300311, "card belongs to another app");
  return card.message === undefined ? undefined : cardRefused(10002, "card has been sent already");
}

function post(call: Call, { world, notices, cards }: MessagePorts, place: Target, words: Words): Message {
  const message = world.rooms.post({
    ...place,
    sender: { kind: "app", app: call.app },
    msgType: words.msgType,
    sent: words.content,
    ...receive(words.msgType, words.content, whoIs(world, call.app)),
    uuid: stringAt(call.body, "uuid"),
  });
  if (message.msgType === "interactive") cards.sent(message);
  if (message.chat.apps.size > 1) notices.posted(message);
  return message;
}

interface Words {
  readonly msgType: string;
  readonly content: string;
  readonly requestBytes: number;
}

function contentOf(call: Call): Words | Refusal {
  const msgType = stringAt(call.body, "msg_type");
  if (!msgType) return invalidField("msg_type", "msg_type is required");
  const content = stringAt(call.body, "content");
  if (content === undefined) return invalidField("content", "content is required");
  return { msgType, content, requestBytes: call.raw.length };
}

function whoIs({ people }: World, app: App) {
  return (id: string) => people.byOpenId(app.appId, id);
}

/** The message of the path: it exists, stands in a chat of the bot, and was not recalled. */
export function liveMessage(call: Call, world: World, recalledCode = 230011): Message | Refusal {
  const message = world.rooms.message(call.params["message_id"] ?? "");
  if (message === undefined)
    return refuse(99992354, "The request you send is not a valid {open_message_id} or not exists.");
  const refusal = checkMember(message.chat, call.app);
  if (refusal !== undefined) return refusal;
  return message.recalled ? refuse(recalledCode, "The message was withdrawn.") : message;
}

function isOwn(message: Message, app: App): boolean {
  return message.sender.kind === "app" && message.sender.app === app;
}

function edit(call: Call, { world, rates }: MessagePorts): Answer {
  const message = liveMessage(call, world);
  if (isRefusal(message)) return message;
  const words = contentOf(call);
  if (isRefusal(words)) return words;
  if (!EDITABLE.has(words.msgType) || !EDITABLE.has(message.msgType))
    return refuse(230054, "This message type does not support editing.");
  if (!isOwn(message, call.app)) return refuse(230071, "The operator is not the sender of the message.");
  if (message.edits.length >= MAX_EDITS)
    return refuse(230072, "The message has reached the number of times it can be edited.");
  const refusal = checkContent(words, call.app, world) ?? rates.target(message.messageId);
  if (refusal !== undefined) return refusal;
  const wording = receive(words.msgType, words.content, whoIs(world, call.app));
  world.rooms.edit(message, { msgType: words.msgType, sent: words.content, ...wording });
  return success(messageView(world.people, call.app, message));
}
const EDITABLE = new Set(["text", "post"]);

function updateCard(call: Call, { world, rates }: MessagePorts): Answer {
  const message = liveMessage(call, world);
  if (isRefusal(message)) return message;
  const content = stringAt(call.body, "content");
  if (content === undefined) return invalidField("content", "content is required");
  if (message.msgType !== "interactive") return invalidParameter("message is not a card");
  if (!isOwn(message, call.app)) return refuse(230027, "Lack of necessary permissions.");
  if (world.clock.now() - message.createdAtMs > CARD_WINDOW_MS)
    return refuse(230031, "The card has expired: it can be updated for 14 days.");
  const words = { msgType: "interactive", content, requestBytes: call.raw.length };
  const refusal =
    checkContent(words, call.app, world) ?? checkShared(message, content) ?? rates.target(message.messageId);
  if (refusal !== undefined) return refusal;
  world.rooms.edit(message, { msgType: "interactive", sent: content, content, mentions: [] });
  return success();
}

function checkShared(message: Message, content: string): Refusal | undefined {
  return isShared(message.sent) && isShared(content) ? undefined : cardRefused(300302, "update_multi must be true");
}

function recall(call: Call, { world, notices }: MessagePorts): Answer {
  const message = liveMessage(call, world);
  if (isRefusal(message)) return message;
  if (!isOwn(message, call.app)) return refuse(230026, "No permission to recall this message.");
  if (world.clock.now() - message.createdAtMs > RECALL_WINDOW_MS)
    return refuse(230009, "This message can not be recalled any more.");
  world.rooms.recall(message);
  notices.recalled(message);
  return success();
}

function get(call: Call, { world }: MessagePorts): Answer {
  const message = world.rooms.message(call.params["message_id"] ?? "");
  if (message === undefined)
    return refuse(99992354, "The request you send is not a valid {open_message_id} or not exists.");
  const refusal = checkMember(message.chat, call.app);
  if (refusal !== undefined) return refusal;
  const rawCard = call.query.get("card_msg_content_type") === "user_card_content";
  const items = [message, ...children(message.chat, message)];
  return success({ items: items.map((item) => messageView(world.people, call.app, item, rawCard)) });
}

function children(chat: Chat, { messageId }: Message): Message[] {
  return chat.messages.filter((message) => message.upperMessageId === messageId);
}
