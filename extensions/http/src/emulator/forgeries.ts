import { sign } from "./signing.ts";

/** A request that is not the application's. */
export interface Forgery {
  readonly what: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly query: Readonly<Record<string, string>>;
    readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
    readonly body: Uint8Array;
  };
}

/** Every way in that must stay shut. @param body - What the application itself could have said. */
export function forgeriesOf(secret: string, path: string, body: string, nowMs: number): readonly Forgery[] {
  const at = (offsetS: number) => String(Math.floor(nowMs / 1000) + offsetS);
  const now = at(0);
  const right = sign(secret, now, body);
  const callback = JSON.stringify({
    type: "message",
    id: "k1",
    conversation: { id: "room-1" },
    format: "plain",
    text: "x",
  });
  const request = (
    what: string,
    timestamp?: string | string[],
    signature?: string | string[],
    bytes = body,
  ): Forgery => ({
    what,
    request: {
      method: "POST",
      path,
      query: {},
      headers: { "content-type": "application/json", "loong-timestamp": timestamp, "loong-signature": signature },
      body: Buffer.from(bytes),
    },
  });
  return [
    request("no headers"),
    request("no signature", now),
    request("no timestamp", undefined, right),
    request("an empty signature", now, "v1="),
    request("a signature that is cut short", now, right.slice(0, -2)),
    request("a signature without its version", now, right.slice(3)),
    request("a signature of another version", now, right.replace("v1=", "v2=")),
    request("two signatures", now, [right, right]),
    request("two timestamps", [now, now], right),
    request("another secret", now, sign("some-other-secret", now, body)),
    request("the signature of another body", now, sign(secret, now, `${body} `)),
    request("a changed body", now, right, body.replace("{", '{"isAdmin":true,')),
    request("another timestamp than the signed one", at(1), right),
    request("a timestamp from 301 seconds ago", at(-301), sign(secret, at(-301), body)),
    // Two more, since the clock goes on between making the request and judging it.
    request("a timestamp 303 seconds ahead", at(303), sign(secret, at(303), body)),
    request("a timestamp in milliseconds", `${now}000`, sign(secret, `${now}000`, body)),
    request("a timestamp that is no number", "now", sign(secret, "now", body)),
    request("a pong instead of a signature", "pong", sign(secret, "pong", body)),
    request("a callback of the gateway's own", now, sign(secret, now, callback), callback),
  ];
}
