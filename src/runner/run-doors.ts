/** What carrying out an order is given, and what its parts share. */

import type { Doors } from "../doors/doors.ts";
import type { PriceOf } from "../doors/prices.ts";
import type { Drivers } from "../doors/runtimes/driver.ts";
import type { Shell } from "../doors/runtimes/program/shell.ts";
import type { EndSurvivors } from "../doors/runtimes/program/survivors.ts";
import type { DiskUsage } from "../doors/runtimes/run-folder/disk-usage.ts";
import type { OpenRunFiles, RunFiles } from "../doors/runtimes/run-folder/run-files.ts";
import type { OpenSearch } from "../doors/runtimes/run-folder/search.ts";
import type { Secret } from "../model/given-variables.ts";
import type { Claim } from "../model/record.ts";
import type { Order } from "../model/run.ts";
import type { Authority } from "../repo/authority.ts";
import type { Redactor } from "../repo/redact.ts";
import type { StopSwitch } from "./watch/stop-switch.ts";

export interface RunnerDoors
  extends Omit<Doors, "quickLook" | "worktree" | "packageFolder" | "files" | "insideRun" | "debris" | "leftovers"> {
  drivers: Drivers;
  shell: Shell;
  openSearch: OpenSearch;
  measureDisk: DiskUsage;
  endSurvivors: EndSurvivors;
  openRunFiles: OpenRunFiles;
  /** Variables that the settings of a runtime's agent on this host name for its account. */
  configuredNames(runtime: Order["runtime"]): readonly string[];
  loadPrices(): Promise<PriceOf>;
  /** What a program says to `--version`; null when it does not. */
  readVersion(program: string, env: Readonly<Record<string, string>>): Promise<string | null>;
}

/** One order that is being carried out. */
export interface RunContext {
  doors: RunnerDoors;
  authority: Authority;
  order: Order;
  claim: Claim;
  files: RunFiles;
  /** The clone, when it is made. */
  workspace: Promise<void>;
  stop: StopSwitch;
  redactor: Redactor;
  /** What was given to the run beyond what all programs get, by which variable. */
  secrets: readonly Secret[];
  startedAt: number;
}
