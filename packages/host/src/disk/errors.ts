import { defineErrors } from "@loong/sdk";

/** Why nothing more is taken although the gateway runs. */
export const diskErrors = defineErrors({
  HOST_DISK_FULL: {
    message:
      "The disk is full: the gateway gave up its reserve of 16 MB, ends what it has, and takes no more messages.",
    hint: "Free some space on the disk of the state directory; the gateway goes on by itself. `loong doctor` shows how much there is.",
    outcome: "not-sent",
  },
});
