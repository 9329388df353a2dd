import type { Doors } from "../doors/doors.ts";
import type { Config, Runtime } from "../model/documents.ts";
import { KNOWN_AGENTS, type KnownAgent, knownAgentOf, programOf, runtimeOf } from "../model/known-agents.ts";
import type { Capabilities, MissionSnapshot } from "../model/snapshot.ts";
import { readSignIn, type SignIn, type SignInDoors } from "./sign-in.ts";

/** What this host can run, and which secrets it can resolve. */
export function readCapabilities(doors: Doors, config: Config, missions: readonly MissionSnapshot[]): Capabilities {
  const references = missions.flatMap(({ files }) =>
    (files.mission?.resources ?? []).flatMap(({ secret }) => secret ?? []),
  );
  return {
    runtimes: config.runtimes.map((runtime) => ({ name: runtime.name, reason: whyNot(doors, runtime) })),
    secrets: [...new Set(references)].filter((reference) => isSet(doors, reference)),
  };
}

const BY_ACCOUNT: readonly SignIn["state"][] = ["yes", "unknown", "no"];

/** Known agents that are installed here: those that have an account, those that may have one, those that surely have none. */
export function listAgents(doors: SignInDoors): readonly KnownAgent[] {
  return rankAgents(doors).map(({ agent }) => agent);
}

/** What is worked with where config.md names no runtime. */
export function findAgents(doors: SignInDoors): readonly Runtime[] {
  return rankAgents(doors).map(({ agent, signIn }) => ({ ...runtimeOf(agent), billing: signIn.billing }));
}

/** Files that tell of an account may be large: each is read once. */
function rankAgents(doors: SignInDoors): readonly { agent: KnownAgent; signIn: SignIn }[] {
  return KNOWN_AGENTS.filter(({ name }) => doors.files.findProgram(name, doors.env.PATH) !== null)
    .map((agent) => ({ agent, signIn: readSignIn(doors, agent) }))
    .sort((a, b) => BY_ACCOUNT.indexOf(a.signIn.state) - BY_ACCOUNT.indexOf(b.signIn.state));
}

/** Where the config does not say how an agent is paid for, by how it signs in here. */
export function withBilling(doors: SignInDoors, runtimes: readonly Runtime[]): readonly Runtime[] {
  return runtimes.map((runtime) => {
    const agent = runtime.billing === null ? knownAgentOf(runtime) : null;
    return agent === null ? runtime : { ...runtime, billing: readSignIn(doors, agent).billing };
  });
}

function whyNot(doors: Doors, runtime: Runtime): string | null {
  const { kind, folder, env } = runtime;
  const missing = env.find((name) => !doors.env[name]);
  if (missing) return `${missing} is not set`;
  if (kind === "replay") {
    if (folder === null) return "it names no folder";
    return doors.files.exists(replayFolder(doors, folder)) ? null : `folder ${folder} does not exist`;
  }
  if (kind === "tmux") return `runtimes of kind ${kind} are not available yet`;
  const program = programOf(runtime);
  if (program === null) return "it names no program";
  // A path is one of the workspace's: only the work can tell.
  if (program.includes("/")) return null;
  return doors.files.findProgram(program, doors.env.PATH) ? null : `${program} is not installed`;
}

/** A relative folder of recordings lies in the person's checkout. */
function replayFolder({ worktree, git }: Doors, folder: string): string {
  return folder.startsWith("/") ? folder : `${worktree ?? git.gitDir}/${folder}`;
}

function isSet({ env }: Doors, reference: string): boolean {
  return reference.startsWith("env:") && Boolean(env[reference.slice("env:".length)]);
}
