import type { StreamFeature } from "@loong/sdk";
import { webchatErrors } from "../errors.ts";
import type { Identity } from "../visitors/identity.ts";
import type { Visitor, Visitors } from "../visitors/visitors.ts";
import type { Node } from "./markdown.ts";

export interface PreviewPorts {
  readonly visitors: Visitors;
  readonly identity: () => Promise<Identity>;
  readonly readMarkdown: (markdown: string) => readonly Node[];
  readonly maxLength: number;
  readonly now: () => number;
}

/** Browsers take more; people do not read faster. */
const INTERVAL_MS = 250;

/** A preview's name holds whose it is and which bubble, so that any later process understands it. */
export function previewOf(preview: string): { readonly visitorId: string; readonly entryId: string } | undefined {
  const [, visitorId, entryId] = /^(v[0-9a-f]{36})\/(preview\.[a-z0-9]{1,50})$/.exec(preview) ?? [];
  return visitorId === undefined || entryId === undefined ? undefined : { visitorId, entryId };
}

/** Answers that grow in their bubble. */
export function createPreviews(ports: PreviewPorts): StreamFeature {
  const { visitors, identity, readMarkdown, maxLength, now } = ports;

  async function visitorFor(id: string): Promise<Visitor> {
    const visitor = (await identity()).isOurs(id) ? visitors.find(id) : undefined;
    if (visitor === undefined || visitor.tabs.size === 0) throw webchatErrors.WEBCHAT_PREVIEW([]);
    return visitor;
  }

  async function show(preview: string, markdown: string): Promise<string> {
    const { visitorId = "", entryId = "" } = previewOf(preview) ?? {};
    const visitor = await visitorFor(visitorId);
    const atMs = visitor.history.find(entryId)?.atMs ?? now();
    const body = readMarkdown(cut(markdown, maxLength));
    visitors.show(visitor, { id: entryId, from: "bot", atMs, body, unfinished: true });
    return preview;
  }

  return {
    intervalMs: { direct: INTERVAL_MS, group: INTERVAL_MS },
    open: ({ conversation, idempotencyKey }, markdown) =>
      show(`${conversation.id}/preview.${idempotencyKey}`, markdown),
    update: show,
    async discard(preview) {
      const { visitorId = "", entryId = "" } = previewOf(preview) ?? {};
      const visitor = visitors.find(visitorId);
      if (visitor !== undefined) visitors.takeAway(visitor, entryId);
    },
  };
}

function cut(markdown: string, maxLength: number): string {
  return markdown.length > maxLength ? `${markdown.slice(0, maxLength - 1).toWellFormed()}…` : markdown;
}
