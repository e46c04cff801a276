import { once } from "node:events";
import { type AddressInfo, type Socket, connect, createServer } from "node:net";
import { type PlantedFault, type Options, channel } from "./plant.ts";

export const closeFaults: readonly PlantedFault[] = [
  {
    what: "whose typing cannot be stopped",
    fails: "typing",
    plant: channel(() => (sound) => {
      const { typing } = sound;
      return typing ? { typing: { ...typing, start: async (at, signal) => `${await typing.start(at, signal)}?` } } : {};
    }),
  },
  {
    what: "that cannot be closed while it is being closed",
    fails: "close-twice",
    plant: channel(() => (sound) => {
      let isClosing = false;
      return {
        async close() {
          if (isClosing) throw new Error("already closing");
          isClosing = true;
          await sound.close();
          isClosing = false;
        },
      };
    }),
  },
  { what: "that leaves a timer behind", fails: "close-frees", plant: leaveTimer },
  { what: "that leaves an idle socket behind", fails: "close-frees", plant: leaveIdleSocket },
];

/** Neither end of it keeps the process alive, as with a connection that is kept for the next request. */
function leaveIdleSocket(options: Options): Options {
  const server = createServer((socket) => socket.unref()).unref();
  const sockets: Socket[] = [];
  const leaking = channel(() => (sound) => ({
    async send(message, signal) {
      sockets.push(connect((server.address() as AddressInfo).port, "127.0.0.1").unref());
      return sound.send(message, signal);
    },
  }))(options);
  return {
    ...leaking,
    async harness() {
      const harness = await options.harness();
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      return {
        ...harness,
        async close() {
          for (const socket of sockets) socket.destroy();
          server.close();
          await harness.close();
        },
      };
    },
  };
}

/** The harness takes it away in the end, so that the next case does not find it. */
function leaveTimer(options: Options): Options {
  const timers: NodeJS.Timeout[] = [];
  const leaking = channel(() => (sound) => ({
    send(message, signal) {
      // Several: timers of what ran before may end meanwhile, and one would be lost among them.
      for (let count = 0; count < 20; count += 1) timers.push(setInterval(() => {}, 1_000));
      return sound.send(message, signal);
    },
  }))(options);
  return {
    ...leaking,
    async harness() {
      const harness = await options.harness();
      return {
        ...harness,
        async close() {
          for (const timer of timers) clearInterval(timer);
          await harness.close();
        },
      };
    },
  };
}
