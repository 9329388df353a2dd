import { expect, test } from "vitest";
import type { Claim, Fact, LedgerRecord, RunEnded } from "../../src/model/record.ts";
import { findClaim } from "../../src/runner/claim.ts";
import { anOrder, HEAD } from "./orders.ts";

const order = anOrder();
const claim: Claim = {
  kind: "claim",
  run: order.run,
  runKind: "work",
  about: order.about,
  attempt: 1,
  spec: order.spec,
  base: HEAD,
  head: null,
  host: order.host,
  nonce: order.nonce,
  reserveUsd: 2,
  reserveMinutes: 30,
  reserveTokens: 0,
  ttlMs: 1,
};
const usage = { costUsd: 0, costSource: "reported", tokensIn: 0, tokensOut: 0, tokensCached: 0, minutes: 0 } as const;
const lost = { kind: "run-ended", run: order.run, outcome: "lost", usage } as RunEnded;

function stateAfter(...facts: Fact[]): string {
  const records = facts.map(
    (fact): LedgerRecord => ({ id: HEAD, at: 0, author: order.identity, by: "x", homeTip: null, body: "", fact }),
  );
  return findClaim({ records }, order).kind;
}

test("a claim is open until something ends it", () => {
  expect(stateAfter(claim)).toBe("open");
  expect(stateAfter()).toBe("closed");
  expect(stateAfter(claim, lost)).toBe("closed");
  expect(stateAfter({ ...claim, nonce: "other" })).toBe("closed");
  expect(stateAfter({ ...claim, host: "other" })).toBe("closed");
});

test("a later claim of the same work has taken over; another's has not", () => {
  expect(stateAfter(claim, { ...claim, run: "contacts-2-aaaaaa", nonce: "aaaaaa" })).toBe("closed");
  expect(stateAfter(claim, { ...claim, run: "auth-1-aaaaaa", about: { kind: "feature", feature: "auth" } })).toBe(
    "open",
  );
  expect(stateAfter(claim, { ...claim, run: "gate-1-aaaaaa", runKind: "gate" })).toBe("open");
});
