import { LoongError } from "@loong/sdk";
import { describe, expect, test } from "vitest";
import { failureOf, type Link, type LinkEvent, newLink, serviceEnded, transition } from "./machine.ts";

const noJitter = () => 0;
const fullJitter = () => 0.999_999;

/** Applies events that are a second apart and gives every link on the way. */
function walk(events: readonly LinkEvent[], random = noJitter, stepMs = 1_000) {
  let link: Link = newLink(0);
  const steps = events.map((event, index) => {
    const next = transition(link, event, (index + 1) * stepMs, random);
    link = next.link;
    return next;
  });
  return { link, steps, actions: steps.flatMap(({ actions }) => actions) };
}

const ended = (error: unknown): LinkEvent => ({ type: "ended", failure: failureOf(error) });
const lost = ended(new LoongError("X_LOST", "The line is dead.", { outcome: "not-sent" }));
const attempt: LinkEvent = { type: "attempt" };
const connected: LinkEvent = { type: "connected" };

describe("states", () => {
  test.each([
    ["before anything", [], "STARTING"],
    ["an attempt", [attempt], "CONNECTING"],
    ["proof", [attempt, connected], "CONNECTED"],
    ["proof before the attempt is known", [connected], "CONNECTED"],
    ["a loss", [attempt, connected, lost], "TRANSIENT_DISCONNECT"],
    ["a loss that is tried again", [attempt, lost, attempt], "TRANSIENT_DISCONNECT"],
    [
      "a channel that reconnects by itself",
      [attempt, connected, { type: "disconnected", reason: "reset" }],
      "TRANSIENT_DISCONNECT",
    ],
    [
      "a channel that waits for somebody else to leave",
      [attempt, connected, { type: "disconnected", reason: "another poll", conflict: true }],
      "CONFLICT",
    ],
    ["a new handshake", [attempt, connected, { type: "connecting" }], "CONNECTING"],
    ["a webhook that nobody called", [attempt, { type: "waiting" }], "CONNECTING"],
    ["a webhook that is served again", [attempt, connected, { type: "waiting" }], "CONNECTED"],
    [
      "bad credentials",
      [attempt, ended(new LoongError("X_AUTH", "No.", { outcome: "bad-credentials" }))],
      "BAD_CREDENTIALS",
    ],
    [
      "somebody else",
      [attempt, connected, ended(new LoongError("X_KICK", "Kicked.", { outcome: "conflict" }))],
      "CONFLICT",
    ],
    ["a bug", [attempt, ended(new TypeError("x is not a function"))], "UNKNOWN_ERROR"],
    [
      "a plugin that cannot be loaded",
      [attempt, ended(new LoongError("PLUGIN_IMPORT_FAILED", "It broke."))],
      "UNKNOWN_ERROR",
    ],
    ["a missing secret", [attempt, ended(new LoongError("CONFIG_ENV_UNSET", "Not set."))], "UNKNOWN_ERROR"],
    ["a coded error without an outcome", [attempt, ended(new LoongError("X_ODD", "Odd."))], "TRANSIENT_DISCONNECT"],
    ["a stop", [attempt, connected, { type: "stopped" }], "STOPPED"],
    ["words after the stop", [attempt, { type: "stopped" }, connected, lost], "STOPPED"],
  ] satisfies [string, LinkEvent[], string][])("%s", (_name, events, state) => {
    expect(walk(events).link.state).toBe(state);
  });

  test("`since` is when the account left its last state, however often it is tried", () => {
    const { link } = walk([attempt, connected, lost, attempt, lost, attempt, lost]);
    expect(link).toMatchObject({ state: "TRANSIENT_DISCONNECT", sinceMs: 3_000 });
  });

  test("reason, hint and next attempt go with the state they belong to", () => {
    const away = walk([
      attempt,
      ended(new LoongError("X_DOWN", "Down.", { hint: "Wait.", outcome: "not-sent", retryAfterMs: 9_000 })),
    ]);
    expect(away.link).toMatchObject({ reason: "X_DOWN: Down.", hint: "Wait.", nextAttemptAtMs: 2_000 + 9_000 });
    const back = transition(away.link, connected, 20_000, noJitter).link;
    expect(back).toMatchObject({ reason: null, hint: null, nextAttemptAtMs: null, sinceMs: 20_000 });
  });

  test("the words of a foreign error stay inside", () => {
    expect(failureOf(new Error("token=secret")).reason).not.toContain("secret");
    expect(failureOf("token=secret").reason).not.toContain("secret");
  });
});

