import { LoongError, type OutboundMessage, type PreviewPlace, type StreamFeature } from "@loong/sdk";
import type { Life } from "./life.ts";
import type { World } from "./world.ts";

/** Answers that a room shows before they are said. */
export interface Previews {
  /** Opened, and neither taken the place of nor discarded. By preview: the key it was opened with. */
  readonly open: ReadonlyMap<string, string>;
  /** Somebody asks for a preview: the same key is the same preview. */
  begin(place: PreviewPlace): string;
  end(preview: string): void;
  /** A message takes the place of its preview. */
  taken(message: OutboundMessage): void;
}

export function createPreviews(): Previews {
  const open = new Map<string, string>();
  return {
    open,
    begin({ idempotencyKey }) {
      const preview = `preview-${idempotencyKey}`;
      open.set(preview, idempotencyKey);
      return preview;
    },
    end: (preview) => void open.delete(preview),
    taken({ preview }) {
      if (preview !== undefined) open.delete(preview);
    },
  };
}

const INTERVAL_MS = 300;

/**
 * The stream feature of one process. `started` and what it leaves in flight tell which previews a crash may orphan: those
 * whose opening was not stored.
 */
export function simulatedStream(
  world: World,
  previews: Previews,
  life: Life,
  started: (key: string) => void,
): StreamFeature {
  const { dice, evidence, timeline } = world;

  /** The platform hears it after half the way; the answer to it may get lost. */
  async function call(act: () => void, key: string | undefined): Promise<void> {
    const tripMs = dice.between(1, 50);
    timeline.at(tripMs, act);
    const lost = world.isLost();
    if (lost && key !== undefined) evidence.disturbed.add(key);
    await life.sleep(tripMs * 2);
    if (lost) throw new LoongError("SIM_LOST", "connection reset", { outcome: "unknown" });
  }

  return {
    intervalMs: { direct: INTERVAL_MS, group: INTERVAL_MS },
    async open(place) {
      const key = place.idempotencyKey;
      await life.pass("open", key);
      started(key);
      let preview = "";
      await call(() => void (preview = previews.begin(place)), key);
      await life.pass("opened", key);
      return preview;
    },
    async update(preview) {
      await call(() => {}, undefined);
      return preview;
    },
    discard: (preview) => call(() => previews.end(preview), previews.open.get(preview)),
  };
}
