/** A look at the agents of this host: those that config.md names or that are used without it, and others that are installed. */

import { basename } from "node:path";
import { modelOfTier, TIERS } from "../../../derive/model-choice.ts";
import { describeTrouble, stepOutOf } from "../../../derive/provider-need.ts";
import type { ProviderPause, ProviderTrouble } from "../../../derive/provider-pause.ts";
import { chooseRuntime, deriveHostRuntimes } from "../../../derive/runtime.ts";
import { askVersion, type VersionAnswer } from "../../../doors/runtimes/agent/ask-version.ts";
import { plainLine } from "../../../format/plain-text.ts";
import type { Config, Role, Runtime } from "../../../model/documents.ts";
import { KNOWN_AGENTS, type KnownAgent, knownAgentOf, programOf, runtimeOf } from "../../../model/known-agents.ts";
import { rolesByName } from "../../../model/roles.ts";
import type { Snapshot } from "../../../model/snapshot.ts";
import { findAgents, listAgents } from "../../../observe/capabilities.ts";
import { readSignIn, type SignIn, type SignInDoors } from "../../../observe/sign-in.ts";
import type { AgentSight, AgentState } from "../../../view/agents.ts";
import { printRuntime } from "../init-config.ts";

/** The slowest of the known ones takes three seconds on a quiet machine. */
const VERSION_MS = 10_000;

export const NO_AGENT = {
  problem: `No agent is installed here, and missions/config.md names no runtime. Known by name: ${KNOWN_AGENTS.map(({ name }) => name).join(", ")}.`,
  next: "npm install -g @anthropic-ai/claude-code",
};

interface Subject {
  runtime: Runtime;
  agent: KnownAgent | null;
  source: AgentSight["source"];
  /** Why it can't be started; null when it can. */
  reason: string | null;
  path: string | null;
  pause: ProviderPause | null;
  roles: readonly string[];
  config: Pick<Config, "file" | "models">;
}

/** Only those that work is done with here. */
export function lookAtUsed(doors: SignInDoors, snapshot: Snapshot): Promise<readonly AgentSight[]> {
  return Promise.all(usedHere(doors, snapshot).map((subject) => look(doors, subject)));
}

/** `snapshot` null: outside of a repository. */
export async function lookAtAgents(doors: SignInDoors, snapshot: Snapshot | null): Promise<readonly AgentSight[]> {
  const used = snapshot === null ? usedAnywhere(doors) : usedHere(doors, snapshot);
  const names = new Set(used.map(({ agent }) => agent?.name));
  const others = listAgents(doors).filter(({ name }) => !names.has(name));
  const config = snapshot?.repository.config ?? NO_CONFIG;
  const rest = others.map((agent) => subjectOf(doors, runtimeOf(agent), { source: "none", config }));
  return Promise.all([...used, ...rest].map((subject) => look(doors, subject)));
}

const NO_CONFIG = { file: "missions/config.md", models: {} };

function usedAnywhere(doors: SignInDoors): Subject[] {
  return findAgents(doors).map((runtime) => subjectOf(doors, runtime, { source: "found", config: NO_CONFIG }));
}

function usedHere(doors: SignInDoors, snapshot: Snapshot): Subject[] {
  const { config } = snapshot.repository;
  const host = deriveHostRuntimes(snapshot);
  const roles = Map.groupBy(allRoles(snapshot), (role) => {
    const choice = chooseRuntime({ snapshot, runtimes: { ...host, pauses: new Map() } }, role);
    return choice.kind === "runtime" ? choice.runtime.name : null;
  });
  return config.runtimes.map((runtime) =>
    subjectOf(doors, runtime, {
      source: snapshot.capabilities.isFound ? "found" : "config",
      config,
      reason: host.reasons.get(runtime.name) ?? null,
      pause: host.pauses.get(runtime.name) ?? null,
      roles: (roles.get(runtime.name) ?? []).map(({ name }) => name).sort(),
    }),
  );
}

export function allRoles({ builtinRoles, repository }: Snapshot): readonly Role[] {
  return [...rolesByName(builtinRoles, repository.roles).values()];
}

