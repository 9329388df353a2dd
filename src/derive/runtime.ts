import { type Config, type FeatureDocument, isCodingAgent, type Role, type Runtime } from "../model/documents.ts";
import type { Finding } from "../model/finding.ts";
import { rolesByName } from "../model/roles.ts";
import type { MissionSnapshot, Snapshot } from "../model/snapshot.ts";
import type { Reviewer, RuntimeChoice } from "../model/state.ts";
import { describeFinding, firstErrors } from "./plan-index.ts";
import { describeTrouble, stepOutOf } from "./provider-need.ts";
import { deriveProviderPauses, type ProviderPause } from "./provider-pause.ts";

/** What this host can run for any mission. */
export interface HostRuntimes {
  /** Why a runtime can't run here; null when it can. */
  reasons: ReadonlyMap<string, string | null>;
  pauses: ReadonlyMap<string, ProviderPause>;
  secrets: ReadonlySet<string>;
}

export function deriveHostRuntimes(snapshot: Snapshot): HostRuntimes {
  return {
    reasons: new Map(snapshot.capabilities.runtimes.map(({ name, reason }) => [name, reason])),
    pauses: deriveProviderPauses(snapshot),
    secrets: new Set(snapshot.capabilities.secrets),
  };
}

/** The roles of a mission by name, and the first error in each of their files. */
export interface Roles {
  byName: ReadonlyMap<string, Role>;
  errors: ReadonlyMap<string, Finding>;
}

/** The mission's drafts hold before the repository's roles, those before the built-in ones. */
export function listRoles({ files, repository }: MissionSnapshot, snapshot: Snapshot): Roles {
  const findings = [...files.findings, ...repository.findings, ...snapshot.repository.findings];
  const byName = rolesByName(snapshot.builtinRoles, snapshot.repository.roles, repository.roles, files.roles);
  return { byName, errors: firstErrors(findings) };
}

export interface RuntimeQuestion {
  snapshot: Snapshot;
  mission: MissionSnapshot;
  runtimes: HostRuntimes;
  roles: Roles;
}

/** What can play a feature's role on this host, or why nothing can. */
export function deriveRuntime(question: RuntimeQuestion, feature: FeatureDocument): RuntimeChoice {
  const role = findRole(question, feature.agent, `mission edit ${question.mission.id}/${feature.id}`);
  if ("kind" in role) return role;
  const secret = missingSecret(question, feature);
  if (secret)
    return none(
      "no-capable-host",
      secret,
      "set it where mission pulse runs, or run mission pulse on a host that has it",
    );
  return namingRetry(chooseRuntime(question, role), question);
}

/** What can play the reviewer of delivered work on this host, or why nothing can. No secret is given to it. */
export function deriveReviewerRuntime(question: RuntimeQuestion, reviewer: Reviewer): RuntimeChoice {
  const role = findRole(question, reviewer.role, `mission edit ${question.mission.id} (its review)`);
  if ("kind" in role) return role;
  const isFit = (runtime: Runtime) => reviewer.isNamed || isCodingAgent(runtime);
  return namingRetry(chooseRuntime(question, role, isFit), question);
}

function findRole({ roles }: RuntimeQuestion, name: string, next: string): Role | NoRuntime {
  const role = roles.byName.get(name);
  if (!role) return none("unknown-role", `there is no agent called ${name}`, next);
  const error = roles.errors.get(role.file);
  return error ? none("invalid-role", describeFinding(error), `edit ${error.file}, then mission save`) : role;
}

type NoRuntime = Extract<RuntimeChoice, { kind: "none" }>;

/** The runtimes that may play a role: its own one, or the configured one, or any. */
export function eligibleRuntimes({ runtimes, runtime: preferred }: Config, role: Role | null): readonly Runtime[] {
  const wanted = role?.runtime ?? preferred;
  return wanted === null ? runtimes : runtimes.filter(({ name }) => name === wanted);
}

function none(code: string, message: string, next: string | null, until: number | null = null): NoRuntime {
  return { kind: "none", code, message, next, until };
}

/** What a person has seen to is tried at once where it is said. */
function namingRetry(choice: RuntimeChoice, { mission }: RuntimeQuestion): RuntimeChoice {
  if (choice.kind !== "none" || choice.code !== PROVIDER || choice.next === null) return choice;
  return { ...choice, next: `${choice.next}, then mission retry ${mission.id}` };
}

/** The role's own runtime, or the configured one, or the first that can run here and takes work. */
export function chooseRuntime(
  { snapshot, runtimes }: Pick<RuntimeQuestion, "snapshot" | "runtimes">,
  role: Role,
  isFit: (runtime: Runtime) => boolean = () => true,
): RuntimeChoice {
  const { config } = snapshot.repository;
  const { reasons, pauses } = runtimes;
  if (config.runtimes.length === 0) {
    return none("no-capable-host", "no agent is installed here, and missions/config.md names none", "mission agents");
  }
  const eligible = eligibleRuntimes(config, role).filter(isFit);
  if (eligible.length === 0) {
    const wanted = role.runtime ?? config.runtime;
    return none("no-capable-host", `runtime ${wanted} is not configured`, "mission check");
  }
  const able = eligible.filter(({ name }) => reasons.get(name) === null);
  const [first] = able;
  if (!first) {
    const why = eligible.map(({ name }) => `${name}: ${reasons.get(name) ?? "not known here"}`).join("; ");
    return none("no-capable-host", why, "mission doctor");
  }
  const free =
    able.find(({ name }) => !pauses.has(name)) ?? able.find(({ name }) => pauses.get(name)?.kind === "probe");
  return free
    ? { kind: "runtime", runtime: free, probe: pauses.has(free.name) }
    : paused(first, pauses.get(first.name), config);
}

/** Of a condition that ends when a person has seen to a runtime's account or its model. */
const PROVIDER = "provider";

function paused(runtime: Runtime, pause: ProviderPause | undefined, config: Config): NoRuntime {
  const { name } = runtime;
  const until = pause?.kind === "rests" ? pause.until : null;
  const trouble = pause?.trouble ?? null;
  if (trouble !== null) {
    const step = stepOutOf(trouble, runtime, config);
    return { ...none(PROVIDER, `${name} ${describeTrouble(trouble)}`, step, until), since: trouble.since };
  }
  if (until === null) return none("quota", `${name} is tried with one run first`, null);
  return none("quota", `${name} waits for its provider`, null, until);
}

function missingSecret({ mission, runtimes }: RuntimeQuestion, feature: FeatureDocument): string | null {
  for (const name of feature.secrets) {
    const reference = mission.files.mission?.resources.find((resource) => resource.name === name)?.secret;
    if (!reference) return `resource ${name} names no secret`;
    if (!runtimes.secrets.has(reference)) return `${reference} is not set here`;
  }
  return null;
}
