import type { GatewayStatus } from "@loong/api";
import type { SoakPlatform } from "./platform.ts";

/** The status said one thing and the platform saw another, for this long. */
export interface Disagreement {
  readonly channel: string;
  readonly said: string;
  readonly platformSees: "linked" | "not linked";
  readonly forMs: number;
}

/** Compares what the gateway says about its connections with what the platforms see. */
export interface Truth {
  compare(status: GatewayStatus, nowMs: number): void;
  disagreements(): readonly Disagreement[];
}

/** A half-open link is noticed by its next ping, and a status is a moment old: so long a difference is no lie. */
const PATIENCE_MS = 20_000;

export function createTruth(platforms: readonly SoakPlatform[]): Truth {
  const since = new Map<string, number>();
  const worst = new Map<string, Disagreement>();
  return {
    compare({ surfaces }, nowMs) {
      for (const platform of platforms) {
        const { channel } = platform;
        const said = surfaces.find((surface) => surface.channel === channel)?.state ?? "absent";
        const linked = platform.isLinked();
        if ((said === "CONNECTED") === linked) {
          since.delete(channel);
          continue;
        }
        const from = since.get(channel) ?? nowMs;
        since.set(channel, from);
        const forMs = nowMs - from;
        if (forMs > PATIENCE_MS && forMs > (worst.get(channel)?.forMs ?? 0))
          worst.set(channel, { channel, said, platformSees: linked ? "linked" : "not linked", forMs });
      }
    },
    disagreements: () => [...worst.values()],
  };
}
