/** Results of checks to a verdict. Pure. Unknown is never green: no check at all is `inconclusive`. */

import { type Failure, fingerprintText } from "../../format/fingerprint.ts";
import { cutEnd, plainText } from "../../format/plain-text.ts";
import { type Check, checkLabel } from "../../model/documents.ts";
import type { AssertionResult, CheckResult, Verdict } from "../../model/record.ts";
import type { AskedCheck, Order } from "../../model/run.ts";

export interface CheckOutcome {
  result: CheckResult["result"];
  /** One line for a person: what was seen. */
  because: string;
  exitCode: number | null;
  /** The end of what it printed, may be empty. */
  output: string;
}

type Judged = CheckOutcome & { check: Check; fingerprint: string | null };

const INDENT = "    ";
/** For the check's line in the list above its output. */
const LABEL_ROOM = 200;

/** What makes two checks the same work: all but how long they may take. */
export function checkKey(check: Check): string {
  return JSON.stringify(check.method === "bash" ? { ...check, timeoutMs: null } : check);
}

/** The verdict of a gate or validation and the evidence for it, at most `order.limits.evidenceBytes` long. */
export function makeVerdict(
  order: Order,
  outcomes: ReadonlyMap<string, CheckOutcome>,
  hash: (text: string) => string,
): { fact: Verdict; body: string } {
  const judged = new Map([...outcomes].map(([key, outcome]) => [key, judge(order.checks, key, outcome, hash)]));
  const of = (asked: AskedCheck): Judged[] => [judged.get(checkKey(asked.check))].filter((each) => each !== undefined);
  // Those of assertions too: their labels tell whether a verdict answers what is asked now.
  const checks = [...judged.values()].map(({ check, result, fingerprint }) => ({
    result,
    label: checkLabel(check),
    fingerprint,
  }));
  const assertions = assertionIds(order).map((id) =>
    assertionResult(id, order.checks.filter((asked) => asked.assertion === id).flatMap(of)),
  );
  const fact: Verdict = {
    kind: "verdict",
    run: order.run,
    of: order.runKind === "validate" ? "validate" : "gate",
    about: order.about,
    codeTree: order.codeTree,
    // The merge that a gate judges is on no branch: a record must not name what the authority lacks.
    base: order.runKind === "validate" ? order.start : order.base,
    baseCodeTree: order.baseCodeTree,
    result: worst([...judged.values()].map(({ result }) => result)),
    byRuntime: order.questions[0]?.runtime.name ?? null,
    checks,
    assertions,
    override: null,
  };
  return { fact, body: evidence([...judged.values()], order.limits.evidenceBytes) };
}

function judge(
  asked: readonly AskedCheck[],
  key: string,
  outcome: CheckOutcome,
  hash: (text: string) => string,
): Judged {
  const check = asked.find((each) => checkKey(each.check) === key)?.check;
  if (check === undefined) throw new Error(`an outcome of a check that was not asked: ${key}`);
  return {
    ...outcome,
    check,
    fingerprint: outcome.result === "failed" ? hash(fingerprintText(failureOf(check, outcome))) : null,
  };
}

function failureOf(check: Check, { exitCode, output, because }: CheckOutcome): Failure {
  return { kind: "check", command: checkLabel(check), exitCode, output: output.trim() === "" ? because : output };
}

function assertionIds(order: Order): string[] {
  return [...new Set(order.checks.flatMap(({ assertion }) => (assertion === null ? [] : [assertion])))];
}

function assertionResult(id: string, checks: readonly Judged[]): AssertionResult {
  const failed = checks.find(({ result }) => result === "failed");
  return { id, result: worst(checks.map(({ result }) => result)), fingerprint: failed?.fingerprint ?? null };
}

function worst(results: readonly CheckResult["result"][]): CheckResult["result"] {
  if (results.includes("failed")) return "failed";
  return results.length === 0 || results.includes("inconclusive") ? "inconclusive" : "passed";
}

function evidence(judged: readonly Judged[], maxBytes: number): string {
  if (judged.length === 0) return "Nothing was asked.";
  // What an agent saw is the evidence for its yes.
  const open = judged.filter(({ result, check }) => result !== "passed" || check.method === "agent");
  const room = Math.floor(maxBytes / Math.max(1, open.length));
  const lines = judged.map(({ result, check, because }) => `- ${result}: ${plainText(checkLabel(check))} (${because})`);
  return [lines.join("\n"), ...open.flatMap((each) => outputBlock(each, room))].join("\n\n");
}

/** Indented, so that nothing in it can end the block. The last lines, as many as there is room for. */
function outputBlock({ check, output }: Judged, room: number): string[] {
  const heading = `## ${plainText(checkLabel(check))}`;
  const lines: string[] = [];
  let left = room - heading.length - LABEL_ROOM;
  const text = cutEnd(plainText(output).trim(), Math.max(0, left));
  for (const line of text === "" ? [] : text.split("\n").reverse()) {
    left -= line.length + INDENT.length + 1;
    if (left < 0) break;
    lines.unshift(INDENT + line);
  }
  return lines.length === 0 ? [] : [heading, lines.join("\n")];
}
