import { once } from "node:events";
import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { download } from "./download.ts";

const internet = new URL("wss://openws.work.weixin.qq.com");
const local = new URL("ws://127.0.0.1:9");
const never = new AbortController().signal;

/** All of them are this machine or this network, whatever they look like. */
const PRIVATE = [
  "https://127.0.0.1/x",
  "https://127.1/x",
  "https://2130706433/x",
  "https://0x7f000001/x",
  "https://017700000001/x",
  "https://①②⑦.⓪.⓪.①/x",
  "https://127。0。0。1/x",
  "https://0.0.0.0/x",
  "https://10.0.0.5/x",
  "https://100.64.0.1/x",
  "https://169.254.169.254/latest/meta-data/",
  "https://172.16.0.1/x",
  "https://192.168.0.1/x",
  "https://198.18.0.1/x",
  "https://[::]/x",
  "https://[::1]/x",
  "https://[::7f00:1]/x",
  "https://[::ffff:127.0.0.1]/x",
  "https://[::ffff:a9fe:a9fe]/x",
  "https://[64:ff9b::7f00:1]/x",
  "https://[64:ff9b:1::1]/x",
  "https://[2002:7f00:1::]/x",
  "https://[2001:db8::1]/x",
  "https://[fc00::1]/x",
  "https://[fe80::1]/x",
  "https://[fec0::1]/x",
  "https://localhost/x",
] as const;

test.each(PRIVATE)("files & media: a message cannot lead the gateway to %s", async (address) => {
  await expect(download(address, internet, never)).rejects.toMatchObject({ code: "WECOM_MEDIA_PRIVATE_HOST" });
});

test("files & media: a dot behind the name makes it no other name", async () => {
  await expect(download("https://localhost./x", internet, never)).rejects.toMatchObject({
    code: expect.stringMatching(/^WECOM_MEDIA_(PRIVATE_HOST|UNREACHABLE)$/) as string,
  });
});

test.each([
  "http://example.com/x",
  "http://127.0.0.1/x",
  "https://user@example.com/x",
  "https://user:password@example.com/x",
  "file:///etc/passwd",
  "data:text/plain,x",
  "gopher://127.0.0.1/x",
  "ftp://example.com/x",
  "//example.com/x",
  "",
])("files & media: %j is no address of a file", async (address) => {
  await expect(download(address, internet, never)).rejects.toMatchObject({ code: "WECOM_MEDIA_BROKEN" });
});

describe("where the platform is on this machine", () => {
  let server: Server;
  const asked: string[] = [];
  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(request.url ?? "");
      if (request.url === "/moved") response.writeHead(302, { location: "/secret" }).end();
      else response.end("bytes");
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  afterAll(() => server.close());
  const at = (path: string) => `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;

  test("so are its files", async () => {
    const answer = await download(at("/file"), local, never);
    answer.destroy();
    expect(answer.statusCode).toBe(200);
  });

  test("files & media: a redirect leads nowhere", async () => {
    await expect(download(at("/moved"), local, never)).rejects.toMatchObject({ code: "WECOM_MEDIA_GONE" });
    expect(asked).not.toContain("/secret");
  });

  test("files & media: and the rest of this network is as closed as ever", async () => {
    await expect(download("https://10.0.0.1/x", local, never)).rejects.toMatchObject({
      code: "WECOM_MEDIA_PRIVATE_HOST",
    });
  });
});
