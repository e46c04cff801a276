import { systemReason } from "@loong/config";
import { type Check, fail } from "./check.ts";

/** What an operator wants done about what can be mended without a decision. */
export type MendMode = "look" | "plan" | "mend";

/** Mends, or says what it would do. */
export interface Mender {
  /**
   * @param what - As the operator would do it by hand: `"chmod 700 /home/ada/.loong"`.
   * @returns Whether it is mended now.
   */
  mend(what: string, act: () => Promise<unknown>): Promise<boolean>;
  /** What was changed. */
  readonly done: readonly string[];
  /** What would have been changed. */
  readonly planned: readonly string[];
  /** What the system did not allow. */
  readonly refused: readonly Check[];
}

export function createMender(mode: MendMode): Mender {
  const done: string[] = [];
  const planned: string[] = [];
  const refused: Check[] = [];
  return {
    done,
    planned,
    refused,
    async mend(what, act) {
      if (mode === "plan") planned.push(what);
      if (mode !== "mend") return false;
      try {
        await act();
        done.push(what);
        return true;
      } catch (error) {
        const hint = `Run \`${what}\` as somebody who may, or choose another LOONG_HOME.`;
        refused.push(fail("state.mend", `\`${what}\` failed: ${systemReason(error)}.`, hint));
        return false;
      }
    },
  };
}
