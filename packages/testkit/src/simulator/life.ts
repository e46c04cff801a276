import type { Blow } from "./replay.ts";
import type { Point, World } from "./world.ts";

/** How a process ends: killed, with the power, or because it was asked to and had done what it could. */
export type End = "crash" | "power" | "stop";

/** One life of a process: after its end nothing it started has any effect, and nobody hears from it again. */
export interface Life {
  alive(): boolean;
  /** Ends it. Never resolves: whoever waits for it has died too. */
  end(how: End): Promise<never>;
  /** A promise that is heard only by the living. */
  heard<T>(promise: Promise<T>): Promise<T>;
  /** Resolves after `delayMs`, for the living. */
  sleep(delayMs: number): Promise<void>;
  /** The run comes by a point, and goes on unless it was struck dead there. */
  pass(kind: Point["kind"], about: string): Promise<Blow | undefined>;
}

/** @param onEnd - Called once, at the end. */
export function createLife(world: World, onEnd: (how: End) => void): Life {
  let alive = true;

  const life: Life = {
    alive: () => alive,
    end(how) {
      if (alive) {
        alive = false;
        onEnd(how);
      }
      return never();
    },
    heard: (promise) =>
      new Promise((resolve, reject) => {
        promise.then(
          (value) => void (alive && resolve(value)),
          (error: unknown) => void (alive && reject(error)),
        );
      }),
    sleep: (delayMs) => new Promise((resolve) => void world.timeline.at(delayMs, () => void (alive && resolve()))),
    pass(kind, about) {
      if (!alive) return never();
      const blow = world.pass(kind, about);
      return alive ? Promise.resolve(blow) : never();
    },
  };
  return life;
}

function never(): Promise<never> {
  return new Promise(() => {});
}
