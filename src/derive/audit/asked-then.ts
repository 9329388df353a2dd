/**
 * What a gate or validation had to ask at a home commit, worked out anew from the files there. Where only the least is
 * certain (merges with the default branch), the least is answered: more may have been asked.
 */

import {
  type Assertion,
  type Check,
  type Config,
  checkLabel,
  type FeatureDocument,
  type MissionFiles,
} from "../../model/documents.ts";
import type { AuditedRecord } from "./audited-ledger.ts";

/** Labels of the checks. */
export function askedThen(verdict: AuditedRecord, files: MissionFiles, config: Config): readonly string[] {
  const { mission } = files;
  if (mission === null) return [];
  const common = mission.verifyOnly ?? [...config.verify, ...mission.verify];
  const asked = verdict.get("Of") === "validate" ? askedByPlan(verdict, files) : askedByChain(verdict, files);
  const isOwnOnly = mission.mode === "poc" && verdict.heads.length > 0;
  return [...new Set([...(isOwnOnly ? [] : common), ...asked].map(checkLabel))];
}

/** A milestone stays green as a whole: what is done in it is asked again. */
function askedByChain({ heads }: AuditedRecord, { mission, features }: MissionFiles): readonly Check[] {
  const chain = features.filter(({ id, was }) => heads.some(({ feature }) => feature === id || feature === was));
  const milestones = new Set(chain.map(({ milestone }) => milestone));
  const done = features.filter(({ status, milestone }) => status === "done" && milestones.has(milestone));
  return [...(mission?.mode === "poc" ? [] : done), ...chain].flatMap(({ verify }) => verify);
}

function askedByPlan(verdict: AuditedRecord, files: MissionFiles): readonly Check[] {
  const about = verdict.get("Milestone") ?? "final";
  const milestone = files.milestones.find(({ id }) => id === about);
  if (!milestone) return about === "final" ? files.contract.filter(isOwned(files)).flatMap(checksOf) : [];
  const features = files.features.filter((feature) => feature.milestone === about && feature.status !== "cancelled");
  const owned = new Set([...milestone.fulfills, ...features.flatMap(({ fulfills }) => fulfills)]);
  return [...milestone.verify, ...files.contract.filter(({ id }) => owned.has(id)).flatMap(checksOf)];
}

/** An assertion is dropped when all that were to fulfil it are cancelled. */
function isOwned({ features, milestones }: MissionFiles): (assertion: Assertion) => boolean {
  const isOver = (id: string) => milestones.find((milestone) => milestone.id === id)?.status === "cancelled";
  const isCancelled = (feature: FeatureDocument) => feature.status === "cancelled" || isOver(feature.milestone);
  return ({ id }) => {
    const owners = [
      ...features.filter(({ fulfills }) => fulfills.includes(id)).map(isCancelled),
      ...milestones.filter(({ fulfills }) => fulfills.includes(id)).map((milestone) => isOver(milestone.id)),
    ];
    return owners.length === 0 || owners.includes(false);
  };
}

function checksOf({ checks, title }: Assertion): readonly Check[] {
  return checks.length > 0 ? checks : [{ method: "manual", ask: title }];
}
