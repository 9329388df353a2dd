import { describe, expect, test } from "vitest";
import { fingerprintText } from "../../../src/format/fingerprint.ts";
import type { Signal, WorkerEnd } from "../../../src/model/run.ts";
import { type Delivery, type Finished, judgeWork } from "../../../src/runner/work/outcome.ts";

const UNCHANGED: Delivery = {
  head: "h",
  changed: false,
  landable: false,
  conflict: null,
  gone: false,
  leak: null,
  violations: [],
};
const CHANGED: Delivery = { ...UNCHANGED, changed: true, landable: true };
/** Nothing new, but work kept from an earlier attempt. */
const KEPT: Delivery = { ...UNCHANGED, landable: true };
/** Kept work that home did not take, as it was and with more on top of it. */
const CONFLICTED: Delivery = { ...UNCHANGED, conflict: ["a.txt"] };
const STILL_CONFLICTED: Delivery = { ...CONFLICTED, changed: true };
const FORBIDDEN: Delivery = { ...CHANGED, violations: [{ path: "missions/a", because: "no" }] };

const usage = { costUsd: 0, costSource: "reported", tokensIn: 0, tokensOut: 0, tokensCached: 0, minutes: 1 } as const;
const done: Signal = { kind: "done", text: "all" };
const question: Signal = { kind: "question", text: "Which?" };
const blocked: Signal = { kind: "blocked", text: "no access" };

function finished(end: Partial<WorkerEnd>, more: Partial<Finished> = {}): Finished {
  const whole: WorkerEnd = {
    exitCode: 0,
    signal: null,
    reason: "exited",
    lastSignal: null,
    usage,
    tail: "tail",
    ...end,
  };
  return { end: whole, because: null, problem: null, runtime: "mine", now: 1_000, asked: [], ...more };
}

test.each<[string, Partial<WorkerEnd>, Delivery, string]>([
  ["done with a change", { lastSignal: done }, CHANGED, "delivered"],
  ["done with a change and a bad exit code", { lastSignal: done, exitCode: 1 }, CHANGED, "delivered"],
  ["done without a change", { lastSignal: done }, UNCHANGED, "nothing-to-do"],
  ["done, and the kept work is what can land", { lastSignal: done }, KEPT, "delivered"],
  ["done, and the conflict was not touched", { lastSignal: done }, CONFLICTED, "failed"],
  ["done, and the conflict is still there", { lastSignal: done }, STILL_CONFLICTED, "failed"],
  ["a wish for a review of a conflict", { lastSignal: { kind: "review", text: "" } }, STILL_CONFLICTED, "failed"],
  ["no signal, a change, and the conflict is still there", {}, STILL_CONFLICTED, "failed"],
  ["a question about a conflict", { lastSignal: question }, CONFLICTED, "question"],
  ["a wish for a review", { lastSignal: { kind: "review", text: "" } }, CHANGED, "delivered"],
  ["no signal, a change, exit 0", {}, CHANGED, "delivered"],
  ["no signal, no change, exit 0", {}, UNCHANGED, "failed"],
  ["no signal, nothing new on kept work, exit 0", {}, KEPT, "failed"],
  ["no signal, a change, exit 1", { exitCode: 1 }, CHANGED, "failed"],
  ["killed from outside", { exitCode: null, signal: "SIGKILL" }, CHANGED, "failed"],
  [
    "a verdict says nothing about work",
    { lastSignal: { kind: "verdict", result: "passed", text: "" } },
    UNCHANGED,
    "failed",
  ],
  ["blocked", { lastSignal: blocked }, CHANGED, "failed"],
  ["a question", { lastSignal: question }, UNCHANGED, "question"],
  [
    "a question, then silence until the time was over",
    { lastSignal: question, reason: "timeout" },
    CHANGED,
    "question",
  ],
  ["a question with a forbidden change", { lastSignal: question }, FORBIDDEN, "policy"],
  ["a forbidden change that took too long", { reason: "timeout" }, FORBIDDEN, "policy"],
  ["a stop outweighs everything", { reason: "stopped", lastSignal: question }, FORBIDDEN, "stopped"],
  ["time over", { reason: "timeout", lastSignal: done }, CHANGED, "timeout"],
  ["silence", { reason: "idle" }, CHANGED, "idle"],
  ["over budget", { reason: "over-budget", lastSignal: done }, CHANGED, "over-budget"],
  ["too much output", { reason: "output" }, CHANGED, "failed"],
  ["too much on disk", { reason: "disk" }, CHANGED, "failed"],
  ["a program that is not there", { reason: "spawn-failed" }, UNCHANGED, "provider"],
  ["a workspace that is gone", { lastSignal: done }, { ...CHANGED, gone: true }, "failed"],
])("%s: %s", (_title, end, delivery, outcome) => {
  expect(judgeWork(finished(end), delivery).outcome).toBe(outcome);
});

