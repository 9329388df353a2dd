/** What agents ask to be allowed, and what an order says about it. */

import type { Autonomy, Risk } from "./documents.ts";
import type { PathPolicy } from "./run.ts";

export type WorkerTool = "shell" | "edit" | "read" | "fetch" | "other";

/** What an agent wants to do, as far as it says so. */
export interface PermissionRequest {
  tool: WorkerTool;
  /** Of a shell. */
  command: string | null;
  /** Inside the workspace relative to it, elsewhere absolute. */
  paths: readonly string[];
  /** Of an address that is to be fetched. */
  host: string | null;
  /** As the agent calls it. */
  title: string;
}

/** What a role may do on a feature, as it stands in the order. */
export interface Permissions {
  autonomy: Autonomy;
  /** Of the feature. */
  risk: Risk;
  /** Of the role; empty: all. */
  tools: readonly string[];
  /** Names of requests that a person allowed, or denied, for this spec. */
  allowed: readonly string[];
  denied: readonly string[];
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
