import { type EmulatorClock, recordAt, stringAt } from "@loong/emulator-kit";
import { randomHex } from "../ids.ts";
import type { App } from "../state/apps.ts";
import type { Message } from "../state/rooms.ts";
import type { World } from "../state/world.ts";
import { refuse, success, type Answer } from "./answer.ts";
import { checkCard } from "./card-rules.ts";
import { hasImage } from "./content-rules.ts";
import type { Call, Route } from "./router.ts";

/** The `c-…` tokens of card clicks: 30 minutes, two updates, and only once the click has been answered. */
export interface CardTokens {
  issue(message: Message): string;
  answered(token: string): void;
  /** The message, if the token may still change it; counts as one use. */
  use(token: string): Message | undefined;
}

const TTL_MS = 30 * 60 * 1000;
const USES = 2;

export function createCardTokens(clock: EmulatorClock): CardTokens {
  const tokens = new Map<
    string,
    { readonly message: Message; readonly untilMs: number; uses: number; answered: boolean }
  >();
  return {
    issue(message) {
      const token = `c-${randomHex()}`;
      tokens.set(token, { message, untilMs: clock.now() + TTL_MS, uses: 0, answered: false });
      return token;
    },
    answered(token) {
      const known = tokens.get(token);
      if (known !== undefined) known.answered = true;
    },
    use(token) {
      const known = tokens.get(token);
      if (known === undefined || !known.answered || known.untilMs < clock.now() || known.uses >= USES) return undefined;
      known.uses += 1;
      return known.message;
    },
  };
}

/**
 * The delayed answer to a card click. Which code the platform uses for a spent token is not documented; 10002 is ours.
 * @see https://open.feishu.cn/document/server-docs/im-v1/message-card/delay-update-message-card (read 2026-05)
 */
export function cardUpdateRoutes(world: World, tokens: CardTokens): Route[] {
  const path = "/open-apis/interactive/v1/card/update";
  return [{ method: "POST", path, auth: "bot", handle: (call) => update(call, world, tokens) }];
}

function update({ body, app }: Call, world: World, tokens: CardTokens): Answer {
  const card = recordAt(body, "card");
  if (card === undefined) return refuse(10002, "card is required");
  const content = JSON.stringify(card);
  const refusal = checkFor(content, app, world);
  if (refusal !== undefined) return refusal;
  const message = tokens.use(stringAt(body, "token") ?? "");
  if (message === undefined)
    return refuse(10002, "token is invalid, expired, used twice, or its click is not answered yet");
  world.rooms.edit(message, { msgType: "interactive", sent: content, content, mentions: [] });
  return success();
}

/** Could this app show this card? */
export function checkFor(content: string, app: App, world: World) {
  return checkCard(content, { maxTables: world.settings.maxCardTables, hasImage: (key) => hasImage(key, app, world) });
}
