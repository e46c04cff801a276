import { createHmac, timingSafeEqual } from "node:crypto";

/**
 * Who a visitor is. An id names a conversation and may stand in logs; knowing one proves nothing. The cookie proves it:
 * it is the id and a signature of it. Both are known again by the key alone, so that a restart ends no session.
 */
export interface Identity {
  /** Another one for each key: browsers send one host's cookies to all of its ports. */
  readonly cookieName: string;
  create(): string;
  /** Was this id made with this key? */
  isOurs(id: string): boolean;
  credential(id: string): string;
  /** The visitor that a credential belongs to, if it is genuine. */
  visitorOf(credential: string): string | undefined;
  /** Shows another process with the same key that this listener is of this account. */
  proof(challenge: string): string;
}

const RANDOM_BYTES = 12;
const TAG_HEX = 12;
const ID = /^v([0-9a-f]{24})([0-9a-f]{12})$/;

export function createIdentity(key: Uint8Array, randomBytes: (size: number) => Buffer): Identity {
  const sign = (purpose: string, text: string) => createHmac("sha256", key).update(`${purpose}\n${text}`).digest("hex");
  const tagOf = (random: string) => sign("id", random).slice(0, TAG_HEX);

  function isOurs(id: string): boolean {
    const [, random, tag] = ID.exec(id) ?? [];
    return random !== undefined && tag !== undefined && sameText(tag, tagOf(random));
  }

  return {
    cookieName: `loong_webchat_${sign("cookie", "name").slice(0, 8)}`,
    create() {
      const random = randomBytes(RANDOM_BYTES).toString("hex");
      return `v${random}${tagOf(random)}`;
    },
    isOurs,
    credential: (id) => `${id}.${sign("credential", id)}`,
    visitorOf(credential) {
      const [id = "", signature = "", ...more] = credential.split(".");
      return more.length === 0 && isOurs(id) && sameText(signature, sign("credential", id)) ? id : undefined;
    },
    proof: (challenge) => sign("proof", challenge),
  };
}

/** Compares without telling by its time how much of the two is the same. */
export function sameText(one: string, other: string): boolean {
  const digest = (text: string) => createHmac("sha256", "compare").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
