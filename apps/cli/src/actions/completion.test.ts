import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const main = fileURLToPath(new URL("../main.ts", import.meta.url));

test("words in the place of a channel are the installed ones", () => {
  const words = ["--conditions=@loong/source", main, "complete", "--", "pairing", "approve", "tele"];
  const env = { ...process.env, LOONG_HOME: "/nowhere" };
  expect(execFileSync(process.execPath, words, { encoding: "utf8", env })).toBe("telegram\t\n:4\n");
});

test("the script for bash knows the word that is being written, also without the package bash-completion", () => {
  const script = execFileSync(process.execPath, ["--conditions=@loong/source", main, "completion", "bash"], {
    encoding: "utf8",
  });
  const asked = `
    loong() { printf 'list\\tx\\nstatus\\tx\\n:4\\n'; }
    COMP_WORDS=(loong channels st) COMP_CWORD=2
    __loong_complete
    printf '%s' "\${COMPREPLY[*]}"`;
  const bash = ["--norc", "--noprofile", "-c", script + asked];
  expect(execFileSync("bash", bash, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] })).toBe("status");
});
