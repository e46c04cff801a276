import type { JudgedAccount } from "../accounts/accounts.ts";
import type { ConfigTree } from "../normalise.ts";
import type { FileSchema } from "../schema/file-schema.ts";
import { memberOf, propertiesOf } from "../schema/walk.ts";
import type { StatePaths } from "../paths.ts";
import type { Env } from "../types.ts";

interface SourceParts {
  readonly paths: StatePaths;
  readonly env: Env;
  readonly schema: FileSchema;
  readonly tree: ConfigTree;
  readonly accounts: readonly JudgedAccount[];
  /** The text that was read; absent when there is none to keep. */
  readonly text: string | undefined;
}

/** What a `Config` was made from: it holds secrets, so it prints and serializes as nothing. */
export class ConfigSource {
  readonly #parts: SourceParts;

  constructor(parts: SourceParts) {
    this.#parts = parts;
  }

  get parts(): SourceParts {
    return this.#parts;
  }

  /** The id of a channel by its id or an alias. */
  channelId(idOrAlias: string): string | undefined {
    const channels = propertiesOf(this.#parts.schema.root)["channels"] ?? {};
    const member = memberOf(channels, idOrAlias);
    return member === undefined || member.isId ? undefined : member.key;
  }
}
