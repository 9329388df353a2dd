/** What agents ask to be allowed, and what an order says about it. */

import type { Risk } from "./documents.ts";
import type { PathPolicy, Permissions } from "./run.ts";

export type WorkerTool = "shell" | "edit" | "read" | "fetch" | "other";

/** What an agent wants to do, as far as it says so. */
export interface PermissionRequest {
  tool: WorkerTool;
  /** Of a shell. */
  command: string | null;
  /** It goes on when the tool is over, until the run is. */
  isBackground: boolean;
  /** Inside the workspace relative to it, elsewhere absolute. */
  paths: readonly string[];
  /** Of an address that is to be fetched. */
  host: string | null;
  /** As the agent calls it. */
  title: string;
}

/** Where things are on the host of a run. Absolute and real, without a slash at the end. */
export interface Places {
  workspace: string;
  /** Where the runs of this host lie: all but the workspace belongs to others. */
  runs: string;
  /** The person's own repository. */
  repository: string;
  home: string | null;
  temporary: readonly string[];
  /** Files of the run outside its workspace that it is told to read and write. */
  own: readonly string[];
  /** Variables whose values are known. */
  variables: Readonly<Record<string, string>>;
}

/** What an agent is answered. `because`: which rule, or who. */
export interface PermissionDecision {
  decision: "allowed" | "denied";
  because: string;
}

/** What a sandbox lets all commands of an agent do. */
export interface Sandbox {
  /** In the workspace. */
  writes: boolean;
  network: boolean;
}

/** All that a request is judged by. */
export interface PermissionPolicy extends Permissions {
  places: Places;
  paths: PathPolicy;
}

/** How far what is asked reaches, whoever asks. */
export type PermissionClass = Risk;

export interface Judgement {
  /** `ask`: it waits for a person's word. */
  decision: "allowed" | "denied" | "ask";
  class: PermissionClass;
  because: string;
}
