import type { Workspaces } from "../../../src/doors/workspace.ts";
import type { MemoryDisk } from "../git/disk.ts";
import type { MemoryRepository } from "../git/repository.ts";
import type { Process, Schedule } from "../time/schedule.ts";
import { inspectFolder, makeClone, removeFolder } from "../world/folders.ts";

export interface WorkspaceDoors {
  schedule: Schedule;
  process: Process;
  disk: MemoryDisk;
  repository: MemoryRepository;
}

/** Private clones in memory. One is made whole or not at all, as the real one is by renaming. */
export function openMemoryWorkspaces({ schedule, process, disk, repository }: WorkspaceDoors): Workspaces {
  return {
    async makeClone({ path, commit, branch, home }) {
      await schedule.sleep(process, schedule.chance.between(5, 2_000), "makeClone");
      await schedule.step(process, "workspace.makeClone");
      if (inspectFolder(disk, path) === "whole") return;
      makeClone(disk, repository, { path, commit, branch, home });
    },
    async copyIncluded() {
      await schedule.step(process, "workspace.copyIncluded");
      return [];
    },
    async listUntracked() {
      return [];
    },
    forget: async () => {},
    async remove(path) {
      await schedule.step(process, "workspace.remove");
      removeFolder(disk, path);
    },
  };
}
