/** Order of runs: claimed once, ended after that, never two at work on one feature, judged only by those that were to judge. */

import { type AuditedLedger, type AuditedRecord, ofKind } from "./audited-ledger.ts";
import { count, Faults, type Found, unlessWrong } from "./finding.ts";

export function checkRuns(ledger: AuditedLedger): Found {
  const faults = new Faults("runs");
  const claims = ofKind(ledger, "claim");
  for (const claim of claims) {
    if (ledger.claims.get(claim.get("Run") ?? "")?.id !== claim.id)
      faults.add(claim, {
        what: `${claim.get("Run")} was claimed before`,
        expected: "one claim a run",
        next: `mission explain ${claim.get("Run")} --all`,
      });
  }
  for (const [run, ends] of ledger.ends) checkEnds(ledger, run, ends, faults);
  checkWorkers(ledger, faults);
  const ended = claims.filter((claim) => ledger.ends.has(claim.get("Run") ?? "")).length;
  return {
    told: `${count(claims.length, "claim")}, ${ended} ended, ${unlessWrong("never two at work on one feature", faults)}`,
    violations: faults.list,
  };
}

/** Only a run that was taken for lost may report after all, to correct its cost. */
function checkEnds(ledger: AuditedLedger, run: string, ends: readonly AuditedRecord[], faults: Faults): void {
  const [first, ...later] = ends;
  const claim = ledger.claims.get(run);
  const next = `mission explain ${run} --all`;
  if (first && (!claim || claim.position > first.position))
    faults.add(first, {
      what: `${run} ended ${claim ? "before its claim" : "and was never claimed"}`,
      expected: "a claim before the end of a run",
      next: `git show ${first.id.slice(0, 10)}`,
    });
  if (first?.get("Outcome") === "lost") return;
  for (const end of later)
    faults.add(end, { what: `${run} ended a second time`, expected: "one end, unless it was declared lost", next });
}

function checkWorkers(ledger: AuditedLedger, faults: Faults): void {
  const live = new Map<string, string>();
  for (const record of ledger.records) {
    const run = record.get("Run") ?? "";
    if (record.kind === "run-ended") for (const [feature, at] of live) if (at === run) live.delete(feature);
    const feature = record.get("Feature");
    if (record.kind !== "claim" || record.get("Kind") !== "work" || feature === null) continue;
    const other = live.get(feature);
    if (other !== undefined)
      faults.add(record, {
        what: `${run} was claimed while ${other} was at work on ${feature}`,
        expected: "one run at work on a feature",
        next: `mission explain ${ledger.mission}/${feature} --all`,
      });
    live.set(feature, run);
  }
}

/** A verdict comes from a run that was claimed to judge exactly that, or from a person, or needed no process. */
export function checkJudges(ledger: AuditedLedger): Found {
  const faults = new Faults("judges");
  const verdicts = ofKind(ledger, "verdict");
  for (const verdict of verdicts) {
    const wrong = verdict.get("Run") === null ? wrongWithoutRun(verdict) : wrongWithRun(ledger, verdict);
    if (wrong) faults.add(verdict, { ...wrong, next: `git show ${verdict.id.slice(0, 10)}` });
  }
  const byRuns = verdicts.filter((verdict) => verdict.get("Run") !== null).length;
  return { told: `${count(verdicts.length, "verdict")}, ${byRuns} by runs`, violations: faults.list };
}

function wrongWithoutRun(verdict: AuditedRecord): { what: string; expected: string } | null {
  if (verdict.get("Result") !== "passed" || verdict.get("Override") !== null) return null;
  return {
    what: "it says passed, and neither a run nor a person judged",
    expected: "the run that judged, or an override",
  };
}

function wrongWithRun(ledger: AuditedLedger, verdict: AuditedRecord): { what: string; expected: string } | null {
  const run = verdict.get("Run") ?? "";
  const claim = ledger.claims.get(run);
  if (!claim || claim.position > verdict.position)
    return { what: `it is by ${run}, which was not claimed before`, expected: "a claim before the verdict" };
  if (claim.get("Kind") !== verdict.get("Of"))
    return {
      what: `${run} was claimed as ${claim.get("Kind")} and gave a verdict of a ${verdict.get("Of")}`,
      expected: "the kind that it was claimed for",
    };
  const end = ledger.ends.get(run)?.[0];
  if (end && end.position < verdict.position && end.get("Outcome") !== "lost")
    return { what: `${run} had ended before its verdict`, expected: "the verdict before the end of the run" };
  const about = (record: AuditedRecord) =>
    record.heads.map(({ feature, head }) => `${feature} ${head}`).join(", ") ||
    [record.get("Milestone"), record.get("Head")].join(" ");
  if (claim.heads.length + verdict.heads.length > 0 && about(claim) !== about(verdict))
    return {
      what: `${run} was to judge ${about(claim)} and judged ${about(verdict)}`,
      expected: "what it was claimed for",
    };
  return null;
}
