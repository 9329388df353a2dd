/** What would keep work from starting or from being judged, though no file is wrong. */

import type { MissionSnapshot } from "../../model/snapshot.ts";
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
            message: "no agent is configured: nothing can be worked on",
            next: `name one under runtimes: in ${config.file}, then mission save`,
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
    ...open.flatMap((mission) => [
      ...withoutChecks(mission),
      ...withoutSecrets(mission, snapshot.capabilities.secrets),
    ]),
  ];
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
