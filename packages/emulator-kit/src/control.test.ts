import { expect, test } from "vitest";
import { createControl } from "./control.ts";

class Refused extends Error {}

const control = createControl(
  [
    {
      route: "POST /chats/:chat/messages",
      takes: "text, times?, to[]?",
      run: (input) => ({
        chat: input.text("chat"),
        text: input.text("text"),
        times: input.optionalNumber("times"),
        to: input.list("to"),
      }),
    },
    { route: "POST /advance", takes: "ms", run: (input) => void input.number("ms") },
    {
      route: "GET /broken",
      takes: "",
      run: () => {
        throw new TypeError("a fault of its own");
      },
    },
  ],
  {
    missing: (name) => new Refused(`"${name}" is missing`),
    statusOf: (error) => (error instanceof Refused ? 400 : undefined),
  },
);

const ask = (method: string, path: string, body: unknown = {}) => {
  const { pathname, searchParams } = new URL(path, "http://emulator");
  return control({ method, path: pathname, query: searchParams, body });
};

test("fields come from path, query and body", async () => {
  const body = { text: 7, to: ["ada", 8] };
  expect(await ask("POST", "/_emulator/chats/a%20b/messages?times=2", body)).toEqual({
    status: 200,
    body: { chat: "a b", text: "7", times: 2, to: ["ada", "8"] },
  });
  expect(await ask("POST", "/_emulator/advance", { ms: 5 })).toEqual({ status: 200, body: {} });
});

test("what is missing is told, and what there is, is listed", async () => {
  expect(await ask("POST", "/_emulator/advance")).toEqual({ status: 400, body: new Refused('"ms" is missing') });
  const guide = await ask("GET", "/_emulator/");
  expect(guide.body).toMatchObject({
    commands: [{ route: "POST /_emulator/chats/:chat/messages", takes: "text, times?, to[]?" }, {}, {}],
  });
  expect(await ask("GET", "/_emulator/nothing")).toEqual({ ...guide, status: 404 });
});

test("a fault of the emulator itself is not an answer", async () => {
  await expect(ask("GET", "/_emulator/broken")).rejects.toThrow("a fault of its own");
});
