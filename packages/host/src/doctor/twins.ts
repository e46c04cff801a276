import { type Check, warn } from "./check.ts";

/** An account, and by what it can be known that another is the same one. */
export interface Bearer {
  readonly channel: string;
  readonly account: string;
  readonly configPath: string;
  /** Fingerprint of its secrets; absent when it has none. */
  readonly credentials?: string;
  /** Who the platform says it is. */
  readonly identity?: string;
}

/** One bot that is configured under two names: both would be served, and one would answer for the other. */
export function checkTwins(accounts: readonly Bearer[]): readonly Check[] {
  return accounts.flatMap((account, index) => {
    const twin = accounts.slice(0, index).find((other) => isSame(account, other));
    return twin === undefined ? [] : [twinCheck(account, twin)];
  });
}

function isSame(one: Bearer, other: Bearer): boolean {
  if (one.channel !== other.channel) return false;
  const sameIdentity = one.identity !== undefined && one.identity === other.identity;
  return sameIdentity || (one.credentials !== undefined && one.credentials === other.credentials);
}

function twinCheck({ channel, account, configPath, identity }: Bearer, twin: Bearer): Check {
  const why = identity !== undefined && identity === twin.identity ? `both are ${identity}` : "same credentials";
  return warn(
    `account.${channel}.${account}.twin`,
    `${twin.configPath} and ${configPath} are one account of the platform (${why}): events go to one of the two by chance.`,
    `Keep one of them: \`loong config set ${configPath}.enabled false\`.`,
  );
}
