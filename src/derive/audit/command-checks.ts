import type { AuditEvidence } from "../../model/audit.ts";
import { type AuditedLedger, ofKind } from "./audited-ledger.ts";
import { count, Faults, type Found } from "./finding.ts";

/** A verdict that lets something through has asked all that home asked at that time: commands come from home, not from the work. */
export function checkCommands(ledger: AuditedLedger, { asked, baseless }: AuditEvidence): Found {
  const faults = new Faults("commands");
  const known = ofKind(ledger, "verdict").filter((verdict) => asked.has(verdict.id));
  for (const verdict of known) {
    const result = verdict.get("Result");
    if (verdict.get("Override") !== null || (result !== "passed" && result !== "unchecked")) continue;
    const checks = verdict.all("Check").map((check) => ({
      result: check.slice(0, check.indexOf(" ")),
      label: check.slice(check.indexOf(" ") + 1),
    }));
    const missing = (asked.get(verdict.id) ?? []).filter((label) => !checks.some((check) => check.label === label));
    const open = checks.filter((check) => check.result !== "passed");
    if (missing.length > 0)
      faults.add(verdict, {
        what: `it says ${result} and did not run: ${missing.join("; ")}`,
        expected: "all that home asked at that time",
        next: `git show ${verdict.id.slice(0, 10)}`,
      });
    else if (open.length > 0)
      faults.add(verdict, {
        what: `it says ${result}, and its own checks say: ${open.map((check) => `${check.result} ${check.label}`).join("; ")}`,
        expected: "a verdict as good as the worst of its checks",
        next: `git show ${verdict.id.slice(0, 10)}`,
      });
  }
  const told =
    known.length === 0
      ? "no verdict whose home of then is here"
      : `${count(known.length, "verdict")} compared with what home asked then`;
  const rest = baseless.size > 0 ? `, ${count(baseless.size, "verdict")} on a commit that is not here` : "";
  return {
    told: `${told}${rest}`,
    violations: faults.list,
    isUnchecked: known.length === 0 || baseless.size > 0,
  };
}
