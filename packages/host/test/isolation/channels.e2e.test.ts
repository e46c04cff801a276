import type { ChannelConformanceOptions } from "@loong/testkit";
import { conformances as feishu } from "../../../../extensions/feishu/test/conformance.ts";
import { conformances as http } from "../../../../extensions/http/test/conformance.ts";
import { conformances as telegram } from "../../../../extensions/telegram/test/conformance.ts";
import { conformances as webhook } from "../../../../extensions/webhook/test/conformance.ts";
import { conformances as wecom } from "../../../../extensions/wecom/test/conformance.ts";
import { processConformance } from "./process-conformance.ts";
import { workspacePlugins } from "./workspace-plugins.ts";

// Beside its package each channel keeps its promises in the gateway's process; here it keeps the same ones across a pipe.
const plugins = await workspacePlugins();

function acrossThePipe<Account>(conformances: readonly ChannelConformanceOptions<Account>[]): void {
  processConformance(plugins.channel(conformances[0]?.plugin.id ?? ""), conformances);
}

acrossThePipe(feishu);
acrossThePipe(telegram);
acrossThePipe(wecom);
acrossThePipe(http);
// Kinds of receivers differ in what goes to them, not in what crosses the pipe: one that signs, and one with a token.
acrossThePipe(webhook.filter(({ title }) => title === "with dingtalk" || title === "with json"));
