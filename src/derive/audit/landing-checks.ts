/**
 * Landings: only work that was delivered and judged, and each tip of home that the program pushed with a verdict for
 * exactly its code tree. A landing that a person rebased, squashed or took off home is told apart from one that never was.
 */

import type { AuditEvidence, HomeEvidence, LineCommit } from "../../model/audit.ts";
import { type AuditedLedger, type AuditedRecord, isPerson, ofKind } from "./audited-ledger.ts";
import { CUT, count, Faults, type Found, short } from "./finding.ts";

export function checkLandings(ledger: AuditedLedger, evidence: AuditEvidence): Found {
  const faults = new Faults("landings");
  const landings = ofKind(ledger, "landed");
  const counts = { asWere: 0, rewritten: 0, byPersons: 0 };
  checkTwice(ledger, faults);
  if (evidence.lacksHistory)
    return { told: `${count(landings.length, "landing")}, ${CUT}`, violations: faults.list, isUnchecked: true };
  for (const landed of landings) {
    if (landed.get("Run") === null) counts.byPersons += 1;
    else checkWork(ledger, landed, evidence, faults);
    const place = placeOf(landed, evidence.home, ledger.mission);
    if (place === "rewritten") counts.rewritten += 1;
    if (place === "never") {
      faults.add(landed, {
        what: `${landed.get("Feature")} landed as ${short(landed.get("Commit"))}, where home has never been`,
        expected: `a commit on ${evidence.home?.branch}`,
        next: `mission explain ${ledger.mission}/${landed.get("Feature")}`,
      });
    }
  }
  const parts = [
    counts.byPersons > 0 ? `${counts.byPersons} brought by persons` : "",
    counts.rewritten > 0 ? `${counts.rewritten} rewritten or taken back by persons` : "",
    evidence.home === null ? "home is not here" : "",
  ];
  const told = [count(landings.length, "landing"), ...parts.filter((part) => part !== "")].join(", ");
  return { told, violations: faults.list };
}

/** Once for one spec, unless a person asked for it again. */
function checkTwice(ledger: AuditedLedger, faults: Faults): void {
  const since = new Map<string, string | null>();
  for (const record of ledger.records) {
    if (record.kind === "control" && record.get("Action") === "retry")
      since.delete((record.get("Target") ?? "").replace(`${ledger.mission}/`, ""));
    if (record.kind !== "landed") continue;
    const feature = record.get("Feature") ?? "";
    const spec = record.get("Spec");
    if (since.has(feature) && since.get(feature) === spec)
      faults.add(record, {
        what: `${feature} landed a second time`,
        expected: "one landing, until a retry or a change of what is asked",
        next: `mission explain ${ledger.mission}/${feature} --all`,
      });
    since.set(feature, spec);
  }
}

function checkWork(ledger: AuditedLedger, landed: AuditedRecord, evidence: AuditEvidence, faults: Faults): void {
  const run = landed.get("Run") ?? "";
  const feature = landed.get("Feature") ?? "";
  const next = `mission explain ${ledger.mission}/${feature}`;
  const end = ledger.ends.get(run)?.[0];
  const isDelivered = ["delivered", "nothing-to-do"].includes(end?.get("Outcome") ?? "");
  if (!end || end.position > landed.position || !isDelivered) {
    faults.add(landed, {
      what: `${feature} landed, and ${run} had not delivered it (${end?.get("Outcome") ?? "no end is recorded"})`,
      expected: "work that was delivered before",
      next,
    });
    return;
  }
  const delivered = end.get("Head") ?? ledger.claims.get(run)?.get("Base") ?? null;
  const verdict = verdictBefore(ledger, landed, (other) => {
    const judged = other.heads.find((head) => head.feature === feature)?.head ?? null;
    return judged !== null && (judged === delivered || evidence.fixUps.has(`${delivered} ${judged}`));
  });
  if (!verdict)
    faults.add(landed, {
      what: `${feature} landed with ${short(delivered)}, on which no gate has said yes`,
      expected: "a verdict on the delivered work before it lands: passed, overridden by a person, or unchecked",
      next,
    });
  else checkReview(ledger, landed, verdict, faults);
}

/** What a reviewer has sent back does not land, unless a later word on the same work takes that back. */
function checkReview(ledger: AuditedLedger, landed: AuditedRecord, gate: AuditedRecord, faults: Faults): void {
  const feature = landed.get("Feature") ?? "";
  const head = gate.heads.find((other) => other.feature === feature)?.head;
  const review = ofKind(ledger, "verdict").findLast((verdict) => {
    const isIt = verdict.get("Of") === "review" && verdict.heads.some((other) => other.head === head);
    return isIt && verdict.position < landed.position;
  });
  if (review?.get("Result") === "failed")
    faults.add(landed, {
      what: `${feature} landed with ${short(head ?? null)}, which its last review has sent back`,
      expected: "other work, a later review that passed, or a person who overrides it",
      next: `mission explain ${ledger.mission}/${feature}`,
    });
}

