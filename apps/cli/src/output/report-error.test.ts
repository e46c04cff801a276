import { LoongError } from "@loong/sdk";
import { expect, test } from "vitest";
import { memoryStream } from "../../test/memory-stream.ts";
import { reportError } from "./report-error.ts";

function report(error: unknown, options: { json?: boolean; debug?: boolean } = {}) {
  const out = memoryStream();
  const err = memoryStream();
  const exitCode = reportError(error, { output: { stdout: out, stderr: err }, json: false, debug: false, ...options });
  return { exitCode, stdout: out.text(), stderr: err.text() };
}

test("says what happened and what to do, on stderr", () => {
  const result = report(new LoongError("CONFIG_X", "It broke.", { hint: "Mend it." }));
  expect(result).toEqual({ exitCode: 2, stdout: "", stderr: "error: It broke.\nhint: Mend it.\n" });
});

test("with --json a program finds the error on stdout, the cause left out", () => {
  const error = new LoongError("CONFIG_X", "It broke.", { cause: new Error("secret") });
  const { stdout, stderr } = report(error, { json: true });
  expect(JSON.parse(stdout)).toEqual({ error: { code: "CONFIG_X", message: "It broke.", hint: null } });
  expect(stdout + stderr).not.toContain("secret");
});

test("what an error quotes cannot write on the terminal, nor flood it", () => {
  const { stdout, stderr } = report(
    new LoongError("CONFIG_X", `No ${"x".repeat(1_000)}\u001b[2J.`, { hint: "\u0007" }),
    {
      json: true,
    },
  );
  expect(stderr).toBe(`error: No ${"x".repeat(120)}…${"x".repeat(55)}\uFFFD[2J.\nhint: \uFFFD\n`);
  expect(JSON.parse(stdout)).toMatchObject({ error: { message: expect.stringMatching(/^No x{120}…x{55}/u) } });
});

test.each(["GATEWAY_ALREADY_RUNNING", "GATEWAY_PORT_TAKEN", "JOURNAL_NEWER_VERSION"])(
  "%s will not start: 78",
  (code) => {
    expect(report(new LoongError(code, "No.")).exitCode).toBe(78);
  },
);

test("a selector that makes no sense is misuse: 2", () => {
  expect(report(new LoongError("GATEWAY_SELECTOR_SYNTAX", "No.")).exitCode).toBe(2);
});

test("what the system refuses is no fault of the command", () => {
  const full = Object.assign(new Error("ENOSPC: no space left on device, write"), {
    code: "ENOSPC",
    errno: -28,
    syscall: "write",
  });
  expect(report(full).stderr).toMatch(/^error: The system refused `write`: no space left on device\.\nhint: .*doctor/u);
});

test("an unexpected error keeps its stack for those who ask", () => {
  expect(report(new TypeError("x is not a function")).stderr).toMatch(
    /^error: loong failed unexpectedly: x is not a function\nhint: .*LOONG_DEBUG=1/u,
  );
  expect(report(new TypeError("x is not a function"), { debug: true }).stderr).toContain("report-error.test.ts");
});
