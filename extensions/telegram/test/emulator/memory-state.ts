import { randomUUID } from "node:crypto";
import type { Lock, QueueEntry, StateAdapter } from "chat";

/** What the Chat SDK remembers between events, for the length of a test: nothing expires. */
export function memoryState(): StateAdapter {
  const values = new Map<string, unknown>();
  const lists = new Map<string, unknown[]>();
  const queues = new Map<string, QueueEntry[]>();
  const locks = new Map<string, Lock>();
  const subscribed = new Set<string>();
  const holds = ({ threadId, token }: Lock): boolean => locks.get(threadId)?.token === token;

  return {
    connect: async () => {},
    disconnect: async () => {},
    async acquireLock(threadId, ttlMs) {
      if (locks.has(threadId)) return null;
      const lock: Lock = { threadId, token: randomUUID(), expiresAt: Date.now() + ttlMs };
      locks.set(threadId, lock);
      return lock;
    },
    extendLock: async (lock) => holds(lock),
    async releaseLock(lock) {
      if (holds(lock)) locks.delete(lock.threadId);
    },
    async forceReleaseLock(threadId) {
      locks.delete(threadId);
    },
    async appendToList(key, value) {
      lists.set(key, [...(lists.get(key) ?? []), value]);
    },
    getList: async <T>(key: string) => (lists.get(key) ?? []) as T[],
    get: async <T>(key: string) => (values.get(key) ?? null) as T | null,
    async set(key, value) {
      values.set(key, value);
    },
    async setIfNotExists(key, value) {
      if (values.has(key)) return false;
      values.set(key, value);
      return true;
    },
    async delete(key) {
      values.delete(key);
    },
    async enqueue(threadId, entry) {
      const queue = [...(queues.get(threadId) ?? []), entry];
      queues.set(threadId, queue);
      return queue.length;
    },
    dequeue: async (threadId) => queues.get(threadId)?.shift() ?? null,
    queueDepth: async (threadId) => queues.get(threadId)?.length ?? 0,
    isSubscribed: async (threadId) => subscribed.has(threadId),
    async subscribe(threadId) {
      subscribed.add(threadId);
    },
    async unsubscribe(threadId) {
      subscribed.delete(threadId);
    },
  };
}
