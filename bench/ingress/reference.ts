// The reference of the ingress row: fastify that verifies and decrypts the same events and stores nothing.
import { createDecipheriv, createHash, timingSafeEqual } from "node:crypto";
import fastify from "fastify";
import { ENCRYPT_KEY, VERIFICATION_TOKEN } from "./events.ts";

const key = createHash("sha256").update(ENCRYPT_KEY).digest();
const server = fastify({ logger: false });
server.removeContentTypeParser("application/json");
server.addContentTypeParser("application/json", { parseAs: "buffer" }, (_request, body, done) => done(null, body));

server.post("/hook", (request, reply) => {
  const raw = request.body as Buffer;
  const { headers } = request;
  const expected = createHash("sha256")
    .update(`${String(headers["x-lark-request-timestamp"])}${String(headers["x-lark-request-nonce"])}${ENCRYPT_KEY}`)
    .update(raw)
    .digest();
  if (!timingSafeEqual(expected, Buffer.from(String(headers["x-lark-signature"]), "hex")))
    return reply.code(401).send("{}");
  const encrypted = Buffer.from((JSON.parse(raw.toString()) as { encrypt: string }).encrypt, "base64");
  const decipher = createDecipheriv("aes-256-cbc", key, encrypted.subarray(0, 16));
  const event = JSON.parse(decipher.update(encrypted.subarray(16), undefined, "utf8") + decipher.final("utf8")) as {
    header: { token: string };
  };
  if (event.header.token !== VERIFICATION_TOKEN) return reply.code(401).send("{}");
  return reply.header("content-type", "application/json").send("{}");
});

await server.listen({ port: Number(process.argv[2]), host: "127.0.0.1" });
console.log("listening");
