import { readRules } from "../../../apply/rules.ts";
import { checkLabel, type Mode, type Role } from "../../../model/documents.ts";
import { programIdentity } from "../../../repo/program-identity.ts";
import type { Context } from "../../command.ts";
import { allRoles } from "../../machine/agents/look.ts";
import type { Sight } from "../../read/look.ts";
import type { PlanRequest, Told } from "./plan-prompt.ts";

/** Roles that plan or judge are not given features. */
const NO_WORKERS = ["planner", "reviewer", "validator"];

/** What a planner is told of its task, whatever came of it so far. */
export async function describeTask(
  { doors }: Context,
  { snapshot, state }: Sight,
  task: { role: Role; base: string; request: { id: string; goal: string; mode: Mode | null } },
): Promise<Omit<PlanRequest, keyof Told>> {
  const { config } = snapshot.repository;
  const { id, goal, mode } = task.request;
  const roles = allRoles(snapshot).map(({ name }) => name);
  return {
    mission: id,
    goal,
    mode,
    role: task.role,
    roles: roles.filter((name) => !NO_WORKERS.includes(name)).sort(),
    checks: config.verify.map(checkLabel),
    missions: state.missions.map((mission) => ({ id: mission.id, title: mission.title })),
    rules: await readRules(doors.git, config, task.base),
  };
}

/** What a repository without commits is looked at by: nothing names it, and git forgets it. */
export async function emptyCommit({ doors: { git, state, clock } }: Context): Promise<string> {
  const author = programIdentity(state.host);
  const tree = await git.writeTree([]);
  return git.writeCommit({ tree, parents: [], message: "Nothing yet\n", author, committer: author, at: clock.now() });
}
