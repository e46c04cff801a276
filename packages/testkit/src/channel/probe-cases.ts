import type { Channel, ProbeReport } from "@loong/sdk";
import { expect } from "vitest";
import { expectNotice, expectProblem } from "../checks/secrets.ts";
import type { ChannelCase } from "./context.ts";

const PROBE_LIMIT_MS = 12_000;

/** What `probe` promises. */
export const probeCases: readonly ChannelCase[] = [
  {
    name: "probe-accepts",
    promise: "probe is ok with the right credentials, and what is worth knowing beside that has a code and words",
    async check({ open, secrets }) {
      const report = await probe(open());
      expect(report).toMatchObject({ ok: true, problems: [] });
      if (report.identity) expect(report.identity.id).not.toBe("");
      for (const notice of report.notices ?? []) expectNotice(notice, secrets);
    },
  },
  {
    name: "probe-refuses",
    promise: "probe is not ok with wrong credentials, and says what to do",
    async check({ open, harness, secrets }) {
      const report = await probe(open(harness.wrongAccount));
      expect(report.ok).toBe(false);
      expect(report.problems.length, "problems").toBeGreaterThan(0);
      for (const problem of report.problems) expectProblem(problem, secrets);
    },
  },
  {
    name: "probe-unreachable",
    promise: "probe is not ok when the platform cannot be reached",
    async check({ open, harness, secrets }) {
      const channel = open();
      await harness.close();
      const report = await probe(channel);
      expect(report.ok).toBe(false);
      expect(report.problems.length, "problems").toBeGreaterThan(0);
      for (const problem of report.problems) expectProblem(problem, secrets);
    },
  },
];

function probe(channel: Channel): Promise<ProbeReport> {
  return channel.probe(AbortSignal.timeout(PROBE_LIMIT_MS));
}
