import type { ConversationType } from "@loong/sdk";
import { wecomErrors } from "../errors.ts";
import { isObject } from "../link/json.ts";

/** A streamed answer that is not finished: all that another process needs to go on with it. */
export interface Preview {
  readonly reqId: string;
  readonly streamId: string;
  readonly chat: string;
  readonly chatType: ConversationType;
  /** When its first frame went out. */
  readonly startedAtMs: number;
}

/** The contract's limit. */
const MAX_LENGTH = 512;

/** @throws WECOM_NO_PREVIEW when the platform's ids are too long to be kept. */
export function writePreview(preview: Preview): string {
  const text = JSON.stringify(preview);
  if (text.length > MAX_LENGTH) throw wecomErrors.WECOM_NO_PREVIEW([]);
  return text;
}

/** @returns `undefined` for a text that is no preview of this channel. */
export function readPreview(text: string): Preview | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isPreview(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isPreview(value: unknown): value is Preview {
  return (
    isObject(value) &&
    typeof value["reqId"] === "string" &&
    typeof value["streamId"] === "string" &&
    typeof value["chat"] === "string" &&
    typeof value["startedAtMs"] === "number"
  );
}
