import type { Finding } from "../model/finding.ts";
import type { MissionSnapshot, Snapshot } from "../model/snapshot.ts";
import type { MissionState, State } from "../model/state.ts";
import { deriveDiscards, deriveLosses, deriveWithdrawals } from "./hosts.ts";
import { deriveMission } from "./mission-status.ts";
import { derivePlanFindings } from "./plan-findings.ts";

/** Everything that is true now, from what one pulse saw. Pure: equal snapshots give equal states. */
export function deriveState(snapshot: Snapshot): State {
  const missions = snapshot.missions.map((mission) =>
    deriveMission(mission, snapshot, missionFindings(mission, snapshot)),
  );
  const { losses, until } = deriveLosses(snapshot);
  return {
    at: snapshot.now,
    until: earliest([until, ...missions.flatMap((mission) => missionUntils(mission, snapshot.now))], snapshot.now),
    host: snapshot.host,
    authority: snapshot.authority.kind === "local" ? "local" : snapshot.authority.remote,
    stopped: snapshot.stopped,
    idle: deriveIdle(snapshot),
    missions,
    losses,
    withdrawals: deriveWithdrawals(snapshot, missions),
    unsettled: snapshot.localRuns.filter(({ owner, closed, waiting }) => owner === "dead" && !closed && waiting > 0),
    discards: deriveDiscards(snapshot.localRuns, snapshot.missions),
    slots: deriveSlots(snapshot),
    findings: [...snapshot.repository.findings, ...missions.flatMap(({ findings }) => findings)],
  };
}

function missionFindings(mission: MissionSnapshot, snapshot: Snapshot): readonly Finding[] {
  const others = snapshot.missions.filter((other) => other !== mission).map(({ id, root }) => ({ id, root }));
  return [...mission.files.findings, ...derivePlanFindings(mission.files, others)];
}

/** Why this host starts nothing at all. */
function deriveIdle({ authority, stopped, unpublished, unfit }: Snapshot): string | null {
  if (authority.kind === "remote" && !authority.reachable)
    return `${authority.remote} can't be reached: ${authority.reason ?? "no answer"}`;
  if (stopped) return "everything is stopped";
  if (unfit !== null) return unfit;
  if (unpublished.length > 0) return `ledgers of ${unpublished.join(", ")} are not on the remote: mission doctor`;
  return null;
}

/** Places for work on this host. */
function deriveSlots({ localRuns, repository, missions }: Snapshot): number {
  const isLive = (run: string) => missions.some(({ ledger }) => ledger.runs.get(run)?.ended === null);
  const busy = localRuns.filter(
    ({ run, order, owner, closed }) => order.runKind === "work" && !closed && owner === "alive" && isLive(run),
  ).length;
  return Math.max(0, repository.config.parallel - busy);
}

function missionUntils({ milestones, document }: MissionState, now: number): readonly (number | null)[] {
  const deadline = document?.deadline != null && document.deadline > now ? document.deadline : null;
  return [
    deadline,
    ...milestones.flatMap((milestone) => [
      milestone.condition.until,
      ...milestone.features.map(({ condition }) => condition.until),
    ]),
  ];
}

/** The clock alone changes nothing before this moment; null: never. */
export function earliest(moments: readonly (number | null)[], now: number): number | null {
  const coming = moments.filter((moment) => moment !== null).map((moment) => Math.max(moment, now + 1));
  return coming.length > 0 ? Math.min(...coming) : null;
}
