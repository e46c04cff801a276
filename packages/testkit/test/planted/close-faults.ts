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
];

/** The harness takes it away in the end, so that the next case does not find it. */
function leaveTimer(options: Options): Options {
  const timers: NodeJS.Timeout[] = [];
  const leaking = channel(() => (sound) => ({
    send(message, signal) {
      timers.push(setInterval(() => {}, 1_000));
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
