import { createSocket } from "node:dgram";
import { createServer } from "node:net";
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
  { what: "that leaves a timer behind", fails: "close-frees", plant: leave(beginTimer) },
  { what: "that leaves a server behind", fails: "close-frees", plant: leave(beginServer) },
  { what: "that leaves an idle socket behind", fails: "close-frees", plant: leave(beginIdleSocket) },
];

/** Begun with the first message; the harness ends it, so that the process is not kept. */
function leave(begin: () => () => void): PlantedFault["plant"] {
  return (options: Options): Options => {
    let end: (() => void) | undefined;
    const leaking = channel(() => (sound) => ({
      send(message, signal) {
        end ??= begin();
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
            end?.();
            await harness.close();
          },
        };
      },
    };
  };
}

function beginTimer(): () => void {
  const timer = setInterval(() => {}, 1_000);
  return () => clearInterval(timer);
}

function beginServer(): () => void {
  const server = createServer().listen(0, "127.0.0.1");
  return () => void server.close();
}

/** It does not keep the process alive, as with a connection that is kept for the next request. */
function beginIdleSocket(): () => void {
  const socket = createSocket("udp4").bind(0, "127.0.0.1").unref();
  return () => void socket.close();
}
