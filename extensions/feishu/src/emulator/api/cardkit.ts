import { isRecord, listAt, numberAt, parseJson, recordAt, stringAt, type JsonRecord } from "@loong/emulator-kit";
import { elementIds, findElement, replaceElement, type CardEntities, type CardEntity } from "../state/card-entities.ts";
import type { World } from "../state/world.ts";
import { isRefusal, refuse, success, type Answer, type Refusal } from "./answer.ts";
import { tagsIn } from "./card-rules.ts";
import type { AppRoute, Call, Route } from "./router.ts";

const PATH = "/open-apis/cardkit/v1/cards";
const SCOPES = ["cardkit:card:write"];
const MAX_CARD_BYTES = 30 * 1024;
const MAX_ELEMENTS = 200;
const MAX_CONTENT_LENGTH = 100_000;
const MAX_UUID_LENGTH = 64;
const LIFETIME_MS = 14 * 24 * 60 * 60 * 1000;
const ELEMENT_ID = /^[A-Za-z]\w{0,19}$/;

/** What an operation makes of a card, or why it does not. */
type Change = JsonRecord | Refusal;
type Operation = (entity: CardEntity, call: Call) => Change;

/**
 * Cards that are made first, sent once, and then streamed into.
 * @see https://open.feishu.cn/document/cardkit-v1/feishu-card-resource-overview (read 2026-05)
 */
export function cardKitRoutes(world: World, cards: CardEntities): Route[] {
  const route = (method: string, path: string, what: string, operation: Operation): AppRoute => ({
    method,
    path: PATH + path,
    auth: "tenant",
    scopes: SCOPES,
    handle: (call) => operate(call, world, cards, what, operation),
  });
  return [
    { method: "POST", path: PATH, auth: "tenant", scopes: SCOPES, handle: (call) => create(call, cards) },
    route("PUT", "/:card_id", "update", (_entity, call) => parseCard(recordAt(call.body, "card"))),
    route("PATCH", "/:card_id/settings", "settings", (entity, { body }) => withSettings(entity.card, body)),
    route("POST", "/:card_id/batch_update", "batch", (entity, { body }) => batch(entity.card, body)),
    route("POST", "/:card_id/elements", "add", (entity, { body }) => addElements(entity.card, body)),
    route("PUT", "/:card_id/elements/:element_id", "replace", (entity, call) =>
      replace(entity.card, idOf(call), stringAt(call.body, "element")),
    ),
    route("PATCH", "/:card_id/elements/:element_id", "patch", (entity, call) =>
      patch(entity.card, idOf(call), stringAt(call.body, "partial_element")),
    ),
    route("DELETE", "/:card_id/elements/:element_id", "delete", (entity, call) => remove(entity.card, [idOf(call)])),
    route("PUT", "/:card_id/elements/:element_id/content", "content", (entity, call) => stream(entity, call, cards)),
  ];
}

function idOf({ params }: Call): string {
  return params["element_id"] ?? "";
}

function create({ body, app }: Call, cards: CardEntities): Answer {
  const card = parseCard(body);
  return isRefusal(card) ? card : success({ card_id: cards.add(app, card).cardId });
}

/** `{type, data}`, with the card as a JSON string. */
function parseCard(body: unknown): Change {
  const data = stringAt(body, "data");
  if (data === undefined) return refuse(10002, "data is required");
  if (stringAt(body, "type") === "template") return { type: "template", data: parseJson(data) };
  if (Buffer.byteLength(data) > MAX_CARD_BYTES) return refuse(200860, "card content exceeds 30 KB");
  const card = parseJson(data);
  if (!isRecord(card) || stringAt(card, "schema") !== "2.0") return refuse(300303, "card schema must be 2.0");
  return checked(card);
}

/** A card within its limits. */
function checked(card: JsonRecord): Change {
  if (tagsIn(card).length > MAX_ELEMENTS) return refuse(300305, "the number of elements exceeds 200");
  const ids = elementIds(card);
  if (ids.some((id) => !ELEMENT_ID.test(id))) return refuse(10002, "element_id is invalid");
  return new Set(ids).size === ids.length ? card : refuse(300301, "element_id is duplicated");
}

/** The checks of every operation: the card, its age and owner, the key, the sequence; then the change. */
function operate(call: Call, world: World, cards: CardEntities, what: string, operation: Operation): Answer {
  const entity = cards.find(call.params["card_id"] ?? "");
  if (entity === undefined) return refuse(200740, "card not exist");
  if (entity.app !== call.app) return refuse(300311, "no permission to operate the card of another app");
  if (world.clock.now() - entity.createdAtMs > LIFETIME_MS) return refuse(200750, "card expired");
  const repeated = checkUuid(entity, call);
  if (repeated !== undefined) return repeated;
  const sequence = numberAt(call.body, "sequence");
  if (sequence === undefined) return refuse(10002, "sequence is required");
  if (sequence <= entity.sequence) return refuse(300317, "sequence number compare failed");
  const change = operation(entity, call);
  if (isRefusal(change)) return change;
  const uuid = stringAt(call.body, "uuid");
  if (uuid !== undefined) entity.uuids.set(uuid, call.raw.toString("utf8"));
  cards.change(entity, change, { what, sequence, ...streamed(call) });
  return success();
}

