import { askedThen } from "../../../derive/audit/asked-then.ts";
import { type AuditedRecord, ofKind } from "../../../derive/audit/audited-ledger.ts";
import type { LimitEvidence, PlanEvidence } from "../../../model/audit.ts";
import type { Config, MissionFiles } from "../../../model/documents.ts";
import { type Documents, openDocuments } from "../../../observe/documents.ts";
import type { Gathering } from "./gathering.ts";

/** Files of a mission and settings of the repository as they were when a record was made. */
export interface Past {
  /** null where the commit or the folder is not here. */
  readFiles(commit: string): Promise<MissionFiles | null>;
  readAsked(): Promise<ReadonlyMap<string, readonly string[]>>;
  readLimits(): Promise<ReadonlyMap<string, LimitEvidence>>;
  readPlans(): Promise<ReadonlyMap<string, PlanEvidence>>;
  readApprovers(): Promise<ReadonlyMap<string, readonly string[]>>;
}

export async function openPast(gathering: Gathering): Promise<Past> {
  const { doors, ledger } = gathering;
  const documents = await openDocuments(doors);
  const readFiles = rememberFiles(gathering, documents);
  return {
    readFiles,
    async readAsked() {
      const asked = new Map<string, readonly string[]>();
      for (const verdict of ofKind(ledger, "verdict")) {
        const commit = homeOf(gathering, verdict);
        const files = commit === null ? null : await readFiles(commit);
        if (files?.mission && commit !== null)
          asked.set(verdict.id, askedThen(verdict, files, await readConfig(gathering, documents, commit)));
      }
      return asked;
    },
    async readLimits() {
      const limits = new Map<string, LimitEvidence>();
      for (const claim of ofKind(ledger, "claim")) {
        const budget = claim.homeTip === null ? null : (await readFiles(claim.homeTip))?.mission?.budget;
        if (budget === "none") limits.set(claim.id, { usd: null, minutes: null, tokens: null });
        else if (budget)
          limits.set(claim.id, {
            usd: budget.usd,
            minutes: budget.hours === null ? null : budget.hours * 60,
            tokens: budget.tokens,
          });
      }
      return limits;
    },
    readPlans: () => readPlans(gathering, readFiles),
    readApprovers: () => readApprovers(gathering, documents),
  };
}

/** A landing may be recorded late: what it needed is said by the commit that it stands on. */
async function readPlans(
  { ledger }: Gathering,
  readFiles: Past["readFiles"],
): Promise<ReadonlyMap<string, PlanEvidence>> {
  const plans = new Map<string, PlanEvidence>();
  for (const record of ledger.records) {
    const isWork = record.kind === "claim" && record.get("Kind") === "work";
    if (!isWork && record.kind !== "landed" && record.kind !== "completed") continue;
    const commit = record.kind === "landed" ? `${record.get("Commit")}^` : record.homeTip;
    const files = commit === null ? null : await readFiles(commit);
    if (files?.mission) plans.set(record.id, planOf(files, files.mission.signOff));
  }
  return plans;
}

function planOf({ milestones, features }: MissionFiles, signOff: PlanEvidence["signOff"]): PlanEvidence {
  return {
    signOff,
    milestones: milestones.map(({ id, status }) => ({
      id,
      isOut: status !== "todo",
      features: features.filter(({ milestone }) => milestone === id).map((feature) => feature.id),
    })),
  };
}

/** What home was when it was decided what to ask. A merge into the default branch is judged on that branch, not on home. */
function homeOf({ ledger }: Gathering, verdict: AuditedRecord): string | null {
  // A reviewer runs no checks.
  if (verdict.get("Of") === "review") return null;
  const isMerge = verdict.get("Of") === "gate" && verdict.get("Milestone") !== null;
  if (isMerge) return null;
  const run = verdict.get("Run");
  return run === null ? verdict.homeTip : (ledger.claims.get(run)?.homeTip ?? null);
}

/** Most commits have the mission files of another: each folder is parsed once. */
function rememberFiles({ doors: { git }, ledger }: Gathering, documents: Documents): Past["readFiles"] {
  const known = new Map<string, Promise<MissionFiles | null>>();
  return async (commit) => {
    if ((await git.resolve(commit)) === null) return null;
    for (const root of ["missions", "todo/missions"] as const) {
      const folder = await git.readObject(`${commit}:${root}/${ledger.mission}`);
      if (folder?.type !== "tree") continue;
      const key = `${root} ${folder.oid}`;
      const reading = known.get(key) ?? documents.readMission(commit, { id: ledger.mission, root }, { keep: false });
      known.set(key, reading);
      return reading;
    }
    return null;
  };
}

async function readConfig({ doors: { git } }: Gathering, documents: Documents, commit: string): Promise<Config> {
  return (await documents.readRepository((await git.resolve(commit)) === null ? null : commit)).config;
}

/** Who may decide is read on the default branch: its tip at the time of the decision. */
async function readApprovers(
  gathering: Gathering,
  documents: Documents,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const { doors, ledger, defaultBranch, began } = gathering;
  const decisions = ledger.records.filter(
    (record) => record.kind === "answered" || (record.kind === "verdict" && record.get("Override") !== null),
  );
  const approvers = new Map<string, readonly string[]>();
  if (decisions.length === 0 || defaultBranch.tip === null) return approvers;
  const isHere = began !== null && (await doors.git.resolve(began)) !== null;
  const line = await doors.git.listCommits(defaultBranch.tip, isHere ? began : null);
  for (const { id, at } of decisions) {
    const then =
      line.findLast((commit) => commit.at <= at)?.oid ??
      (isHere ? began : null) ??
      (doors.git.isShallow ? null : line[0]?.oid);
    if (then === undefined || then === null) continue;
    const { approvers: allowed } = await readConfig(gathering, documents, then);
    // One who is known by a name on a server alone can't be told by an address.
    const isComplete = allowed.every(({ email }) => email !== null);
    if (isComplete)
      approvers.set(
        id,
        allowed.flatMap(({ email }) => email ?? []),
      );
  }
  return approvers;
}
