import { type ServedChannel, serveForTest } from "../author/serve.ts";
import type { ChannelContext } from "./context.ts";

/** Opens the right account and serves it until the end of the case. */
export async function startSession<Account>(context: ChannelContext<Account>): Promise<ServedChannel> {
  if (!context.options.plugin.serves) context.skip("the channel is outbound only");
  return serveInCase(context, context.open());
}

/** The same for a channel that is open already. */
export async function serveInCase<Account>(
  context: ChannelContext<Account>,
  channel: ServedChannel["channel"],
): Promise<ServedChannel> {
  const session = await serveForTest(
    channel,
    channel.webhook ? { deliverTo: (url) => context.need("deliverTo")(url) } : {},
  );
  context.defer(() => session.stop().catch(() => {}));
  return session;
}