/** The last verdict of a gate before a record that lets something land. */
function verdictBefore(
  ledger: AuditedLedger,
  { position }: AuditedRecord,
  isIt: (verdict: AuditedRecord) => boolean,
): AuditedRecord | null {
  const verdicts = ofKind(ledger, "verdict").filter(
    (verdict) => verdict.get("Of") === "gate" && verdict.position < position && isIt(verdict),
  );
  return verdicts.findLast((verdict) => letsLand(ledger, verdict, position)) ?? null;
}

/** What could not be decided lands when a person has passed each part of it. */
function letsLand(ledger: AuditedLedger, verdict: AuditedRecord, before: number): boolean {
  const result = verdict.get("Result");
  if (result === "passed" || result === "unchecked") return true;
  if (result !== "inconclusive") return false;
  const yes = ofKind(ledger, "answered").filter(
    (answer) => answer.position < before && answer.get("Decision") === "approved" && isPerson(answer),
  );
  return verdict.heads.every(({ feature, head }) =>
    yes.some((answer) => {
      const ask = ledger.asks[Number(answer.get("Ask")?.slice(1)) - 1];
      const bound = (answer.get("Bound-To") ?? "").split(" ");
      return ask?.get("Ask") === "override" && ask.get("About") === feature && bound[1] === head;
    }),
  );
}

function placeOf(landed: AuditedRecord, home: HomeEvidence | null, mission: string): "home" | "rewritten" | "never" {
  const commit = landed.get("Commit") ?? "";
  if (home === null || commit === landed.homeTip || home.line.some(({ id }) => id === commit)) return "home";
  const feature = landed.get("Feature") ?? "";
  const run = landed.get("Run");
  const isCopied = home.line.some(
    (other) => other.mission === `${mission}/${feature}` && (run === null || other.run === run),
  );
  const off = home.offHome.get(commit);
  if (isCopied || home.done.has(feature) || off?.wasHome || off?.isLanding) return "rewritten";
  return "never";
}

/** Every tip of home that the program pushed has the code tree of a verdict that let it land. */
export function checkHomeTips(ledger: AuditedLedger, { home, lacksHistory }: AuditEvidence): Found {
  const faults = new Faults("verdicts");
  if (lacksHistory) return { told: CUT, violations: [], isUnchecked: true };
  if (home === null) return { told: "home is not here", violations: [], isUnchecked: true };
  const pushes = listPushes(ledger, home.line);
  const changing = pushes.filter(({ first, last }) => first.parentCodeTree !== last.codeTree);
  for (const { last, record } of changing) {
    const before = record ?? { position: Number.POSITIVE_INFINITY };
    const verdict = verdictBefore(ledger, before as AuditedRecord, (other) => other.get("Code-Tree") === last.codeTree);
    const isKnown = ofKind(ledger, "landed").some(
      (landed) => landed.get("Run") !== null && landed.get("Run") === last.run,
    );
    if (!record && !isKnown)
      faults.add(null, {
        what: `the program brought ${short(last.id)} (${last.subject}) to ${home.branch}, and no record names it`,
        expected: "a record with each commit of the program on home",
        next: "mission pulse records what it finds there; then mission audit again",
      });
    else if (!verdict)
      faults.add(record, {
        what: `the program brought code tree ${short(last.codeTree)} to ${home.branch} as ${short(last.id)}, and no gate has passed it`,
        expected: "a verdict for exactly this code tree before it lands",
        next: `git show ${short(last.id)}`,
      });
  }
  const judged = changing.length - faults.list.length;
  return {
    told: `${count(changing.length, "tip")} of ${home.branch} pushed by the program, ${judged} with a verdict for their code tree`,
    violations: faults.list,
  };
}

interface Push {
  first: LineCommit;
  last: LineCommit;
  /** Record that travelled with it; null when none names it. */
  record: AuditedRecord | null;
}

/** Within a chain of landings only the last tree was judged: it was pushed as one. */
function listPushes(ledger: AuditedLedger, line: readonly LineCommit[]): readonly Push[] {
  const byCommit = new Map(
    ledger.records
      .filter(({ kind }) => kind === "landed" || kind === "amended" || kind === "completed")
      .map((record) => [record.get("Commit") ?? "", record] as const),
  );
  const pushes: Push[] = [];
  let before: LineCommit | null = null;
  for (const commit of line) {
    const isOurs =
      commit.committer.startsWith("pulse@") &&
      (commit.mission === ledger.mission || commit.mission?.startsWith(`${ledger.mission}/`));
    if (isOurs) {
      const record = byCommit.get(commit.id) ?? null;
      const last = pushes.at(-1);
      const isChain =
        last !== undefined && last.last === before && commit.head !== null && isSamePush(last.record, record);
      if (last && isChain) pushes[pushes.length - 1] = { ...last, last: commit, record };
      else pushes.push({ first: commit, last: commit, record });
    }
    before = commit;
  }
  return pushes;
}

function isSamePush(before: AuditedRecord | null, record: AuditedRecord | null): boolean {
  if (before?.kind !== "landed" || record?.kind !== "landed") return false;
  return before.homeTip === record.homeTip && before.position < record.position && before.homeTip !== null;
}
