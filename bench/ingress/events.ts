import { createCipheriv, createHash, randomBytes } from "node:crypto";

export const ENCRYPT_KEY = "bench-encrypt-key-0123456789";
export const VERIFICATION_TOKEN = "bench-verification-token";
export const APP_ID = "cli_a9f6c72aa7b85bca";

/** Encrypted webhook bodies of distinct private messages, as the platform sends them. */
export function makeBodies(count: number, run: string): readonly string[] {
  const key = createHash("sha256").update(ENCRYPT_KEY).digest();
  return Array.from({ length: count }, (_, index) => {
    const iv = randomBytes(16);
    const cipher = createCipheriv("aes-256-cbc", key, iv);
    const encrypted = Buffer.concat([iv, cipher.update(JSON.stringify(makeEvent(`${run}${index}`))), cipher.final()]);
    return JSON.stringify({ encrypt: encrypted.toString("base64") });
  });
}

function makeEvent(id: string): object {
  const nowMs = String(Date.now());
  return {
    schema: "2.0",
    header: {
      event_id: `ev-${id}`,
      event_type: "im.message.receive_v1",
      create_time: nowMs,
      token: VERIFICATION_TOKEN,
      app_id: APP_ID,
      tenant_key: "t1",
    },
    event: {
      sender: { sender_id: { open_id: "ou_84aad35d084aa403a838cf73ee18467" }, sender_type: "user", tenant_key: "t1" },
      message: {
        message_id: `om_${id}`,
        create_time: nowMs,
        chat_id: "oc_5ce6d572455d361153b7xx51da133945",
        chat_type: "p2p",
        message_type: "text",
        content: JSON.stringify({ text: `hello number ${id}` }),
      },
    },
  };
}

/** The headers the platform signs a body with, now. */
export function sign(body: string): Record<string, string> {
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const nonce = "a1b2c3d4";
  const signature = createHash("sha256")
    .update(timestamp + nonce + ENCRYPT_KEY + body)
    .digest("hex");
  return {
    "content-type": "application/json",
    "x-lark-request-timestamp": timestamp,
    "x-lark-request-nonce": nonce,
    "x-lark-signature": signature,
  };
}
