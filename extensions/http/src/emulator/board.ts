/** A message of Loong's, as people see it in the application. */
export interface ShownMessage {
  readonly messageId: string;
  readonly conversationId: string;
  readonly threadId?: string;
  readonly inReplyTo?: string;
  readonly text: string;
  /** A preview: its answer has not come yet. */
  readonly isUnfinished: boolean;
  /** Every text it has shown, the present one last. */
  readonly history: readonly string[];
}

/** A callback that was signed right. */
export interface TakenEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

export interface EventAnswer {
  readonly status: number;
  readonly body?: Readonly<Record<string, unknown>>;
}

/** What an application does with callbacks: show, replace, forget, and know what it has taken. */
export interface Board {
  shows(): readonly ShownMessage[];
  take(event: TakenEvent): EventAnswer;
}

interface Shown {
  readonly previewId?: string;
  readonly message: ShownMessage;
}

/** @param knows - Whether there is such a conversation. */
export function createBoard(knows: (conversationId: string) => boolean): Board {
  const shown: Shown[] = [];
  /** By the id of the event, for as long as the application runs; the protocol asks for a day. */
  const receipts = new Map<string, string>();
  /** The highest revision seen of each preview; an answer is above all of them. */
  const revisions = new Map<string, number>();

  function put(previewId: string | undefined, message: ShownMessage, keepAs?: string): void {
    const index = previewId === undefined ? -1 : shown.findIndex((one) => one.previewId === previewId);
    const before = shown[index]?.message.history ?? [];
    const entry = {
      message: { ...message, history: [...before, message.text] },
      ...(keepAs === undefined ? {} : { previewId: keepAs }),
    };
    if (index === -1) shown.push(entry);
    else shown[index] = entry;
  }

  function say(event: TakenEvent): EventAnswer {
    const id = String(event["id"]);
    const known = receipts.get(id);
    if (known !== undefined) return { status: 200, body: { messageId: known } };
    const messageId = `out-${receipts.size + 1}`;
    receipts.set(id, messageId);
    const preview = textOf(event["preview"]);
    if (preview !== undefined) revisions.set(preview, Number.POSITIVE_INFINITY);
    put(preview, messageOf(event, messageId, false));
    return { status: 200, body: { messageId } };
  }

  function overtaken(event: TakenEvent): boolean {
    const id = String(event["id"]);
    const revision = Number(event["revision"]);
    if (revision < (revisions.get(id) ?? 0)) return true;
    revisions.set(id, revision);
    return false;
  }

  function preview(event: TakenEvent): EventAnswer {
    const id = String(event["id"]);
    if (!overtaken(event)) put(id, messageOf(event, id, true), id);
    return { status: 204 };
  }

  function discard(event: TakenEvent): EventAnswer {
    const index = shown.findIndex(({ previewId }) => previewId === event["id"]);
    if (!overtaken(event) && index !== -1) shown.splice(index, 1);
    return { status: 204 };
  }

  return {
    shows: () => shown.map(({ message }) => message),
    take(event) {
      if (!knows(conversationOf(event).id)) return { status: 404, body: { error: "no such conversation" } };
      if (event.type === "message") return say(event);
      if (event.type === "preview") return preview(event);
      if (event.type === "discard") return discard(event);
      return { status: 204 };
    },
  };
}

function messageOf(event: TakenEvent, messageId: string, isUnfinished: boolean): ShownMessage {
  const { id, threadId } = conversationOf(event);
  const inReplyTo = textOf(event["inReplyTo"]);
  return {
    messageId,
    conversationId: id,
    ...(threadId === undefined ? {} : { threadId }),
    ...(inReplyTo === undefined ? {} : { inReplyTo }),
    text: String(event["text"]),
    isUnfinished,
    history: [],
  };
}

function conversationOf(event: TakenEvent): { readonly id: string; readonly threadId?: string } {
  return (event["conversation"] ?? { id: "" }) as { readonly id: string; readonly threadId?: string };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
