import { closeFaults } from "./close-faults.ts";
import { definitionFaults } from "./definition-faults.ts";
import type { PlantedFault } from "./plant.ts";
import { sendFaults } from "./send-faults.ts";
import { serveFaults } from "./serve-faults.ts";
import { streamFaults } from "./stream-faults.ts";

/** At least one for every case of `channelConformance`. */
export const plantedFaults: readonly PlantedFault[] = [
  ...definitionFaults,
  ...sendFaults,
  ...serveFaults,
  ...streamFaults,
  ...closeFaults,
];
