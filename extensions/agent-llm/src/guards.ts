import { llmErrors, type ProviderName } from "./errors.ts";
import type { ProviderKind } from "./providers.ts";

/**
 * Ark sells a coding plan at `/api/coding/v3` and everything else at `/api/v3`; a key used at the other address is
 * billed at the standard price or refused. A general kind must not point into the coding lane, a coding kind must.
 *
 * @throws LLM_WRONG_LANE
 */
export function checkLane(name: ProviderName, kind: ProviderKind, baseUrl: string): void {
  if (kind.lane === undefined) return;
  const path = new URL(baseUrl).pathname;
  const isCodingPlan = kind.lane.name === "coding";
  const fits = isCodingPlan ? path.endsWith("/api/coding/v3") : !path.includes("/api/coding");
  if (fits) return;
  const fix = { kind: kind.lane.otherKind, path: isCodingPlan ? "/api/coding/v3" : "/api/v3" };
  throw llmErrors.LLM_WRONG_LANE([name, kind.id, path, fix]);
}
