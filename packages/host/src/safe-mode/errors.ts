import { defineErrors } from "@loong/sdk";

/** Why a gateway that runs serves nobody. */
export const safeModeErrors = defineErrors({
  HOST_SAFE_MODE: {
    message: (crashes: number, last: string) =>
      `Safe mode: nothing is served, since the gateway crashed ${crashes} times in five minutes (last: ${last}).`,
    hint:
      "Look at `loong logs`; switch a plugin at fault off with `loong plugins disable <id>`. " +
      "Then `loong gateway resume` serves everything again.",
    outcome: "not-sent",
  },
  HOST_JOURNAL_DAMAGED: {
    message: (found: string) => `Safe mode: nothing is served, since the journal was read through and ${found}`,
    hint:
      "End the gateway with `loong gateway stop` and put your last copy in its place with `loong backup restore <file>`. " +
      "`loong gateway resume` serves everything again until the next start, which is refused.",
    outcome: "not-sent",
  },
});
