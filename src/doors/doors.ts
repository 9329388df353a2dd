import type { Clock } from "./clock.ts";
import type { Files } from "./files.ts";
import type { Debris } from "./git/debris/debris.ts";
import type { Git } from "./git.ts";
import type { StateFolder } from "./host.ts";
import type { Leftovers } from "./leftovers.ts";
import type { Person } from "./person.ts";
import type { Processes } from "./processes.ts";
import type { QuickLook } from "./quick-look.ts";
import type { Random } from "./random.ts";
import type { EndSurvivors } from "./runtimes/program/survivors.ts";
import type { OpenRunFiles } from "./runtimes/run-folder/run-files.ts";
import type { Workspaces } from "./workspace.ts";

/** All doors of one invocation, made in one place and handed down. */
export interface Doors {
  git: Git;
  /** What a killed git left in the repository. */
  debris: Debris;
  /** The checkout that the person stands in; null in a bare repository. */
  worktree: string | null;
  files: Files;
  state: StateFolder;
  processes: Processes;
  workspaces: Workspaces;
  quickLook: QuickLook;
  openRunFiles: OpenRunFiles;
  /** What finished runs left on this host. */
  leftovers: Leftovers;
  endSurvivors: EndSurvivors;
  /** Only where a test plans faults: puts them round the person's checkout, which a few commands open by themselves. */
  aroundPerson?: (person: Person) => Person;
  clock: Clock;
  random: Random;
  /** sha256, hex. */
  hash: (text: string) => string;
  /** The environment of this process: what secrets and programs are looked up in. */
  env: Readonly<Record<string, string | undefined>>;
  /** How this program is started again, for the processes that carry out orders. */
  program: { node: string; main: string; build: string };
  /** Folder of the installed package: built-in roles and templates. */
  packageFolder: string;
  /** Whether this process runs inside a run (environment or an ancestor process): it may not approve, answer, resume or stop. */
  insideRun: boolean;
}