test("a quota or an outage counts only when the worker ended badly, and says until when", () => {
  const problem = { code: "quota", text: "limit", until: null } as const;
  expect(judgeWork(finished({ exitCode: 1 }, { problem }), CHANGED)).toMatchObject({
    outcome: "quota",
    until: 1_801_000,
  });
  expect(judgeWork(finished({ exitCode: 1 }, { problem: { ...problem, until: 5_000 } }), CHANGED).until).toBe(5_000);
  expect(judgeWork(finished({ lastSignal: done }, { problem }), CHANGED).outcome).toBe("delivered");
  // Its exit code says nothing of it.
  expect(judgeWork(finished({ exitCode: 0 }, { problem }), CHANGED).outcome).toBe("quota");
});

test("what a person has to see to has no end of its own", () => {
  const problem = { code: "provider", text: "Not logged in", until: null, needs: "sign-in" } as const;
  expect(judgeWork(finished({ exitCode: 1 }, { problem }), UNCHANGED)).toMatchObject({
    outcome: "provider",
    until: null,
    needs: "sign-in",
  });
});

test.each(["idle", "timeout"] as const)("%s while the provider does not answer is no fault of the work", (reason) => {
  const problem = { code: "provider", text: "no answer, attempt 10 of 10", until: null } as const;
  const ending = judgeWork(finished({ reason }, { problem }), CHANGED);
  expect(ending).toMatchObject({ outcome: "provider", text: problem.text });
  expect(judgeWork(finished({ reason }, { problem: { ...problem, code: "other" } }), CHANGED).outcome).toBe(reason);
});

test("an agent that says itself that it failed has, whatever its exit code", () => {
  const problem = { code: "other", text: "max turns", until: null } as const;
  expect(judgeWork(finished({ exitCode: 0 }, { problem }), CHANGED)).toMatchObject({
    outcome: "failed",
    text: "max turns",
  });
});

test("the same failure has the same fingerprint, another one another", () => {
  const text = (end: Partial<WorkerEnd>) => {
    const { failure } = judgeWork(finished(end), UNCHANGED);
    return failure === null ? null : fingerprintText(failure);
  };
  expect(text({ exitCode: 1, tail: "took 12 ms" })).toBe(text({ exitCode: 1, tail: "took 13 ms" }));
  expect(text({ exitCode: 1 })).not.toBe(text({ exitCode: 2 }));
  expect(text({ lastSignal: blocked, tail: "a" })).toBe(text({ lastSignal: blocked, tail: "b" }));
  expect(text({ lastSignal: question })).not.toBeNull();
  expect(text({ reason: "stopped" })).toBeNull();
});

describe("what only a person can allow was denied", () => {
  test.each<[string, Partial<WorkerEnd>, Delivery, string]>([
    ["nothing came of it", {}, UNCHANGED, "question"],
    ["it says that it is blocked", { lastSignal: { kind: "blocked", text: "may not push" } }, CHANGED, "question"],
    ["it went on without", { lastSignal: done }, CHANGED, "delivered"],
    ["it broke", { exitCode: 1 }, UNCHANGED, "failed"],
  ])("%s", (_title, end, delivery, outcome) => {
    expect(judgeWork(finished(end, { asked: ["shell: git push"] }), delivery).outcome).toBe(outcome);
  });
});

test("a conflict that is still there is named, and is the same failure each time", () => {
  const first = judgeWork(finished({ lastSignal: done, tail: "one" }), CONFLICTED);
  expect(first.text).toBe("The conflict with what has landed is still there: a.txt");
  expect(judgeWork(finished({ lastSignal: done, tail: "two" }), CONFLICTED).failure).toEqual(first.failure);
});
