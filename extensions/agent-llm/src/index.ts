import { type AgentPlugin, defineAgent } from "@loong/sdk";
import { createModelCatalogue } from "./models.ts";
import { createModelsFeature, openOnce } from "./probe.ts";
import { runTurn } from "./run.ts";
import { type LlmSettings, settingsSchema } from "./settings.ts";

/** An agent over a model provider. Opening it loads nothing and asks nobody. */
const llm: AgentPlugin<LlmSettings> = defineAgent<LlmSettings>({
  id: "llm",
  label: "Model provider",
  settings: { keys: ["activeProvider", "providers"], schema: settingsSchema },
  open(settings, host) {
    const open = openOnce(settings, (provider) => createModelCatalogue(provider, host.clock.now));
    return {
      async *run(turn, signal) {
        const { provider, catalogue } = open();
        yield* runTurn(provider, catalogue, host, turn, signal);
      },
      models: createModelsFeature(settings, open, host.clock.now),
      close: () => Promise.resolve(),
    };
  },
});

export default llm;
