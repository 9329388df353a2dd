/** A run's own folder in memory. */

import type { OpenRunFiles, RunEvent } from "../../../src/doors/runtimes/run-folder/run-files.ts";
import { makeRunDisk, type RunDisk, type StateDisk } from "./state-disk.ts";

export interface RunFilesDoors {
  disk: StateDisk;
  act(call: string): boolean;
  /** What lies at the place of a workspace. */
  inspect(path: string): "whole" | "no-git" | "gone";
}

const LOG_KEPT = 4_000;

export function openMemoryRunFiles({ disk, act, inspect }: RunFilesDoors): OpenRunFiles {
  return (folder) => {
    const run = folder.slice(folder.lastIndexOf("/") + 1);
    const at = (name: string) => `${folder}/${name}`;
    const read = (): RunDisk => disk.runs.get(run) ?? makeRunDisk();
    function write(call: string, effect: (run: RunDisk) => void): void {
      if (!act(call)) return;
      const found = disk.runs.get(run);
      // The folder was removed under us.
      if (found === undefined) return;
      disk.writes += 1;
      effect(found);
    }
    return {
      folder,
      workspace: at("workspace"),
      promptFile: at("prompt.md"),
      resumeFile: at("resume.md"),
      handoffFile: at("handoff.md"),
      indexFile: at("index"),
      excludeFile: at("exclude"),
      appendLog: (text) =>
        write("run.appendLog", (found) => {
          found.log = (found.log + text).slice(-LOG_KEPT);
        }),
      appendEvent: (event) =>
        write("run.appendEvent", (found) => void found.events.push(JSON.parse(JSON.stringify(event)) as RunEvent)),
      readEvents: () => read().events,
      readPrompt: () => read().prompt,
      writePrompt: (text) =>
        write("run.writePrompt", (found) => {
          found.prompt = text;
          found.handoff = null;
        }),
      readHandoff: (maxBytes) => read().handoff?.slice(0, maxBytes) ?? null,
      readLogTail: (maxBytes) => read().log.slice(-maxBytes),
      writeExclude: (paths) =>
        write("run.writeExclude", (found) => {
          found.exclude = [...paths];
        }),
      hasExclude: () => read().exclude !== null,
      setPreparing: (isPreparing) =>
        write("run.setPreparing", (found) => {
          found.isPreparing = isPreparing;
        }),
      isPreparing: () => read().isPreparing,
      setLeak: (what) =>
        write("run.setLeak", (found) => {
          found.leak = what;
        }),
      leak: () => read().leak,
      withdrawn: () => read().withdraw,
      hasOrder: () => disk.runs.has(run),
      inspectWorkspace: () => inspect(at("workspace")),
      close: () => {},
    };
  };
}
