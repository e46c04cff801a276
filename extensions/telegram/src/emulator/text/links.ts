import type { Entity } from "./entities.ts";

const USER_LINK = /^tg:(?:\/\/)?user\?id=(\d+)$/i;
const EMOJI_LINK = /^tg:(?:\/\/)?emoji\?id=(\d+)$/i;

/**
 * What a link in marked-up text becomes: a mention for `tg://user?id=…`, a link for an address, nothing for words that
 * are none; the words stay.
 */
export function linkEntity(url: string, offset: number, length: number): Entity[] {
  const userId = USER_LINK.exec(url)?.[1];
  if (userId !== undefined) return [{ type: "text_mention", offset, length, user: { id: Number(userId) } }];
  const checked = checkedLink(url);
  return checked === undefined ? [] : [{ type: "text_link", offset, length, url: checked }];
}

export function customEmojiId(url: string): string | undefined {
  return EMOJI_LINK.exec(url)?.[1];
}

function checkedLink(url: string): string | undefined {
  const address = url.trim();
  const whole = /^(?:https?|tg|ton|ftp):\/\//i.test(address) ? address : `http://${address}`;
  if (!URL.canParse(whole)) return undefined;
  const { hostname, protocol, href } = new URL(whole);
  if (protocol === "tg:" || protocol === "ton:") return whole;
  return /[^.]\.[^.]/.test(hostname) || hostname === "localhost" ? href : undefined;
}
