import type { FeatureDocument, MilestoneDocument, MissionFiles } from "../model/documents.ts";
import type { Finding } from "../model/finding.ts";
import { errorAt } from "./plan-finding.ts";

/**
 * Each assertion is fulfilled by exactly one feature or milestone, cancelled ones not counted, and each that is named is
 * there. One whose owner is cancelled is dropped: no error, but told.
 */
export function deriveAssertionFindings(files: MissionFiles): Finding[] {
  const known = new Set(files.contract.map(({ id }) => id));
  const cancelled = new Set(files.milestones.filter(({ status }) => status === "cancelled").map(({ id }) => id));
  const features = files.features.filter(
    ({ status, milestone }) => status !== "cancelled" && !cancelled.has(milestone),
  );
  const owners = [...files.milestones.filter(({ status }) => status !== "cancelled"), ...features].filter(
    ({ fulfills }) => fulfills.length > 0,
  );
  const fixing = features.filter(({ fixes }) => fixes.length > 0);
  const pairs = owners.flatMap((owner) => [...new Set(owner.fulfills)].map((id) => ({ id, owner })));
  const byAssertion = Map.groupBy(pairs, ({ id }) => id);
  return [
    ...owners.flatMap((owner) => unknownAssertions(owner, owner.fulfills, "fulfills", known)),
    // What is fixed may also be the label of a check, which can have any form.
    ...fixing.flatMap((owner) => unknownAssertions(owner, owner.fixes.filter(isAssertionId), "fixes", known)),
    ...[...byAssertion.values()].flatMap((all) => (all.length > 1 ? all.map((one) => sharedAssertion(one, all)) : [])),
    ...files.contract
      .filter(({ id }) => !byAssertion.has(id))
      .map((assertion) => (wasOwned(files, assertion.id) ? dropped(assertion) : unfulfilled(assertion))),
  ];
}

function wasOwned({ milestones, features }: MissionFiles, id: string): boolean {
  return [...milestones, ...features].some(({ fulfills }) => fulfills.includes(id));
}

function isAssertionId(name: string): boolean {
  return /^VAL-[A-Z0-9-]+$/.test(name);
}

function unknownAssertions(
  owner: FeatureDocument | MilestoneDocument,
  ids: readonly string[],
  key: string,
  known: ReadonlySet<string>,
): Finding[] {
  return ids
    .filter((id) => !known.has(id))
    .map((id) =>
      errorAt(owner, key, "unknown-assertion", `The contract has no assertion ${id}`, "assertions of contract.md"),
    );
}

interface Fulfilment {
  id: string;
  owner: FeatureDocument | MilestoneDocument;
}

function sharedAssertion(one: Fulfilment, all: readonly Fulfilment[]): Finding {
  const other = all[0] === one ? all[1] : all[0];
  const message = `${one.id} is also fulfilled by ${other?.owner.id}`;
  const expected = "each assertion in one feature or milestone";
  return errorAt(one.owner, "fulfills", "assertion-fulfilled-twice", message, expected);
}

function unfulfilled({ id, file, line }: MissionFiles["contract"][number]): Finding {
  const message = `${id} is fulfilled by no feature or milestone`;
  const expected = "its id in the fulfills of one feature or milestone";
  return { file, line, column: 1, severity: "error", code: "assertion-unfulfilled", message, expected };
}

function dropped({ id, file, line }: MissionFiles["contract"][number]): Finding {
  const message = `${id} is dropped: what fulfils it is cancelled`;
  const expected = "its id in the fulfills of another feature or milestone, if it is still to hold";
  return { file, line, column: 1, severity: "warning", code: "assertion-dropped", message, expected };
}
