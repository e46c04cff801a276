/** One entry of `/models`, with the fields that Ark adds to OpenAI's. */
export interface ListedModel {
  readonly id: string;
  readonly object: "model";
  /** Seconds since 1970. */
  readonly created: number;
  readonly owned_by: string;
  readonly status?: "Active" | "Retiring" | "Shutdown";
  readonly task_type?: readonly string[];
  readonly modalities?: { readonly input_modalities: readonly string[]; readonly output_modalities: readonly string[] };
}

const listed = (id: string, created: string, extra: Partial<ListedModel> = {}): ListedModel => ({
  id,
  object: "model",
  created: Date.parse(created) / 1_000,
  owned_by: "emulator",
  ...extra,
});

const produces = (output: string) => ({ modalities: { input_modalities: ["text"], output_modalities: [output] } });

/** What a large provider lists: chat models beside pictures, video, embeddings, speech, and models that are going away. */
export const defaultCatalogue: readonly ListedModel[] = [
  listed("doubao-seed-1-6-250615", "2025-06-15", {
    status: "Active",
    task_type: ["TextGeneration"],
    ...produces("text"),
  }),
  listed("doubao-seed-2-0-260628", "2026-06-28", {
    status: "Active",
    task_type: ["TextGeneration"],
    ...produces("text"),
  }),
  listed("doubao-seed-1-5-250115", "2025-01-15", {
    status: "Retiring",
    task_type: ["TextGeneration"],
    ...produces("text"),
  }),
  listed("doubao-lite-4k-240515", "2024-05-15", {
    status: "Shutdown",
    task_type: ["TextGeneration"],
    ...produces("text"),
  }),
  listed("doubao-seedream-5-0-260901", "2026-09-01", {
    status: "Active",
    task_type: ["ImageGeneration"],
    ...produces("image"),
  }),
  listed("doubao-seedance-2-0-260910", "2026-09-10", {
    status: "Active",
    task_type: ["VideoGeneration"],
    ...produces("video"),
  }),
  listed("doubao-embedding-large-260820", "2026-08-20", { status: "Active", task_type: ["TextEmbedding"] }),
  listed("doubao-tts-2-260801", "2026-08-01", { status: "Active", ...produces("audio") }),
];
