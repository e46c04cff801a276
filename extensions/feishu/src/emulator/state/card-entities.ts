import { type EmulatorClock, isRecord, type JsonRecord, parseJson, recordAt, stringAt } from "@loong/emulator-kit";
import { cardId } from "../ids.ts";
import type { App } from "./apps.ts";
import type { Message, Rooms } from "./rooms.ts";

/** A card made by CardKit: it exists before the message that shows it and changes after it. */
export interface CardEntity {
  readonly cardId: string;
  readonly app: App;
  readonly createdAtMs: number;
  card: JsonRecord;
  /** Of the last operation; each must be higher. */
  sequence: number;
  /** When streaming was switched on; absent while it is off. */
  streamingSinceMs: number | undefined;
  message: Message | undefined;
  /** Keys of operations, with what they asked for. */
  readonly uuids: Map<string, string>;
  readonly history: CardStep[];
}

/** One thing that was done to a card. */
interface CardStep {
  readonly atMs: number;
  readonly what: string;
  readonly sequence: number;
  readonly elementId?: string;
  /** The text of a streamed element, so far. */
  readonly content?: string;
}

export interface CardView {
  readonly cardId: string;
  readonly appId: string;
  readonly messageId: string | undefined;
  readonly streaming: boolean;
  readonly sequence: number;
  readonly card: unknown;
  readonly history: readonly CardStep[];
}

export interface CardEntities {
  add(app: App, card: JsonRecord): CardEntity;
  find(cardId: string): CardEntity | undefined;
  /** Remembers which message shows the card, if its content names one. */
  sent(message: Message): void;
  /** Is streaming on? It ends by itself after ten minutes. */
  streaming(entity: CardEntity): "on" | "off" | "timed-out";
  /** Puts a changed card in place and tells who watches its message. */
  change(entity: CardEntity, card: JsonRecord, step: Omit<CardStep, "atMs">): void;
  read(content: unknown): { readonly card: unknown; readonly generating: boolean };
  list(): readonly CardView[];
}

const STREAMING_LIMIT_MS = 10 * 60 * 1000;

export function createCardEntities(clock: EmulatorClock, rooms: Rooms): CardEntities {
  const entities = new Map<string, CardEntity>();

  function streaming(entity: CardEntity): "on" | "off" | "timed-out" {
    if (entity.streamingSinceMs === undefined) return "off";
    return clock.now() - entity.streamingSinceMs < STREAMING_LIMIT_MS ? "on" : "timed-out";
  }

  /** A switch in the card's config counts from the moment it is turned. */
  function follow(entity: CardEntity): void {
    if (!isStreamingCard(entity.card)) entity.streamingSinceMs = undefined;
    else if (streaming(entity) !== "on") entity.streamingSinceMs = clock.now();
  }

  return {
    streaming,
    find: (cardId) => entities.get(cardId),
    add(app, card) {
      const fresh = { sequence: 0, streamingSinceMs: undefined, message: undefined, uuids: new Map(), history: [] };
      const entity: CardEntity = { cardId: cardId(), app, createdAtMs: clock.now(), card, ...fresh };
      follow(entity);
      entities.set(entity.cardId, entity);
      return entity;
    },
    sent(message) {
      const entity = entities.get(referredCard(parseJson(message.sent)) ?? "");
      if (entity !== undefined) entity.message = message;
    },
    change(entity, card, step) {
      const turned = isStreamingCard(card) !== isStreamingCard(entity.card) || step.what === "settings";
      entity.card = card;
      entity.sequence = step.sequence;
      entity.history.push({ atMs: clock.now(), ...step });
      if (turned) follow(entity);
      if (entity.message !== undefined) rooms.touch(entity.message);
    },
    read(content) {
      const cardId = referredCard(content);
      const entity = entities.get(cardId ?? "");
      if (entity === undefined) return { card: content, generating: false };
      return { card: entity.card, generating: streaming(entity) === "on" };
    },
    list: () => [...entities.values()].map((entity) => view(entity, streaming(entity) === "on")),
  };
}

function view({ cardId, app, message, sequence, card, history }: CardEntity, streaming: boolean): CardView {
  return { cardId, appId: app.appId, messageId: message?.messageId, streaming, sequence, card, history: [...history] };
}

/** The id in `{"type":"card","data":{"card_id":"…"}}`. */
export function referredCard(content: unknown): string | undefined {
  return stringAt(content, "type") === "card" ? stringAt(recordAt(content, "data"), "card_id") : undefined;
}

function isStreamingCard(card: JsonRecord): boolean {
  return recordAt(card, "config")?.["streaming_mode"] === true;
}

/** The element with this id, wherever it stands. */
export function findElement(node: unknown, elementId: string): JsonRecord | undefined {
  if (Array.isArray(node))
    return node.map((one: unknown) => findElement(one, elementId)).find((found) => found !== undefined);
  if (!isRecord(node)) return undefined;
  if (node["element_id"] === elementId) return node;
  return findElement(Object.values(node), elementId);
}

/** The tree with one element replaced by others; none deletes it. */
export function replaceElement<T>(node: T, elementId: string, by: readonly unknown[]): T {
  if (Array.isArray(node)) {
    const list: unknown[] = node;
    return list.flatMap((one) => (isNamed(one, elementId) ? by : [replaceElement(one, elementId, by)])) as T;
  }
  if (!isRecord(node)) return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, replaceElement(value, elementId, by)]),
  ) as T;
}

function isNamed(node: unknown, elementId: string): boolean {
  return isRecord(node) && node["element_id"] === elementId;
}

/** Every `element_id`, from top to bottom. */
export function elementIds(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(elementIds);
  if (!isRecord(node)) return [];
  const own = stringAt(node, "element_id");
  return [...(own === undefined ? [] : [own]), ...Object.values(node).flatMap(elementIds)];
}
