/** What would keep work from starting or from being judged, though no file is wrong. */

import type { Doors } from "../../doors/doors.ts";
import type { MissionSnapshot, Snapshot } from "../../model/snapshot.ts";
import type { AgentState } from "../../view/agents.ts";
import type { Readiness } from "../../view/findings.ts";
import type { Context } from "../command.ts";
import { lookAtUsed } from "../machine/agents/look.ts";
import type { Sight } from "../read/look.ts";

export async function listReadiness({ doors }: Context, { snapshot, state }: Sight): Promise<readonly Readiness[]> {
  const open = snapshot.missions.filter(
    ({ gone, files }) => !gone && !["completed", "cancelled"].includes(files.mission?.status ?? ""),
  );
  return [
    ...(state.idle === null
      ? []
      : [{ code: "idle", message: `this host starts nothing: ${state.idle}`, next: "mission doctor" }]),
    ...((await doors.git.readIdentity()) === null
      ? [
          {
            code: "no-identity",
            message: "git does not know who you are",
            next: 'git config user.name "..." and git config user.email "..."',
          },
        ]
      : []),
    ...(await withoutAgents(doors, snapshot)),
    ...open.flatMap((mission) => [
      ...withoutChecks(mission),
      ...withoutSecrets(mission, snapshot.capabilities.secrets),
    ]),
  ];
}

const CODES: Readonly<Partial<Record<AgentState, string>>> = {
  missing: "agent-missing",
  broken: "agent-broken",
  "signed out": "signed-out",
};

/** Agents that surely can't work here. One that may have an account is not doubted, and one that nobody named not missed. */
async function withoutAgents(doors: Doors, snapshot: Snapshot): Promise<Readiness[]> {
  const { file } = snapshot.repository.config;
  const agents = await lookAtUsed(doors, snapshot);
  const unfit = agents.filter(({ state }) => state in CODES);
  if (agents.length === 0) {
    const message = `no agent is installed here, and ${file} names none: nothing can be worked on`;
    return [{ code: "no-runtime", message, next: "mission agents" }];
  }
  if (unfit.length === agents.length) {
    const message = `no agent can work here: ${unfit.map(({ name, problem }) => `${name}: ${problem}`).join("; ")}`;
    return [{ code: "no-runtime", message, next: (unfit.length === 1 && unfit[0]?.next) || "mission agents" }];
  }
  return unfit
    .filter(({ source, state }) => source === "config" || state === "broken")
    .map(({ name, state, problem, next }) => {
      return {
        code: CODES[state] ?? state,
        message: `${name} can't work here: ${problem}`,
        next: next ?? "mission agents",
      };
    });
}

function withoutChecks({ id, files, repository }: MissionSnapshot): Readiness[] {
  const { mission, features } = files;
  if (!mission || mission.mode === "poc") return [];
  const general = mission.verifyOnly ?? [...repository.config.verify, ...mission.verify];
  if (general.length > 0) return [];
  const bare = features.filter(
    ({ verify, status }) => verify.length === 0 && status !== "done" && status !== "cancelled",
  );
  if (bare.length === 0) return [];
  const which = bare.length === features.length ? id : bare.map((feature) => `${id}/${feature.id}`).join(", ");
  return [
    {
      code: "no-checks",
      message: `no test command for ${which}: every verdict will be inconclusive, and a person must pass it`,
      next: `add verify: [{ run: npm test }] to ${repository.config.file}, then mission save`,
    },
  ];
}

function withoutSecrets({ id, files }: MissionSnapshot, resolvable: readonly string[]): Readiness[] {
  const wanted = new Set(files.features.flatMap(({ secrets }) => secrets));
  return (files.mission?.resources ?? []).flatMap(({ name, secret }) => {
    if (!wanted.has(name) || (secret !== null && resolvable.includes(secret))) return [];
    const message =
      secret === null
        ? `resource ${name} of ${id} names no secret`
        : `${secret}, which features of ${id} need, is not set here`;
    return [
      {
        code: "no-secret",
        message,
        next: secret === null ? `mission edit ${id}` : `export ${secret.replace(/^env:/, "")}=...`,
      },
    ];
  });
}
