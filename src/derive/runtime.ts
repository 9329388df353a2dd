import type { FeatureDocument, Role, Runtime } from "../model/documents.ts";
import type { RunEntry } from "../model/ledger.ts";
import { LIMITS } from "../model/limits.ts";
import type { Outcome } from "../model/record.ts";
import type { MissionSnapshot, Snapshot } from "../model/snapshot.ts";
import type { RuntimeChoice } from "../model/state.ts";

/** The role that works on a feature: the mission's drafts, then the repository's, then the built-in ones. */
export function findRole(mission: MissionSnapshot, snapshot: Snapshot, name: string): Role | null {
  const places = [mission.files.roles, mission.repository.roles, snapshot.repository.roles, snapshot.builtinRoles];
  return places.flat().find((role) => role.name === name) ?? null;
}

/** What can play a feature's role on this host, or why nothing can. */
export function deriveRuntime(snapshot: Snapshot, mission: MissionSnapshot, feature: FeatureDocument): RuntimeChoice {
  const role = findRole(mission, snapshot, feature.agent);
  if (!role)
    return none(
      "unknown-role",
      `there is no agent called ${feature.agent}`,
      `mission edit ${mission.id}/${feature.id}`,
    );
  const { runtimes, runtime: preferred } = snapshot.repository.config;
  if (runtimes.length === 0)
    return none(
      "no-capable-host",
      "no runtime is configured",
      "name one under runtimes: in missions/config.md, then mission save",
    );
  const wanted = role.runtime ?? preferred;
  const reasons = new Map(snapshot.capabilities.runtimes.map(({ name, reason }) => [name, reason]));
  const choice =
    wanted === null
      ? runtimes.find(({ name }) => reasons.get(name) === null)
      : runtimes.find(({ name }) => name === wanted);
  if (!choice)
    return none(
      "no-capable-host",
      wanted === null
        ? [...reasons].map(([name, reason]) => `${name}: ${reason}`).join("; ")
        : `runtime ${wanted} is not configured`,
      "mission doctor",
    );
  const reason = reasons.get(choice.name);
  if (reason) return none("no-capable-host", `${choice.name}: ${reason}`, "mission doctor");
  const secret = missingSecret(snapshot, mission, feature);
  if (secret)
    return none(
      "no-capable-host",
      secret,
      `set it where mission pulse runs, or run mission pulse on a host that has it`,
    );
  const pause = providerPause(snapshot, choice);
  if (pause !== null) return { ...none("quota", `${choice.name} waits for its provider`, null), until: pause };
  return { kind: "runtime", runtime: choice };
}

function none(code: string, message: string, next: string | null): Extract<RuntimeChoice, { kind: "none" }> {
  return { kind: "none", code, message, next, until: null };
}

function missingSecret(snapshot: Snapshot, mission: MissionSnapshot, feature: FeatureDocument): string | null {
  for (const name of feature.secrets) {
    const reference = mission.files.mission?.resources.find((resource) => resource.name === name)?.secret;
    if (!reference) return `resource ${name} names no secret`;
    if (!snapshot.capabilities.secrets.includes(reference)) return `${reference} is not set here`;
  }
  return null;
}

const HELD_BACK: readonly Outcome[] = ["quota", "provider"];

/** Until when a runtime rests on this host after its provider refused; afterwards one probe goes first. */
function providerPause(snapshot: Snapshot, { name }: Runtime): number | null {
  const runs = snapshot.missions.flatMap(({ ledger }) => [...ledger.runs.values()]);
  const mine = runs.filter(({ claim, ended }) => claim.fact.host === snapshot.host && ended?.fact.runtime === name);
  const last = latest(mine);
  if (!last?.ended || !HELD_BACK.includes(last.ended.fact.outcome)) return null;
  const pause = last.ended.fact.outcome === "quota" ? LIMITS.quotaPauseMs : LIMITS.providerPauseMs;
  const until = last.ended.fact.until ?? last.ended.record.at + pause;
  if (until > snapshot.now) return until;
  const probing = runs.some(
    ({ claim, ended }) =>
      ended === null && claim.fact.host === snapshot.host && claim.fact.runKind === "work" && claim.record.at >= until,
  );
  return probing ? snapshot.now + LIMITS.providerPauseMs : null;
}

function latest(runs: readonly RunEntry[]): RunEntry | null {
  return runs.reduce<RunEntry | null>(
    (last, run) => ((run.ended?.record.at ?? 0) >= (last?.ended?.record.at ?? 0) ? run : last),
    null,
  );
}
