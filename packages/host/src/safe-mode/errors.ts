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
});
