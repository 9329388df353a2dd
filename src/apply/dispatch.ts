import { deriveConsents } from "../derive/consents.ts";
import type { Dispatch } from "../model/decision.ts";
import type { FeatureDocument } from "../model/documents.ts";
import { LIMITS } from "../model/limits.ts";
import type { Claim } from "../model/record.ts";
import type { Order, PathPolicy } from "../model/run.ts";
import { featureBranch } from "../repo/branches.ts";
import { codeTreeOf } from "../repo/code-tree.ts";
import { programIdentity } from "../repo/program-identity.ts";
import { MISSION_FOLDERS } from "../repo/standing.ts";
import { type KeptWork, makeStartCommit } from "../repo/start-commit.ts";
import { type ApplyContext, featureOf, type Subject, subjectOf } from "./context.ts";
import { makeOrder, runName } from "./order.ts";
import { findPlayer, limitedBy, permissionsOf } from "./player.ts";
import { makeWorkPrompt } from "./prompt.ts";
import type { NewRun } from "./start-runs.ts";

/** Gives a feature to a new run on this host. */
export async function prepareDispatch(context: ApplyContext, decision: Dispatch): Promise<NewRun> {
  const { doors, snapshot } = context;
  const subject = subjectOf(context, decision.mission);
  const feature = featureOf(subject, decision.feature);
  const nonce = doors.random.nonce(6);
  const run = runName(feature.id, decision.attempt, nonce);
  const at = doors.clock.now();
  const start = await makeStartCommit(
    doors.git,
    subject.home.tip,
    keptWork(subject, feature, decision.kept),
    programIdentity(snapshot.host),
    at,
  );
  const { role, ...played } = findPlayer(context, subject, decision);
  const order = makeOrder(context, subject, {
    run,
    runKind: "work",
    about: { kind: "feature", feature: feature.id },
    attempt: decision.attempt,
    spec: decision.spec,
    start: start.commit,
    conflicted: start.conflicted,
    codeTree: await codeTreeOf(doors.git, start.commit),
    nonce,
    branch: featureBranch(decision.mission, feature.id),
    title: feature.title,
    ...played,
    role: decision.role,
    session: decision.session,
    sessionSpent: spentInSession(subject, decision.session),
    secrets: secretsOf(subject, feature),
    policy: pathPolicy(subject, feature),
    permissions: permissionsOf(role, feature, deriveConsents(subject.mission.ledger, feature)),
    createdAt: at,
  });
  const limited = { ...order, limits: limitedBy(order.limits, decision.reserve) };
  return {
    kind: "run",
    order: limited,
    prompt: await makeWorkPrompt(context, subject, feature, { order: limited, role }),
    claim: claimOf(decision, { run, nonce, base: subject.home.tip, head: start.commit, host: snapshot.host }),
    detail: `started ${run} (${decision.because})`,
  };
}

/** Over all runs that took part in it. */
function spentInSession({ mission }: Subject, session: string | null): Order["sessionSpent"] {
  const sum = { input: 0, output: 0, cached: 0 };
  for (const { ended } of session === null ? [] : mission.ledger.runs.values()) {
    if (ended?.fact.session !== session) continue;
    sum.input += ended.fact.usage.tokensIn;
    sum.output += ended.fact.usage.tokensOut;
    sum.cached += ended.fact.usage.tokensCached;
  }
  return sum;
}

function claimOf(decision: Dispatch, given: Pick<Claim, "run" | "nonce" | "base" | "head" | "host">): Claim {
  return {
    kind: "claim",
    ...given,
    runKind: "work",
    about: { kind: "feature", feature: decision.feature },
    attempt: decision.attempt,
    spec: decision.spec,
    reserveUsd: decision.reserve.usd,
    reserveMinutes: decision.reserve.minutes,
    reserveTokens: decision.reserve.tokens,
    ttlMs: LIMITS.ttlMs,
  };
}

function keptWork({ mission }: Subject, feature: FeatureDocument, head: string | null): KeptWork | null {
  if (head === null) return null;
  const ids = [feature.id, ...(feature.was ? [feature.was] : [])];
  const run = ids
    .flatMap((id) => mission.ledger.byFeature.get(id)?.runs ?? [])
    .find(({ ended }) => ended?.fact.head === head);
  return run ? { head, base: run.claim.fact.base } : null;
}

function secretsOf({ document }: Subject, feature: FeatureDocument) {
  return feature.secrets.flatMap((name) => {
    const reference = document.resources.find((resource) => resource.name === name)?.secret;
    return reference ? [{ name, reference }] : [];
  });
}

/** A `poc` has no ceremony about the project's own scripts: a greenfield mission writes them all the time. */
function pathPolicy({ mission, document }: Subject, feature: FeatureDocument): PathPolicy {
  const { config } = mission.repository;
  return {
    missionFolders: MISSION_FOLDERS,
    writable: [`${mission.path}/research/**`, `${mission.path}/assets/**`],
    protected:
      document.mode === "poc" ? config.protected.filter((path) => !path.startsWith("package.json#")) : config.protected,
    scope: feature.scope,
  };
}