/** The same operation again has no second effect; another one under its key is refused. */
function checkUuid(entity: CardEntity, { body, raw }: Call): Answer | undefined {
  const uuid = stringAt(body, "uuid") ?? "";
  if (uuid.length > MAX_UUID_LENGTH) return refuse(10002, "uuid is too long");
  const earlier = entity.uuids.get(uuid);
  if (earlier === undefined) return undefined;
  return earlier === raw.toString("utf8") ? success() : refuse(200770, "uuid conflict");
}

function streamed({ body, params }: Call): { readonly elementId?: string; readonly content?: string } {
  const content = stringAt(body, "content");
  const elementId = params["element_id"];
  return { ...(elementId === undefined ? {} : { elementId }), ...(content === undefined ? {} : { content }) };
}

function stream(entity: CardEntity, call: Call, cards: CardEntities): Change {
  const mode = cards.streaming(entity);
  if (mode === "timed-out") return refuse(200850, "card streaming timeout");
  if (mode === "off") return refuse(300309, "card streaming mode is closed");
  const content = stringAt(call.body, "content") ?? "";
  if (content === "") return refuse(300307, "content is empty");
  if (content.length > MAX_CONTENT_LENGTH) return refuse(10002, "content is too long");
  const element = findElement(entity.card, idOf(call));
  if (element === undefined) return refuse(300313, "element not found");
  const tag = stringAt(element, "tag") ?? "";
  if (tag !== "markdown" && tag !== "plain_text") return refuse(300310, "only text elements can be streamed");
  const card = replaceElement(entity.card, idOf(call), [{ ...element, content }]);
  return Buffer.byteLength(JSON.stringify(card)) > MAX_CARD_BYTES ? refuse(200860, "card content exceeds 30 KB") : card;
}

function withSettings(card: JsonRecord, source: unknown): Change {
  const settings = parseJson(stringAt(source, "settings") ?? "");
  if (!isRecord(settings)) return refuse(10002, "settings is not a JSON object");
  return { ...card, ...settings, config: { ...recordAt(card, "config"), ...recordAt(settings, "config") } };
}

function addElements(card: JsonRecord, source: unknown): Change {
  const added = parseJson(stringAt(source, "elements") ?? "");
  if (!Array.isArray(added)) return refuse(10002, "elements is not a JSON array");
  const targetId = stringAt(source, "target_element_id") ?? "";
  const target = findElement(card, targetId);
  const type = stringAt(source, "type");
  if (type === "append" && target === undefined) return checked(appended(card, added));
  if (target === undefined) return refuse(300313, "element not found");
  const inside = { ...target, elements: [...(listAt(target, "elements") ?? []), ...(added as unknown[])] };
  const placed = type === "append" ? [inside] : type === "insert_before" ? [...added, target] : [target, ...added];
  return checked(replaceElement(card, targetId, placed as unknown[]));
}

function appended(card: JsonRecord, added: readonly unknown[]): JsonRecord {
  const body = recordAt(card, "body");
  return { ...card, body: { ...body, elements: [...(listAt(body, "elements") ?? []), ...added] } };
}

function replace(card: JsonRecord, elementId: string, source: string | undefined): Change {
  const element = parseJson(source ?? "");
  if (!isRecord(element)) return refuse(10002, "element is not a JSON object");
  if (findElement(card, elementId) === undefined) return refuse(300313, "element not found");
  return checked(replaceElement(card, elementId, [element]));
}

function patch(card: JsonRecord, elementId: string, source: string | undefined): Change {
  const partial = parseJson(source ?? "");
  if (!isRecord(partial)) return refuse(10002, "partial_element is not a JSON object");
  const element = findElement(card, elementId);
  return element === undefined
    ? refuse(300313, "element not found")
    : checked(replaceElement(card, elementId, [{ ...element, ...partial }]));
}

function remove(card: JsonRecord, ids: readonly unknown[]): Change {
  if (ids.some((id) => typeof id !== "string" || findElement(card, id) === undefined))
    return refuse(300313, "element not found");
  return ids.reduce<JsonRecord>((left, id) => replaceElement(left, String(id), []), card);
}

/** All actions or none. */
function batch(card: JsonRecord, source: unknown): Change {
  const actions = parseJson(stringAt(source, "actions") ?? "");
  if (!Array.isArray(actions)) return refuse(10002, "actions is not a JSON array");
  let changed: Change = card;
  for (const action of actions) {
    if (isRefusal(changed)) return changed;
    changed = act(changed, stringAt(action, "action") ?? "", recordAt(action, "params") ?? {});
  }
  return changed;
}

/** Inside a batch elements and settings may stand as JSON or as a JSON string. */
function act(card: JsonRecord, action: string, params: JsonRecord): Change {
  const text = (key: string): string => stringAt(params, key) ?? JSON.stringify(params[key]);
  const elementId = stringAt(params, "element_id") ?? "";
  switch (action) {
    case "partial_update_setting":
      return withSettings(card, { settings: text("settings") });
    case "add_elements":
      return addElements(card, { ...params, elements: text("elements") });
    case "delete_elements":
      return remove(card, listAt(params, "element_ids") ?? []);
    case "update_element":
      return replace(card, elementId, text("element"));
    case "partial_update_element":
      return patch(card, elementId, text("partial_element"));
    default:
      return refuse(10002, `unknown action ${action}`);
  }
}
