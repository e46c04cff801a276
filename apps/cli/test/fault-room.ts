import type { EmulatorOptions, ShownMessage } from "@loong/feishu/emulator";
import { expect } from "vitest";
import { openScene, type Scene } from "./scene.ts";

const APP = { appId: "cli_a9f6c72aa7b85bca", appSecret: "fault-secret", botName: "Loong" };

/** Everybody in the room is answered, with their own words. */
export const CONFIG = `agent: { use: echo }
channels:
  lark:
    groupPolicy: open
    ackReactions: false
`;

/** A room of one person and the bot, of a platform whose waits are scaled so that seconds hold what a day would. */
export interface FaultRoom {
  readonly scene: Scene;
  /** @returns the id of the message. */
  says(text: string): string;
  answersTo(messageId: string): readonly ShownMessage[];
  /** Resolves once each is answered. @throws when one is answered twice, or not in time. */
  eachAnsweredOnce(...messageIds: readonly string[]): Promise<void>;
}

export async function openFaultRoom(options: Omit<EmulatorOptions, "apps"> = {}): Promise<FaultRoom> {
  const redeliveryDelaysMs = Array.from({ length: 40 }, () => 500);
  const scene = await openScene([APP], { redeliveryDelaysMs, ackTimeoutMs: 1_000, ...options });
  const room = scene.platform.group("Room", [scene.platform.user("Ada")], [APP.appId]);
  const answersTo = (messageId: string) => scene.platform.shows(room).filter(({ parentId }) => parentId === messageId);
  return {
    scene,
    says: (text) => scene.says(room, "Ada", `@Loong ${text}`),
    answersTo,
    async eachAnsweredOnce(...messageIds) {
      await expect.poll(() => messageIds.filter((id) => answersTo(id).length === 0)).toEqual([]);
      expect(messageIds.filter((id) => answersTo(id).length > 1)).toEqual([]);
    },
  };
}
