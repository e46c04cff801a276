import { type AgentPlugin, defineAgent } from "@loong/sdk";

/** Says what it was told. The smallest agent there is, and the one to try a channel with. */
const echo: AgentPlugin<object> = defineAgent<object>({
  id: "echo",
  label: "Echo",
  settings: { keys: [], schema: { type: "object", properties: {}, additionalProperties: false } },
  open: () => ({
    async *run({ input }, signal) {
      signal.throwIfAborted();
      yield { type: "text", delta: input.text };
      yield { type: "done" };
    },
    close: () => Promise.resolve(),
  }),
});

export default echo;
