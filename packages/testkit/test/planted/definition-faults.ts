import type { Channel } from "@loong/sdk";
import { type PlantedFault, channel, plugin } from "./plant.ts";

export const definitionFaults: readonly PlantedFault[] = [
  {
    what: "whose manifest is of an older build",
    fails: "manifest-matches",
    plant: (options) => ({ ...options, manifest: { id: "memory" } }),
  },
  {
    what: "that vouches for contracts to come",
    fails: "manifest-matches",
    plant: (options) => ({ ...options, manifest: { ...(options.manifest as object), contract: ">=1.0.0" } }),
  },
  { what: "that has no name", fails: "identity", plant: plugin({ label: " " }) },
  {
    what: "that says it is outbound only, and serves",
    fails: "identity",
    plant: plugin({ serves: false }),
  },
  {
    what: "that is open to strangers by default",
    fails: "policies",
    plant: plugin({ dmPolicy: { supported: ["open"], default: "open" } }),
  },
  {
    what: "that takes a key of the core for its own",
    fails: "account-schema",
    plant: plugin({
      accounts: {
        schema: {
          type: "object",
          properties: { token: { type: "string", secret: true }, allowFrom: { type: "array" } },
          additionalProperties: false,
        },
        target: { form: "the name of a room", required: true, examples: ["lobby"] },
      },
    }),
  },
  {
    what: "that starts a timer when it is opened",
    fails: "open-without-io",
    plant: channel(() => (sound) => {
      const timer = setInterval(() => {}, 1_000);
      return { close: () => (clearInterval(timer), sound.close()) };
    }),
  },
  {
    what: "whose probe is never satisfied",
    fails: "probe-accepts",
    plant: probe((report) => ({ ...report, ok: false })),
  },
  {
    what: "whose probe has a notice without words",
    fails: "probe-accepts",
    plant: probe((report) => (report.ok ? { ...report, notices: [{ code: "MEMORY_QUIET", message: "" }] } : report)),
  },
  {
    what: "whose probe trusts any credentials",
    fails: "probe-refuses",
    plant: probe((report) => (isProblem(report, "MEMORY_CREDENTIALS_REJECTED") ? { ok: true, problems: [] } : report)),
  },
  {
    what: "whose probe says nothing to do about wrong credentials",
    fails: "probe-refuses",
    plant: probe((report) =>
      isProblem(report, "MEMORY_CREDENTIALS_REJECTED")
        ? { ok: false, problems: [{ code: "MEMORY_CREDENTIALS_REJECTED", message: "no" }] }
        : report,
    ),
  },
  {
    what: "whose probe throws when nobody answers",
    fails: "probe-unreachable",
    plant: probe((report) => {
      if (isProblem(report, "MEMORY_UNREACHABLE")) throw new Error("ECONNREFUSED");
      return report;
    }),
  },
];

type Report = Awaited<ReturnType<Channel["probe"]>>;

function probe(change: (report: Report) => Report): PlantedFault["plant"] {
  return channel(() => (sound) => ({ probe: async (signal) => change(await sound.probe(signal)) }));
}

function isProblem({ problems }: Report, code: string): boolean {
  return problems.some((problem) => problem.code === code);
}
