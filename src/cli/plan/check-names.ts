/** Names of roles and runtimes that mission files use, held against those that there are. */

import { findSimilar } from "../../format/similar.ts";
import { type Check, checkRole, type MissionFiles, type RepositoryFiles, type Role } from "../../model/documents.ts";
import type { Finding } from "../../model/finding.ts";
import { KNOWN_AGENTS } from "../../model/known-agents.ts";
import { rolesByName } from "../../model/roles.ts";

type Place = { file: string; at: Role["at"] };
type Known = { kind: "agent" | "runtime"; names: readonly string[] };

/** A role may be written for the repository, or drafted in its mission. */
export function checkNames(
  { config, roles }: RepositoryFiles,
  missions: readonly MissionFiles[],
  builtin: readonly Role[],
): readonly Finding[] {
  const written = config.runtimes.length > 0 ? config.runtimes : KNOWN_AGENTS;
  const runtimes: Known = { kind: "runtime", names: written.map(({ name }) => name) };
  const rolesOf = (drafts: readonly Role[]): Known => ({
    kind: "agent",
    names: [...rolesByName(builtin, roles, drafts).keys()],
  });
  const ofRoles = [...roles, ...missions.flatMap((mission) => mission.roles)].flatMap((role) =>
    nameFinding(role, "runtime", role.runtime, runtimes),
  );
  const ofConfig = [
    ...nameFinding(config, "review", reviewOf(config), rolesOf([])),
    ...checkFindings(config, config.verify, rolesOf([])),
  ];
  return [...ofConfig, ...ofRoles, ...missions.flatMap((mission) => missionFindings(mission, rolesOf(mission.roles)))];
}

function missionFindings({ mission, milestones, features, contract }: MissionFiles, roles: Known): Finding[] {
  if (mission === null || mission.status === "completed" || mission.status === "cancelled") return [];
  const open = features.filter(({ status }) => status === "todo" || status === "hold");
  const asserted = contract.map(({ file, line, checks }) => ({
    file,
    at: { verify: { line, column: 1 } },
    verify: checks,
  }));
  return [
    ...nameFinding(mission, "review", reviewOf(mission), roles),
    ...checkFindings(mission, [...mission.verify, ...(mission.verifyOnly ?? [])], roles),
    ...open.flatMap((feature) => nameFinding(feature, "agent", feature.agent, roles)),
    ...[...milestones, ...open, ...asserted].flatMap((place) => checkFindings(place, place.verify, roles)),
  ];
}

function reviewOf({ review }: { review: string | null }): string | null {
  return review === "none" ? null : review;
}

function checkFindings(place: Place, checks: readonly Check[], roles: Known): Finding[] {
  return checks.flatMap((check) => nameFinding(place, "verify", checkRole(check), roles));
}

function nameFinding({ file, at }: Place, key: string, name: string | null, { kind, names }: Known): Finding[] {
  if (name === null || names.includes(name)) return [];
  const { line, column } = at[key] ?? { line: 1, column: 1 };
  const similar = findSimilar(name, names);
  const message = `There is no ${kind} ${name}${similar === null ? "" : `; did you mean ${similar}?`}`;
  return [{ file, line, column, severity: "error", code: `unknown-${kind}`, message, expected: names.join(", ") }];
}
