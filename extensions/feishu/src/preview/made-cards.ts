import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { feishuErrors } from "../errors.ts";

/** So long the platform answers a key with the message it has shown under it. */
const KEY_WINDOW_MS = 3_600_000;

export interface MadeCard {
  readonly cardId: string;
  readonly madeAtMs: number;
}

/**
 * Which card was made for a key, on disk. A process that dies between showing a preview and having it stored opens it once
 * more; the platform then answers with the first message, whatever card it is given, and only this tells which card that shows.
 */
export interface MadeCards {
  find(key: string): Promise<MadeCard | undefined>;
  /** @throws FEISHU_PREVIEW_NOT_NOTED */
  note(key: string, card: MadeCard): Promise<void>;
}

/** @param directory - Made on first use; a file for each key of the last hour. */
export function createMadeCards(directory: string, now: () => number): MadeCards {
  const file = (key: string) => join(directory, `${key}.json`);

  async function dropOld(): Promise<void> {
    for (const name of await readdir(directory)) {
      const path = join(directory, name);
      const { mtimeMs } = await stat(path);
      if (now() - mtimeMs > KEY_WINDOW_MS) await rm(path, { force: true });
    }
  }

  return {
    async find(key) {
      const card = await readFile(file(key), "utf8")
        .then(parse)
        .catch(() => undefined);
      return card !== undefined && now() - card.madeAtMs < KEY_WINDOW_MS ? card : undefined;
    },
    async note(key, card) {
      try {
        await mkdir(directory, { recursive: true, mode: 0o700 });
        await dropOld().catch(() => {});
        // Whole or not at all: half a note would be no note.
        await writeFile(`${file(key)}.part`, JSON.stringify(card), { mode: 0o600 });
        await rename(`${file(key)}.part`, file(key));
      } catch (error) {
        const reason = (error as NodeJS.ErrnoException).code ?? String(error);
        throw feishuErrors.FEISHU_PREVIEW_NOT_NOTED([reason], { cause: error });
      }
    },
  };
}

function parse(text: string): MadeCard | undefined {
  const { cardId, madeAtMs } = JSON.parse(text) as Partial<MadeCard>;
  return typeof cardId === "string" && typeof madeAtMs === "number" ? { cardId, madeAtMs } : undefined;
}
