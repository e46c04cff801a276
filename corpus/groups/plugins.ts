import { isLoongError } from "@loong/sdk";
import { createFrameReader, FrameFault } from "../../packages/host/src/isolation/frames.ts";
import { createShapes } from "../../packages/host/src/isolation/shapes.ts";
import { parseSpec } from "../../packages/host/src/install/spec.ts";
import { contractFault } from "../../packages/host/src/plugins/contract.ts";
import { manifestFault } from "../../packages/host/src/plugins/manifest.ts";
import type { Bench } from "../bench.ts";
import type { Json } from "../fixture.ts";
import { laidOver } from "./requests.ts";

const PROPER: Json = {
  kind: "channel",
  id: "horn",
  label: "Horn",
  contract: "^1.0.0",
  aliases: [],
  serves: true,
  dmPolicy: { supported: ["open", "allowlist"], default: "allowlist" },
  groupPolicy: { supported: ["open", "disabled"], default: "disabled" },
  text: { maxLength: 4_000, unit: "utf16-units" },
  target: { form: "a room", required: true, examples: ["room-1"] },
  account: { type: "object", properties: {} },
};

/** Whatever stands in the `loong` block of a package. */
export async function openManifestBench(): Promise<Bench> {
  return pureBench(async (input) => {
    const block = laidOver(PROPER, input);
    const contract = (block as { contract?: Json } | null)?.contract;
    const misfit = await contractFault("@acme/horn", contract);
    return misfit === undefined ? (manifestFault(block) ?? "it is one") : misfit.code;
  });
}

/** Whatever somebody asks to be installed. */
export async function openSpecBench(): Promise<Bench> {
  return pureBench(async (input) => ({ ...parseSpec(input as string, { HOME: "/home/ada" }, "/work/here") }));
}

const MAX_FRAME_BYTES = 1_000_000;

/** Whatever the process of a plugin writes into its pipe, in pieces of so many bytes. */
export async function openFramesBench(): Promise<Bench> {
  return pureBench(async (input) => {
    const { pieces } = input as { pieces: readonly string[] };
    const messages: string[] = [];
    const read = createFrameReader(MAX_FRAME_BYTES, (text) => messages.push(text));
    try {
      for (const piece of pieces) read(Buffer.from(piece, "latin1"));
    } catch (error) {
      if (!(error instanceof FrameFault)) throw error;
      return { messages, fault: error.message };
    }
    return { messages };
  });
}

/** Whatever the process of a plugin says in a frame. */
export async function openShapesBench(): Promise<Bench> {
  const shapes = createShapes();
  return pureBench(async (input) => {
    const { shape, value } = input as { shape: keyof typeof shapes; value: Json };
    shapes[shape](value);
    return "taken";
  });
}

function pureBench(tryOne: (input: Json) => Promise<Json>): Bench {
  return {
    async try(input) {
      try {
        const is = await tryOne(input);
        return { is, said: JSON.stringify(is) };
      } catch (error) {
        if (!isLoongError(error)) throw error;
        return { is: { code: error.code, message: error.message }, said: error.message };
      }
    },
    closes: async () => undefined,
  };
}
