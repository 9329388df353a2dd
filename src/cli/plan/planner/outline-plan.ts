import { plainLine } from "../../../format/plain-text.ts";
import type { Plan, PlanFeature } from "../../../planning/plan.ts";

/** What a plan would have done, a line each: milestones, features, and the commands that would judge them. */
export function outlinePlan({ mission, milestones, contract }: Plan): string[] {
  const head = `${plainLine(mission.title)} (${mission.mode === "poc" ? "poc" : "full"})`;
  const parts = milestones.flatMap(({ title, features, verify }) => [
    `  ${plainLine(title)}`,
    ...checksOf(verify).map((check) => `      $ ${check}`),
    ...features.flatMap(outlineFeature),
  ]);
  const assertions = contract.flatMap(({ id, title, verify }) => [
    `    ${plainLine(id)}  ${plainLine(title)}`,
    ...checksOf(verify).map((check) => `      $ ${check}`),
  ]);
  return [head, ...parts, ...(assertions.length === 0 ? [] : ["  Contract", ...assertions])];
}

function outlineFeature({ title, size, agent, risk, verify }: PlanFeature): string[] {
  const notes = [size, agent, risk === "yellow" ? undefined : risk].filter((word) => word !== undefined);
  const tail = notes.length === 0 ? "" : ` (${notes.map((word) => plainLine(String(word))).join(", ")})`;
  return [`    ${plainLine(title)}${tail}`, ...checksOf(verify).map((check) => `      $ ${check}`)];
}

/** Commands are run on this machine: they are shown as they are. */
function checksOf(verify: unknown): string[] {
  const list = Array.isArray(verify) ? verify : verify === undefined || verify === null ? [] : [verify];
  return list.map((check) => plainLine(typeof check === "string" ? check : JSON.stringify(check)));
}
