import { parseForeignJson } from "@loong/guards";
import type { Inbound, Logger, WebhookFeature, WebhookRequest, WebhookResponse } from "@loong/sdk";
import { feishuErrors } from "../errors.ts";
import type { KeyObject } from "node:crypto";
import { decrypt, decryptionKey } from "./decrypt.ts";
import { type JsonObject, textAt } from "./json.ts";
import { type Envelope, readEnvelope } from "./parse.ts";
import { isFresh, isSame, isSigned, signatureHeaders } from "./verify.ts";

/** What proves that a request comes from the platform. At least one is needed before an event is taken. */
export interface WebhookSecrets {
  readonly appId: string;
  readonly encryptKey: string | undefined;
  readonly verificationToken: string | undefined;
}

export interface WebhookParts {
  readonly secrets: WebhookSecrets;
  readonly log: Logger;
  now(): number;
  receive(envelope: Envelope, inbound: Inbound): Promise<void>;
}

type Refusal =
  | "signature"
  | "stale"
  | "plaintext"
  | "decrypt"
  | "token"
  | "app"
  | "unverifiable"
  | "body"
  | "challenge";

/** A body that passed every check. */
type Checked =
  | { readonly kind: "event"; readonly envelope: Envelope }
  | { readonly kind: "challenge"; readonly challenge: string }
  | { readonly kind: "refused"; readonly why: Refusal };

const ACKNOWLEDGED: WebhookResponse = { status: 200, body: "{}" };
const CHALLENGE = /^[\w.~+/=:-]{1,256}$/;

/**
 * Answers requests. The host has checked method, path and size; here follow signature, time, shape, decryption, token and
 * app, then the event is stored, and only then acknowledged. What cannot be stored is thrown: the platform sends it again after
 * 15 s, 5 min, 1 h and 6 h.
 *
 * @see https://open.feishu.cn/document/server-docs/event-subscription-guide/event-subscription-configure-/request-url-configuration-case (read 2026-05)
 */
export function createWebhook({ secrets, log, now, receive }: WebhookParts): WebhookFeature["handle"] {
  const { encryptKey } = secrets;
  const encryption = encryptKey === undefined ? undefined : { encryptKey, key: decryptionKey(encryptKey) };

  return async (request, inbound) => {
    const checked =
      encryption === undefined
        ? checkPlain(request.body, secrets)
        : checkEncrypted(request, secrets, encryption, now());
    switch (checked.kind) {
      case "refused":
        log.debug("a webhook request was refused", { reason: checked.why });
        return refuse(checked.why);
      case "challenge":
        return answer(200, { challenge: checked.challenge });
      case "event":
        await receive(checked.envelope, inbound);
        return ACKNOWLEDGED;
    }
  };
}

interface Encryption {
  readonly encryptKey: string;
  readonly key: KeyObject;
}

/**
 * With an Encrypt Key everything is encrypted, and all but the check of the address is signed. That check comes unsigned from
 * the console; that it decrypts proves the key. Plaintext never comes from the platform then, whatever it says.
 */
function checkEncrypted(
  request: WebhookRequest,
  secrets: WebhookSecrets,
  { encryptKey, key }: Encryption,
  nowMs: number,
): Checked {
  const signed = signatureHeaders(request.headers);
  if (signed !== undefined) {
    if (!isSigned(signed, encryptKey, request.body)) return refused("signature");
    if (!isFresh(signed, nowMs)) return refused("stale");
  }
  const outer = parseForeignJson(request.body);
  if (outer === undefined) return refused(signed === undefined ? "signature" : "body");
  const encrypted = textAt(outer, "encrypt");
  if (encrypted === "") return refused("plaintext");
  const bytes = decrypt(encrypted, key);
  if (bytes === undefined) return refused("decrypt");
  const body = parseForeignJson(bytes);
  // One in 256 wrong keys leaves a whole padding, and gibberish before it.
  if (body === undefined) return refused(signed === undefined ? "decrypt" : "body");
  if (isChallenge(body)) return checkChallenge(body, secrets);
  return signed === undefined ? refused("signature") : checkEvent(body, secrets);
}

/** Without an Encrypt Key nothing is signed: the Verification Token inside is the only proof. */
function checkPlain(bytes: Uint8Array, secrets: WebhookSecrets): Checked {
  const body = parseForeignJson(bytes);
  if (body === undefined) return refused("body");
  if (isChallenge(body)) return checkChallenge(body, secrets);
  return secrets.verificationToken === undefined ? refused("unverifiable") : checkEvent(body, secrets);
}

function isChallenge(body: JsonObject): boolean {
  return body["type"] === "url_verification";
}

/** Gives away nothing but what was sent, so it needs no proof before secrets are configured. */
function checkChallenge(body: JsonObject, { verificationToken }: WebhookSecrets): Checked {
  if (verificationToken !== undefined && !isSame(verificationToken, textAt(body, "token"))) return refused("token");
  const challenge = textAt(body, "challenge");
  return CHALLENGE.test(challenge) ? { kind: "challenge", challenge } : refused("challenge");
}

function checkEvent(body: JsonObject, { appId, verificationToken }: WebhookSecrets): Checked {
  const envelope = readEnvelope(body);
  if (verificationToken !== undefined && !isSame(verificationToken, envelope.token)) return refused("token");
  if (envelope.appId !== appId) return refused("app");
  return { kind: "event", envelope };
}

function refused(why: Refusal): Checked {
  return { kind: "refused", why };
}

function refuse(why: Refusal): WebhookResponse {
  if (why === "body" || why === "challenge") return { ...answer(400, { error: "bad request" }), refused: why };
  if (why !== "unverifiable") return { ...answer(401, { error: "not verified" }), refused: why };
  const { message, hint } = feishuErrors.FEISHU_WEBHOOK_SECRETS_MISSING([]);
  return { ...answer(401, { error: message, hint: hint ?? "" }), refused: why };
}

function answer(status: number, body: Readonly<Record<string, string>>): WebhookResponse {
  return { status, body: JSON.stringify(body) };
}
