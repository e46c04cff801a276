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
}

export function createMender(mode: MendMode): Mender {
  const done: string[] = [];
  const planned: string[] = [];
  return {
    done,
    planned,
    async mend(what, act) {
      if (mode === "plan") planned.push(what);
      if (mode !== "mend") return false;
      await act();
      done.push(what);
      return true;
    },
  };
}
