import { isRecord, recordAt, stringAt } from "@loong/emulator-kit";
import type { CardTokens } from "./api/card-update.ts";
import { checkFor } from "./api/card-update.ts";
import type { AttemptResult, Deliveries } from "./events/deliveries.ts";
import { cardClicked, type CardClick } from "./events/payloads.ts";
import type { App } from "./state/apps.ts";
import type { User } from "./state/people.ts";
import type { Message } from "./state/rooms.ts";
import type { World } from "./state/world.ts";

/** What the user sees after a click. */
export interface ClickResult {
  readonly eventId: string;
  /** The card changed, a toast showed, nothing happened, or an error code appeared. */
  readonly toast: { readonly type: string; readonly content: string } | undefined;
  readonly cardChanged: boolean;
  /** 200340 nobody there, 200341 too slow, 200671 refused, 200672 answer not understood, 200673 bad card. */
  readonly errorCode: number | undefined;
  /** For `POST /open-apis/interactive/v1/card/update`. */
  readonly token: string;
}

/** @see https://open.feishu.cn/document/feishu-cards/card-callback-communication (read 2026-05) */
export async function clickCard(
  ports: { readonly world: World; readonly deliveries: Deliveries; readonly tokens: CardTokens },
  target: { readonly message: Message; readonly app: App; readonly user: User; readonly click: CardClick },
): Promise<ClickResult> {
  const { world, deliveries, tokens } = ports;
  const { message, app, user, click } = target;
  const token = tokens.issue(message);
  const { eventId, ...result } = await deliveries.call(
    app,
    "card.action.trigger",
    cardClicked(world.people, app, message, user, click, token),
  );
  tokens.answered(token);
  return { eventId, token, ...apply(world, message, app, result) };
}

type Outcome = Omit<ClickResult, "eventId" | "token">;

function apply(world: World, message: Message, app: App, result: AttemptResult): Outcome {
  const failed = (errorCode: number): Outcome => ({ toast: undefined, cardChanged: false, errorCode });
  if (result.outcome !== "acknowledged") return failed(FAILURE_CODES[result.outcome]);
  const answer = result.data ?? {};
  if (!isRecord(answer)) return failed(200672);
  const card = recordAt(recordAt(answer, "card"), "data");
  const isRaw = stringAt(recordAt(answer, "card"), "type") !== "template";
  if (card !== undefined && isRaw && checkFor(JSON.stringify(card), app, world) !== undefined) return failed(200673);
  if (card !== undefined) show(world, message, isRaw ? card : { type: "template", data: card });
  return { toast: toastOf(answer), cardChanged: card !== undefined, errorCode: undefined };
}

const FAILURE_CODES: Readonly<Record<Exclude<AttemptResult["outcome"], "acknowledged">, number>> = {
  "no-connection": 200340,
  timeout: 200341,
  refused: 200671,
  failed: 200340,
};

function show({ rooms }: World, message: Message, card: object): void {
  const content = JSON.stringify(card);
  rooms.edit(message, { msgType: "interactive", sent: content, content, mentions: [] });
}

function toastOf(answer: unknown): ClickResult["toast"] {
  const toast = recordAt(answer, "toast");
  const content = stringAt(toast, "content");
  return content === undefined ? undefined : { type: stringAt(toast, "type") ?? "info", content };
}
