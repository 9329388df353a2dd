/** What would keep work from starting or from being judged, though no file is wrong. */

import type { Doors } from "../../doors/doors.ts";
import { knownAgentOf } from "../../model/known-agents.ts";
import type { MissionSnapshot, Snapshot } from "../../model/snapshot.ts";
import { readSignIn } from "../../observe/sign-in.ts";
import type { Readiness } from "../../view/findings.ts";
import type { Context } from "../command.ts";
import type { Sight } from "../read/look.ts";

export async function listReadiness({ doors }: Context, { snapshot, state }: Sight): Promise<readonly Readiness[]> {
  const { config } = snapshot.repository;
  const runtimes = snapshot.capabilities.runtimes;
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
    ...(runtimes.length === 0
      ? [
          {
            code: "no-runtime",
            message: `no agent is installed here, and ${config.file} names none: nothing can be worked on`,
            next: "mission agents",
          },
        ]
      : runtimes.every(({ reason }) => reason !== null)
        ? [
            {
              code: "no-runtime",
              message: `no agent can be started here: ${runtimes.map(({ name, reason }) => `${name}: ${reason}`).join("; ")}`,
              next: "mission doctor",
            },
          ]
        : []),
    ...withoutAccount(doors, snapshot),
    ...open.flatMap((mission) => [
      ...withoutChecks(mission),
      ...withoutSecrets(mission, snapshot.capabilities.secrets),
    ]),
  ];
}

/** Agents that surely can't sign in. One that may have an account is not doubted. */
function withoutAccount(doors: Doors, { capabilities, repository }: Snapshot): Readiness[] {
  const startable = new Set(capabilities.runtimes.filter(({ reason }) => reason === null).map(({ name }) => name));
  return repository.config.runtimes
    .filter(({ name }) => startable.has(name))
    .flatMap((runtime) => {
      const agent = knownAgentOf(runtime);
      if (agent === null || readSignIn(doors, agent).state !== "no") return [];
      const message = `${runtime.name} can't sign in here: no account is found`;
      return [{ code: "signed-out", message, next: agent.signIn }];
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