describe("backoff", () => {
  const delays = (count: number, random: () => number, event = lost) =>
    walk(Array.from({ length: count }, () => [attempt, event]).flat(), random).actions.flatMap((action) =>
      action.type === "retry" ? [action.delayMs] : [],
    );

  test("doubles from 1 s to 30 s under full jitter and never ends", () => {
    expect(delays(8, fullJitter)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
    expect(delays(3, noJitter)).toEqual([250, 250, 250]);
    expect(delays(2_000, fullJitter)).toHaveLength(2_000);
  });

  test("waits as long as the platform asks", () => {
    const busy = ended(new LoongError("X_BUSY", "Busy.", { outcome: "not-sent", retryAfterMs: 45_000 }));
    expect(delays(1, noJitter, busy)).toEqual([45_000]);
  });

  test("a kick is answered after one to two minutes", () => {
    const kicked = ended(new LoongError("X_KICK", "Kicked.", { outcome: "conflict" }));
    expect(delays(2, noJitter, kicked)).toEqual([60_000, 60_000]);
    expect(delays(1, fullJitter, kicked)[0]).toBeCloseTo(120_000, -1);
  });

  test("bad credentials are looked at again once a minute, in case the secret was replaced", () => {
    const refused = ended(new LoongError("X_AUTH", "No.", { outcome: "bad-credentials" }));
    expect(delays(5, fullJitter, refused)).toEqual([60_000, 60_000, 60_000, 60_000, 60_000]);
  });

  test.each(["PLUGIN_IMPORT_FAILED", "HOST_ACCOUNT_UNUSABLE", "HTTP_PATH_TAKEN"])("%s waits for a change", (code) => {
    const { actions, link } = walk([attempt, ended(new LoongError(code, "Broken."))]);
    expect(actions.filter(({ type }) => type === "retry")).toEqual([]);
    expect(link.nextAttemptAtMs).toBeNull();
  });

  test("a good connection forgives, a flapping one does not", () => {
    const steady = walk([attempt, lost, attempt, lost, attempt, connected, lost], fullJitter, 40_000);
    expect(steady.steps.at(-1)?.actions).toContainEqual({ type: "retry", delayMs: 1_000 });
    const flapping = walk([attempt, lost, attempt, lost, attempt, connected, lost], fullJitter, 1_000);
    expect(flapping.steps.at(-1)?.actions).toContainEqual({ type: "retry", delayMs: 4_000 });
  });

  test("a good connection forgives also when its loss is reported before the service ends", () => {
    const reported: LinkEvent = { type: "disconnected", reason: "gone" };
    const events = [attempt, lost, attempt, lost, attempt, connected, reported, lost];
    expect(walk(events, fullJitter, 40_000).steps.at(-1)?.actions).toContainEqual({ type: "retry", delayMs: 1_000 });
  });
});

describe("the log", () => {
  const told = (events: readonly LinkEvent[]) =>
    walk(events).actions.flatMap((action) => (action.type === "log" ? [`${action.level} ${action.message}`] : []));

  test("hears of a loss once and of the return once", () => {
    expect(told([attempt, connected, lost, attempt, lost, attempt, lost, attempt, connected, connected])).toEqual([
      "info connected",
      "warn connection lost: X_LOST: The line is dead.",
      "info connected again",
    ]);
  });

  test("hears when a loss becomes something worse", () => {
    const refused = ended(new LoongError("X_AUTH", "No.", { outcome: "bad-credentials", hint: "Mend it." }));
    expect(told([attempt, lost, attempt, refused, attempt, refused])).toEqual([
      "warn not connected: X_LOST: The line is dead.",
      "error not connected: X_AUTH: No. Mend it.",
    ]);
  });

  test("a service that ends without a word is a loss", () => {
    const events: LinkEvent[] = [attempt, connected, { type: "ended", failure: serviceEnded }];
    expect(told(events)).toEqual(["info connected", "warn connection lost: The channel stopped receiving."]);
  });
});
