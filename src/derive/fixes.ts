import { checkLabel } from "../model/documents.ts";
import type { Entry } from "../model/ledger.ts";
import type { AssertionResult, CheckResult, Verdict } from "../model/record.ts";
import type { AskedCheck } from "../model/run.ts";
import type { NewFix } from "../model/state.ts";

/** The features that mend what a validation found: one for each distinct fingerprint, named by the assertion rather than its check. */
export function deriveFixes({ fact, record }: Entry<Verdict>, asked: readonly AskedCheck[]): readonly NewFix[] {
  return [...failuresByFingerprint(fact, asked)].map(([fingerprint, names]) => {
    const first = names[0] ?? "validation";
    const checks = asked.filter(({ check, assertion }) => names.includes(assertion ?? checkLabel(check)));
    return {
      id: fixId(first, fingerprint),
      title: `Fix ${first}`,
      fixes: names,
      fingerprint,
      evidence: record.body.trim(),
      checks: checks.map(({ check }) => check).filter(({ method }) => method === "bash" || method === "codebase"),
    };
  });
}

/** What failed, as names of assertions and labels of checks. A failure without a fingerprint is its own. */
function failuresByFingerprint(fact: Verdict, asked: readonly AskedCheck[]): ReadonlyMap<string, readonly string[]> {
  const byFingerprint = new Map<string, string[]>();
  const parts: readonly (AssertionResult | CheckResult)[] = [...fact.assertions, ...fact.checks];
  const assertions = fact.assertions.filter(({ result }) => result === "failed").map(({ id }) => id);
  for (const part of parts) {
    if (part.result !== "failed") continue;
    const name = "id" in part ? part.id : part.label;
    const fingerprint = part.fingerprint ?? name;
    const names = byFingerprint.get(fingerprint) ?? [];
    if ("id" in part || !isNamedByAssertion(name, assertions, asked)) byFingerprint.set(fingerprint, [...names, name]);
  }
  return byFingerprint;
}

/** Whether a failed check belongs to an assertion that failed with it. */
function isNamedByAssertion(label: string, assertions: readonly string[], asked: readonly AskedCheck[]): boolean {
  return asked.some(({ check, assertion }) => {
    return assertion !== null && assertions.includes(assertion) && checkLabel(check) === label;
  });
}

/** `fix-<assertion or check>-<4 hex>`, an id whatever the label holds. */
function fixId(name: string, fingerprint: string): string {
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 40)
    .replace(/-+$/, "");
  const hex = fingerprint
    .replace(/[^0-9a-f]/g, "")
    .slice(0, 4)
    .padEnd(4, "0");
  return ["fix", slug, hex].filter((part) => part !== "").join("-");
}
