import { AsyncLocalStorage, createHook } from "node:async_hooks";

/** What some code has begun, wherever that led to. What else this process does meanwhile is not looked at. */
export interface ResourceWatch extends Disposable {
  /** Runs the code: everything begun in `act`, at once or later, is watched. */
  during<T>(act: () => T): T;
  /** What of it keeps the process alive now, counted by kind as `async_hooks` names them: timers, handles, calls under way. */
  holding(): Readonly<Record<string, number>>;
  /** How many sockets and servers are open now, idle and unreferenced ones included: those hold no process back. */
  openSockets(): number;
}

interface Resource {
  readonly kind: string;
  /** Timers and handles have it; calls under way have not. */
  readonly handle: { hasRef?(): boolean | undefined };
}

const SOCKETS = /^(?:TCP|PIPE|UDP)(?:SERVER)?WRAP$/;
const CALLS = /REQ(?:WRAP|CALLBACK|PROMISE)?$/;
/** There for a moment in every process. */
const PASSING = "Immediate";

export function watchResources(): ResourceWatch {
  const inside = new AsyncLocalStorage<true>();
  const begun = new Map<number, Resource>();
  const hook = createHook({
    init(id, kind, triggerId, handle: Resource["handle"]) {
      // A connection that a server takes belongs to nobody's call: the server has caused it.
      if (inside.getStore() !== true && !begun.has(triggerId)) return;
      if (kind !== PASSING && (CALLS.test(kind) || "hasRef" in handle)) begun.set(id, { kind, handle });
    },
    destroy: (id) => void begun.delete(id),
  }).enable();
  return {
    during: (act) => inside.run(true, act),
    holding: () => countByKind([...begun.values()].filter(isHolding)),
    openSockets: () => [...begun.values()].filter(({ kind }) => SOCKETS.test(kind)).length,
    [Symbol.dispose]: () => void hook.disable(),
  };
}

function isHolding({ kind, handle }: Resource): boolean {
  return CALLS.test(kind) || handle.hasRef?.() === true;
}

function countByKind(resources: readonly Resource[]): Readonly<Record<string, number>> {
  const byKind = Object.groupBy(resources, ({ kind }) => kind);
  return Object.fromEntries(Object.entries(byKind).map(([kind, found = []]) => [kind, found.length]));
}
