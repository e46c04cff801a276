import { join } from "node:path";
import { factsOf, foldersAround } from "../file-facts.ts";
import type { Rule } from "../rule.ts";

/** Folders that programs copy to other machines, by a part of their path. */
const SYNCED =
  /\/(?:Dropbox|OneDrive[^/]*|Google ?Drive|iCloud Drive|Mobile Documents|CloudStorage|Nextcloud|ownCloud|pCloudDrive|Syncthing|Nutstore|Seafile)(?=\/|$)/i;
/** What a program that copies folders leaves in them. */
const SYNC_MARKS = [".stfolder", ".dropbox", ".sync_root", ".csync_journal.db"];

/** Where files are on another machine (statfs(2)): NFS, SMB, CIFS, SMB2, AFS, Ceph. */
const REMOTE = new Set([0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x5346414f, 0x00c36400]);

/** Where the state directory is. */
export const placeRules: readonly Rule[] = [
  {
    id: "place.synced-folder",
    severity: "warning",
    title: "The state directory is copied to other machines",
    why: "Secrets and messages go along, and a database that is copied while it is written to is torn.",
    mend: () => "Move it out of that folder and point LOONG_HOME to it.",
    find: ({ paths: { home } }) => {
      const marked = [home, ...foldersAround(home)].find((folder) =>
        SYNC_MARKS.some((mark) => factsOf(join(folder, mark)) !== undefined),
      );
      const isSynced = SYNCED.test(home) || marked !== undefined;
      return isSynced ? [{ file: home, found: `${home} is in a folder that is copied elsewhere.` }] : [];
    },
  },
  {
    id: "place.network-file-system",
    severity: "warning",
    title: "The state directory is on another machine",
    why: "Locks and modes mean little there: two gateways may believe to be the only one, and others may read along.",
    mend: () => "Move it to a disk of this machine and point LOONG_HOME to it.",
    find: async ({ paths: { home }, machine }) => {
      const type = await machine.fileSystemType(home);
      const isRemote = type !== undefined && REMOTE.has(type >>> 0);
      return isRemote ? [{ file: home, found: `${home} is on a network file system.` }] : [];
    },
  },
  {
    id: "place.in-repository",
    severity: "warning",
    title: "The state directory is in a repository",
    why: "One careless commit publishes secrets and messages.",
    mend: ({ file }) => `Move it out and point LOONG_HOME to it, or have the repository ignore ${file}.`,
    find: ({ paths: { home } }) => {
      const root = [home, ...foldersAround(home)].find((folder) => factsOf(join(folder, ".git")) !== undefined);
      return root === undefined ? [] : [{ file: home, found: `${home} is in the repository ${root}.` }];
    },
  },
];
