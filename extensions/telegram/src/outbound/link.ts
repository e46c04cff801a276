const SCHEMES: ReadonlySet<string> = new Set(["http:", "https:", "tg:", "ton:"]);

/**
 * Whether Telegram takes the address for a link: others make it refuse the whole message.
 *
 * @see https://core.telegram.org/bots/api#messageentity and td/telegram/LinkManager.cpp of TDLib (read 2026-08)
 */
export function linkable(address: string): boolean {
  const url = URL.parse(address);
  if (url === null || !SCHEMES.has(url.protocol)) return false;
  return !url.protocol.startsWith("http") || url.hostname.includes(".");
}