function subjectOf(
  { files, env }: SignInDoors,
  runtime: Runtime,
  given: Pick<Subject, "source" | "config"> & Partial<Subject>,
): Subject {
  const program = programOf(runtime);
  const path = program === null ? null : files.findProgram(program, env.PATH);
  return { reason: null, pause: null, roles: [], ...given, runtime, agent: knownAgentOf(runtime), path };
}

async function look(doors: SignInDoors, subject: Subject): Promise<AgentSight> {
  const { runtime, agent, source, path, roles, config, pause } = subject;
  // Only programs that are known to answer are started.
  const answer =
    agent !== null && !agent.isVersionless && path !== null && basename(path) === agent.name
      ? await askVersion(path, { env: doors.env, cwd: "/", timeoutMs: VERSION_MS })
      : null;
  const signIn = agent === null ? null : readSignIn(doors, agent);
  const models = TIERS.map((tier) => [tier, modelOfTier(tier, runtime, config.models)]);
  return {
    name: runtime.name,
    kind: runtime.kind,
    source,
    program: programOf(runtime),
    path,
    version: answer?.kind === "version" ? answer.version : null,
    signIn: signIn && { state: signIn.state, by: signIn.by },
    billing: runtime.billing ?? signIn?.billing ?? null,
    models: Object.fromEntries(models),
    heldSince: pause?.trouble?.since ?? null,
    heldUntil: pause?.kind === "rests" ? pause.until : null,
    roles,
    ...judge(subject, answer, signIn),
  };
}

interface Judged {
  state: AgentState;
  problem: string | null;
  next: string | null;
}

/** What is most in the way, and the step that helps. */
function judge(subject: Subject, answer: VersionAnswer | null, signIn: SignIn | null): Judged {
  const { runtime, agent, source, reason, pause, config } = subject;
  if (reason !== null) return { state: "missing", problem: reason, next: howToHave(reason, agent, config.file) };
  if (answer?.kind === "error") {
    const text = plainLine(answer.text);
    return { state: "broken", problem: `it starts with an error: ${text}`, next: howToMend(text, agent) };
  }
  if (source === "none") {
    const next = `put ${runtime.name}: ${printRuntime(runtime)} under runtimes: in ${config.file}, then mission save`;
    return { state: "unused", problem: `${config.file} does not name it`, next };
  }
  if (signIn?.state === "no") return { state: "signed out", problem: signIn.by, next: agent?.signIn ?? null };
  if (pause?.trouble)
    return {
      state: "held back",
      problem: `it ${describeTrouble(pause.trouble)}`,
      next: nextOf(pause.trouble, subject),
    };
  if (pause?.kind === "rests") return { state: "held back", problem: "its provider takes no work now", next: null };
  if (answer?.kind === "silent") {
    const problem = `it does not say its version within ${VERSION_MS / 1000} s`;
    return { state: "unsure", problem, next: `${programOf(runtime)} --version` };
  }
  if (signIn?.state === "unknown") return { state: "unsure", problem: signIn.by, next: agent?.signIn ?? null };
  if (signIn?.billing === "api" && runtime.billing === "subscription") {
    const problem = `${signIn.by} goes before a subscription: what it costs may be a bill`;
    return { state: "ready", problem, next: `unset ${signIn.by}, or billing: api in ${config.file}` };
  }
  return { state: "ready", problem: null, next: null };
}

function nextOf(trouble: ProviderTrouble, { runtime, config }: Subject): string {
  return `${stepOutOf(trouble, runtime, config)}, then mission retry MISSION`;
}

function howToHave(reason: string, agent: KnownAgent | null, file: string): string {
  const [, variable] = /^(\w+) is not set$/.exec(reason) ?? [];
  if (variable !== undefined) return `export ${variable}=...`;
  if (!reason.endsWith("is not installed")) return `edit ${file}, then mission save`;
  return agent === null ? `install it, or take it out of ${file}` : `npm install -g ${agent.package}`;
}

/** Of a Node that is too old for it, or a package whose own steps were left out at its installation. */
function howToMend(text: string, agent: KnownAgent | null): string {
  const again = agent === null ? "install it again" : `npm install -g ${agent.package}`;
  return /SyntaxError|ERR_|node:|Node\.js|engine/.test(text) ? `install Node 22 or newer, then ${again}` : again;
}
