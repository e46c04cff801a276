/** Something that did not end well and can be retried or dropped. */
export interface Ended {
  /** As an operator names it: a turn, or a part of an answer. */
  readonly id: string;
  /** What its tries are counted by: the text of a question, the key of a part. */
  readonly name: string;
  /** Attempts so far, as they are recorded. */
  readonly attempts: number;
}

/** One turn of the operator's own conversation. */
export interface Chat {
  readonly session: string;
  readonly question: string;
  /** What the operator read. */
  answer: string;
  /** The stream ended by itself. */
  isWhole: boolean;
}

/** What an operator asked for, and what the gateway owes for it. */
export interface OperatorLedger {
  readonly chats: Chat[];
  /** An operator asks for a retry, or for a drop; `work` is the gateway's answer. */
  retry(ended: Ended, work: Promise<void>): void;
  drop(ended: Ended, work: Promise<void>): void;
  /** Retries of this that were granted, or whose answer nobody heard. */
  retries(id: string): number;
  allRetries(): number;
  /** The gateway tries something: a turn or a send. */
  tried(name: string): void;
  /** Things that were tried after they were dropped. */
  readonly revived: readonly string[];
  /** Retries that were granted and never came. */
  unheeded(): readonly Ended[];
}

export function createOperatorLedger(): OperatorLedger {
  const retries = new Map<string, number>();
  const tries = new Map<string, number>();
  const dropped = new Set<string>();
  /** Retries without an answer: whoever drops the same cannot know which comes first. */
  const open = new Map<string, number>();
  const granted: (Ended & { readonly triesBefore: number })[] = [];
  const revived: string[] = [];

  return {
    chats: [],
    retry(ended, work) {
      const { id, name } = ended;
      const triesBefore = tries.get(name) ?? 0;
      count(retries, id, 1);
      count(open, id, 1);
      dropped.delete(name);
      work.then(
        () => {
          count(open, id, -1);
          dropped.delete(name);
          granted.push({ ...ended, triesBefore });
        },
        () => {
          count(open, id, -1);
          count(retries, id, -1);
        },
      );
    },
    drop({ id, name }, work) {
      work.then(
        () => void ((open.get(id) ?? 0) === 0 && dropped.add(name)),
        () => {},
      );
    },
    retries: (id) => retries.get(id) ?? 0,
    allRetries: () => [...retries.values()].reduce((sum, more) => sum + more, 0),
    tried(name) {
      count(tries, name, 1);
      if (dropped.has(name)) revived.push(name);
    },
    revived,
    unheeded: () => granted.filter(({ name, triesBefore }) => (tries.get(name) ?? 0) <= triesBefore),
  };
}

function count(counts: Map<string, number>, key: string, by: 1 | -1): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}
