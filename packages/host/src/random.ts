import { randomInt } from "node:crypto";

/** Uniform in [0, 1) and not to be guessed: pairing codes are made of it. */
export function secureRandom(): number {
  return randomInt(2 ** 47) / 2 ** 47;
}
