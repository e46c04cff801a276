import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { CONFIG, type FaultRoom, openFaultRoom } from "./fault-room.ts";
import { addressOf, type Scene, stopped } from "./scene.ts";

/** What a machine can do to a process that runs on it. */

let scene: Scene;
let room: FaultRoom;
beforeAll(async () => {
  room = await openFaultRoom({ clientConfig: { PingInterval: 1 } });
  ({ scene } = room);
});
afterEach(() => scene.restores());
afterAll(() => scene?.closes());

test("asleep while the network forgets it: it wakes, connects anew and answers what was said meanwhile", async () => {
  scene.config(CONFIG);
  const gateway = await scene.connects();
  await room.eachAnsweredOnce(room.says("good night"));
  gateway.signal("SIGSTOP");
  scene.platform.dropConnections({ mode: "half-open" });
  const said = room.says("are you there?");
  // Later than anything that was to happen in between.
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  gateway.signal("SIGCONT");
  await room.eachAnsweredOnce(said);
  await expect.poll(() => scene.surface()).toMatchObject({ state: "CONNECTED" });
  expect(await stopped(gateway)).toBe(0);
});

test("the clock is set back by an hour, then forth by two: messages are answered, and nothing happens twice", async () => {
  scene.config(CONFIG);
  scene.operator.env["NODE_OPTIONS"] = `--import=${pathToFileURL(join(import.meta.dirname, "shifted-clock.ts")).href}`;
  const gateway = await scene.connects();
  delete scene.operator.env["NODE_OPTIONS"];
  const before = room.says("before");
  await room.eachAnsweredOnce(before);
  gateway.signal("SIGUSR2");
  const earlier = room.says("an hour earlier");
  await room.eachAnsweredOnce(earlier);
  gateway.signal("SIGPWR");
  const later = room.says("two hours later");
  await room.eachAnsweredOnce(before, earlier, later);
  expect(await stopped(gateway)).toBe(0);
});

test("no file descriptor is left: it stays up, and goes on when there are some", async () => {
  scene.config(CONFIG);
  const gateway = await scene.connects("bash -c 'ulimit -n 64 && exec loong gateway run --port 0'");
  const { hostname, port } = new URL(await addressOf(gateway));
  const sockets: Socket[] = [];
  for (let count = 0; count < 80; count++) {
    const socket = connect(Number(port), hostname).on("error", () => {});
    sockets.push(socket);
    await once(socket, "connect");
  }
  const said = room.says("is anybody there?");
  for (const socket of sockets) socket.destroy();
  await room.eachAnsweredOnce(said);
  expect((await fetch(`http://${hostname}:${port}/healthz`)).status).toBe(200);
  expect(await stopped(gateway)).toBe(0);
});

test("too few file descriptors to start with: it ends at once, and says what could not be opened", async () => {
  scene.config(CONFIG);
  const { code, stderr } = await scene.types("ulimit -n 24 && loong gateway run --port 0");
  expect(code).toBeGreaterThan(0);
  expect(stderr).toMatch(/^error: .*(open|EMFILE).*\nhint: .*\n$/);
});

test("SIGTERM a second time: it ends at once, and the next start loses nothing", async () => {
  scene.config(CONFIG);
  const gateway = await scene.connects();
  scene.platform.inject({ path: "/open-apis/im/v1/messages/**", method: "POST", action: { slowMs: 4_000 } });
  const said = room.says("in a hurry");
  await expect.poll(() => scene.platform.requests().some(({ path }) => path.includes(said))).toBe(true);
  gateway.signal("SIGTERM");
  await gateway.waitFor("stopping: SIGTERM");
  gateway.signal("SIGTERM");
  expect((await gateway.ended).code).toBe(143);
  expect(room.answersTo(said), "it did not wait for the send").toEqual([]);

  scene.platform.clearFaults();
  const next = await scene.connects();
  await room.eachAnsweredOnce(said);
  expect(await stopped(next)).toBe(0);
});
