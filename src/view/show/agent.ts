/** Pages of `agent:coder` and `host:NAME`: what they do now and what they have done. */

import type { Role } from "../../model/documents.ts";
import type { RunEntry } from "../../model/ledger.ts";
import type { MissionState, State } from "../../model/state.ts";
import { runCost, sumCosts } from "../cost-share.ts";
import { usdText } from "../money.ts";
import type { Page } from "../page.ts";
import { runRole } from "../run-role.ts";
import { liveRunRow } from "../runs.ts";
import { gap, span } from "../span.ts";
import { BLANK, heading, renderTable } from "../table.ts";
import { runJson } from "./records-json.ts";
import { costRow, factRow, proseLines, section } from "./sections.ts";

export interface Actor {
  kind: "agent" | "host";
  name: string;
  /** Of an agent, where its file was found. */
  role: Role | null;
}

interface ActorRun {
  mission: MissionState;
  run: RunEntry;
}

export function renderActor(state: State, actor: Actor, page: Page): string[] {
  const { role } = actor;
  const runs = runsOf(state, actor);
  const live = runs.filter(({ run }) => run.ended === null);
  const limits = role
    ? [
        role.limits.minutes === null ? "" : `${role.limits.minutes} min a run`,
        moneyLimit(role.limits.usdPerRun, "run"),
        moneyLimit(role.limits.usdPerDay, "day"),
      ]
    : [];
  const head = [
    heading(
      span(`${actor.kind}:${actor.name}`, "strong"),
      gap(),
      span(role?.description ?? (actor.name === state.host ? "this host" : "")),
    ),
    BLANK,
    ...factRow("model", role?.model ?? null, role?.runtime ?? null),
    ...factRow("autonomy", role?.autonomy ?? null),
    ...factRow("tools", role?.tools.join(", ") ?? null),
    ...factRow("limits", ...limits),
    ...factRow("runs", `${runs.length} in all`, `${live.length} now`),
    ...costRow(sumCosts(runs.map(({ run }) => runCost(run)))),
    ...factRow("file", role?.file ?? null),
  ];
  return [
    ...renderTable(head, page),
    ...renderTable(
      section(
        "Running",
        live.map((one) => liveRunRow(one, state, page)),
      ),
      page,
    ),
    ...(role?.body.trim() ? ["", page.paint.strong("Instructions"), ...proseLines(role.body, page)] : []),
  ];
}

/** `mission show agent:coder --json` and `mission show host:NAME --json`. */
export function actorPageJson(state: State, actor: Actor) {
  const runs = runsOf(state, actor);
  return {
    schema: 1,
    kind: actor.kind,
    name: actor.name,
    role: actor.role && roleJson(actor.role),
    cost: sumCosts(runs.map(({ run }) => runCost(run))),
    runs: runs.map(({ mission, run }) => ({ mission: mission.id, ...runJson(run) })),
  };
}

function roleJson({ leftOut: _, at: __, ...role }: Role) {
  return role;
}

function runsOf(state: State, { kind, name }: Actor): ActorRun[] {
  return state.missions.flatMap((mission) => {
    const features = new Map(mission.milestones.flatMap((each) => each.features.map((state) => [state.id, state])));
    const isOf = (run: RunEntry) =>
      kind === "host" ? run.claim.fact.host === name : runRole(mission, run, features) === name;
    return [...mission.ledger.runs.values()].filter(isOf).map((run) => ({ mission, run }));
  });
}

function moneyLimit(usd: number | null, unit: string): string {
  return usd === null ? "" : `${usdText(usd)} a ${unit}`;
}
