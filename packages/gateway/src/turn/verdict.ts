import type { InboxRow } from "../ports.ts";

/** What a turn leaves behind for its lane: it ended, or the row as it waits for its next attempt. */
export type TurnVerdict = { readonly ended: true } | { readonly ended: false; readonly row: InboxRow };
