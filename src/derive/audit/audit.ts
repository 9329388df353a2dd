/** The audit of one ledger: every check on its own, all that is wrong at once. Pure, and apart from what the engine derives. */

import type { AuditEvidence, AuditReport } from "../../model/audit.ts";
import { readLedger } from "./audited-ledger.ts";
import { checkBudget } from "./budget-checks.ts";
import { checkChain, checkHosts, checkMarks, checkRecords } from "./chain-checks.ts";
import { checkCommands } from "./command-checks.ts";
import { type Found, toCheck } from "./finding.ts";
import { checkHomeTips, checkLandings } from "./landing-checks.ts";
import { checkCompleted, checkMerges } from "./merge-checks.ts";
import { checkPersons } from "./person-checks.ts";
import { checkJudges, checkRuns } from "./run-checks.ts";
import { checkSignOffs } from "./sign-off-checks.ts";
import { checkSignatures, checkWorkRefs } from "./work-checks.ts";

export function auditLedger(evidence: AuditEvidence): AuditReport {
  const ledger = readLedger(evidence.mission, evidence.commits);
  const found: readonly (readonly [name: string, found: Found])[] = [
    ["chain", checkChain(ledger)],
    ["append-only", checkMarks(evidence.marks)],
    ["records", checkRecords(ledger)],
    ["hosts", checkHosts(ledger)],
    ["runs", checkRuns(ledger)],
    ["judges", checkJudges(ledger)],
    ["commands", checkCommands(ledger, evidence)],
    ["landings", checkLandings(ledger, evidence)],
    ["verdicts", checkHomeTips(ledger, evidence)],
    ["persons", checkPersons(ledger, evidence)],
    ["merges", checkMerges(ledger, evidence)],
    ["completed", checkCompleted(ledger)],
    ["sign-offs", checkSignOffs(ledger, evidence)],
    ["budget", checkBudget(ledger, evidence)],
    ["work", checkWorkRefs(ledger, evidence)],
    ["signatures", checkSignatures(evidence)],
  ];
  return {
    mission: evidence.mission,
    ref: evidence.ref,
    tip: evidence.commits.at(-1)?.id ?? null,
    records: evidence.commits.length,
    checks: found.map(([name, each]) => toCheck(name, each)),
    violations: found.flatMap(([, { violations }]) => violations),
  };
}
