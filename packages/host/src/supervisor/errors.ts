import { defineErrors } from "@loong/sdk";

/** Why connections are made anew that nobody called broken. */
export const supervisorErrors = defineErrors({
  GATEWAY_SLEPT: {
    message: (seconds: number) => `Nothing ran for ${seconds} s, so the connection may be dead.`,
    hint: "Nothing needs to be done: it is made anew. A machine that sleeps serves nobody meanwhile; `loong doctor` checks its clock.",
    outcome: "not-sent",
  },
});
