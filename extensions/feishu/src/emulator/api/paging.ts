import { invalidField, type Refusal } from "./answer.ts";

export interface Page<T> {
  readonly items: readonly T[];
  readonly has_more: boolean;
  readonly page_token: string;
}

/** One page of a list: `page_size` and `page_token` as in every list of the platform. */
export function page<T>(
  items: readonly T[],
  query: URLSearchParams,
  { defaultSize, maxSize }: { readonly defaultSize: number; readonly maxSize: number },
): Page<T> | Refusal {
  const size = Number(query.get("page_size") ?? defaultSize);
  if (!Number.isInteger(size) || size < 1 || size > maxSize)
    return invalidField("page_size", `page_size must be 1 to ${maxSize}`);
  const start = startOf(query.get("page_token"));
  if (start === undefined) return invalidField("page_token", "page_token is invalid");
  const end = start + size;
  const hasMore = end < items.length;
  return { items: items.slice(start, end), has_more: hasMore, page_token: hasMore ? tokenFor(end) : "" };
}

function tokenFor(start: number): string {
  return Buffer.from(`next:${start}`).toString("base64url");
}

function startOf(token: string | null): number | undefined {
  if (token === null || token === "") return 0;
  const [, digits] = /^next:(\d+)$/.exec(Buffer.from(token, "base64url").toString("utf8")) ?? [];
  return digits === undefined ? undefined : Number(digits);
}
