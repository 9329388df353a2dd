/** The order of a work run and what its worker is told: the same whether the run is begun or only looked at beforehand. */

import { deriveConsents } from "../derive/consents.ts";
import type { Dispatch } from "../model/decision.ts";
import type { FeatureDocument } from "../model/documents.ts";
import type { Order, PathPolicy } from "../model/run.ts";
import { featureBranch } from "../repo/branches.ts";
import { codeTreeOf } from "../repo/code-tree.ts";
import { programIdentity } from "../repo/program-identity.ts";
import { MISSION_FOLDERS } from "../repo/standing.ts";
import { type KeptWork, makeStartCommit } from "../repo/start-commit.ts";
import { type ApplyContext, featureOf, type Subject, subjectOf } from "./context.ts";
import { makeOrder, runName } from "./order.ts";
import { findPlayer, limitedBy, permissionsOf } from "./player.ts";
import { makeWorkPrompts, type WorkPrompts } from "./prompt.ts";

export interface WorkOrder extends WorkPrompts {
  order: Order;
}

/** Nothing in the prompts depends on the nonce. Writes objects that no ref names. */
export async function makeWorkOrder(context: ApplyContext, decision: Dispatch, nonce: string): Promise<WorkOrder> {
  const { doors, snapshot } = context;
  const subject = subjectOf(context, decision.mission);
  const feature = featureOf(subject, decision.feature);
  const at = doors.clock.now();
  const start = await makeStartCommit(
    doors.git,
    subject.home.tip,
    keptWork(subject, feature, decision.kept),
    programIdentity(snapshot.host),
    at,
  );
  const { role, ...played } = findPlayer(context, subject, decision);
  const whole = makeOrder(context, subject, {
    run: runName(feature.id, decision.attempt, nonce),
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
  const order = { ...whole, limits: limitedBy(whole.limits, decision.reserve) };
  return { order, ...(await makeWorkPrompts(context, subject, feature, { order, role, kept: decision.kept })) };
}

/**
 * Over all runs that took part in it, as far as they are known: a model that answered has put something out, so a figure
 * without output is an assumption.
 */
function spentInSession({ mission }: Subject, session: string | null): Order["sessionSpent"] {
  const sum = { input: 0, output: 0, cached: 0 };
  for (const { ended } of session === null ? [] : mission.ledger.runs.values()) {
    if (ended?.fact.session !== session || ended.fact.usage.tokensOut === 0) continue;
    sum.input += ended.fact.usage.tokensIn;
    sum.output += ended.fact.usage.tokensOut;
    sum.cached += ended.fact.usage.tokensCached;
  }
  return sum;
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
