import type { Config } from "@loong/config";
import { expect, test } from "vitest";
import type { PluginRecord } from "../plugins/index.ts";
import { isolationOf } from "./mode.ts";

const at = (packageName: string, isolation?: "inline" | "process", kind: "channel" | "agent" = "channel") =>
  isolationOf(
    { packageName, manifest: { kind, id: "chat" } } as PluginRecord,
    {
      plugins: { paths: [], entries: isolation === undefined ? {} : { chat: { isolation } } },
    } as Partial<Config> as Config,
  );

test("strangers' channels run in a process, Loong's own in the gateway, and the operator decides", () => {
  expect([at("@acme/chat"), at("loong-chat"), at("@loong-fake/chat")]).toEqual(["process", "process", "process"]);
  expect(at("@loong/chat")).toBe("inline");
  expect([at("@acme/chat", "inline"), at("@loong/chat", "process")]).toEqual(["inline", "process"]);
  expect(at("@acme/agent", "process", "agent")).toBe("inline");
});
