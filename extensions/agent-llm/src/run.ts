import { type AgentEvent, type AgentHost, isLoongError, type Turn } from "@loong/sdk";
import { llmErrors } from "./errors.ts";
import { generate } from "./generate.ts";
import { candidates, type ModelCatalogue } from "./models.ts";
import { makePrompt } from "./prompt.ts";
import type { Provider } from "./provider.ts";
import { retryWaitMs } from "./retry.ts";

/**
 * Answers one turn. While nothing has been said yet, a failed attempt is repeated with growing waits, and a model that the
 * provider does not know makes way for the next; after the first word, a failure ends the turn, so that nobody is told
 * half an answer twice.
 */
export async function* runTurn(
  provider: Provider,
  catalogue: ModelCatalogue,
  host: AgentHost,
  turn: Turn,
  outer: AbortSignal,
): AsyncIterable<AgentEvent> {
  const prompt = makePrompt(turn, provider.systemPrompt, provider.contextTokens);
  const deadlineMs = host.clock.now() + provider.totalTimeoutMs;
  const offered = await modelsFor(provider, catalogue, outer);
  const models = offered.filter((model) => !catalogue.isRefused(model));
  if (models.length === 0) models.push(...offered);
  for (let attempt = 1; ; attempt++) {
    const model = models[0] ?? provider.model;
    let said = false;
    try {
      for await (const event of bounded(provider, deadlineMs - host.clock.now(), outer, (signal, begun) =>
        generate(provider, model, prompt, signal, host.clock.now, begun),
      )) {
        said ||= event.type === "text";
        yield event;
      }
      return;
    } catch (error) {
      outer.throwIfAborted();
      if (said) throw afterTheFirstWord(provider, error);
      if (isLoongError(error) && error.code === "LLM_MODEL_UNKNOWN" && models.length > 1) {
        host.log.warn("a model is not offered, the next one is tried", { provider: provider.id, model });
        catalogue.refuse(model);
        models.shift();
        continue;
      }
      const waitMs = retryWaitMs(error, attempt, provider.retryMaxAttempts, Math.random());
      if (waitMs === undefined || host.clock.now() + waitMs > deadlineMs) throw error;
      host.log.warn("the provider did not answer and is asked again", {
        provider: provider.id,
        model,
        attempt,
        inMs: waitMs,
        error: isLoongError(error) ? error.code : "unexpected",
      });
      await pause(waitMs, outer);
    }
  }
}

/** A connection that breaks now has not failed to be made: the answer was cut. */
function afterTheFirstWord(provider: Provider, error: unknown): unknown {
  if (isLoongError(error) && error.code !== "LLM_UNREACHABLE") return error;
  return llmErrors.LLM_STREAM_CUT([provider], { cause: error });
}

async function modelsFor(
  provider: Provider,
  catalogue: ModelCatalogue,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (provider.model !== "auto") return [provider.model];
  try {
    return candidates(provider, await catalogue.list(signal));
  } catch (error) {
    const fixed = [...provider.preferredModels, ...provider.kind.firstModels];
    if (fixed.length > 0) return fixed;
    if (isLoongError(error) && error.code === "LLM_ENDPOINT_UNKNOWN")
      throw llmErrors.LLM_MODELS_UNLISTED([provider], { cause: error });
    throw error;
  }
}

/** Ends the attempt when it does not begin (a model that thinks has begun), or does not end, in time. */
async function* bounded(
  provider: Provider,
  leftMs: number,
  outer: AbortSignal,
  start: (signal: AbortSignal, begun: () => void) => AsyncIterable<AgentEvent>,
): AsyncIterable<AgentEvent> {
  const controller = new AbortController();
  const stop = () => controller.abort(outer.reason);
  const late = (what: string, setting: "firstTokenTimeoutMs" | "totalTimeoutMs") => () =>
    controller.abort(llmErrors.LLM_TIMEOUT([provider, what, provider[setting], setting]));
  const begin = setTimeout(late("first word", "firstTokenTimeoutMs"), provider.firstTokenTimeoutMs);
  const end = setTimeout(late("whole answer", "totalTimeoutMs"), Math.max(1, leftMs));
  outer.addEventListener("abort", stop, { once: true });
  try {
    yield* start(controller.signal, () => clearTimeout(begin));
  } catch (error) {
    throw controller.signal.aborted ? controller.signal.reason : error;
  } finally {
    clearTimeout(begin);
    clearTimeout(end);
    outer.removeEventListener("abort", stop);
  }
}

function pause(waitMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, waitMs);
    signal.addEventListener("abort", stop, { once: true });
  });
}
