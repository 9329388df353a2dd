import { expect, test } from "vitest";
import { systemClock } from "../../src/doors/clock.ts";
import { systemRandom } from "../../src/doors/random.ts";
import type { Claim, Fact, LedgerRecord, RunEnded } from "../../src/model/record.ts";
import { openAuthority } from "../../src/repo/authority.ts";
import { appendRecords } from "../../src/repo/ledger.ts";
import { findClaim, readSinceClaim } from "../../src/runner/claim.ts";
import { makeAlone } from "../repo/clones.ts";
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

test("of a long ledger only its end is read, back to the last beginning of an epoch", async () => {
  const { git, run } = makeAlone();
  const context = {
    git,
    authority: openAuthority(git, { remote: null, refPrefix: "refs/mission" }),
    clock: systemClock,
    random: systemRandom,
    host: "here",
    redact: (text: string) => text,
  };
  const write = (facts: Fact[], expected: string | null) =>
    appendRecords(
      context,
      "crm",
      facts.map((fact) => ({ fact, by: "x", homeTip: null, body: "", attachments: {} })),
      { expected },
    );
  const ref = "refs/mission/ledger/crm";
  const tip = () => run("rev-parse", ref);
  const created: Fact = { kind: "created", format: 1, home: "main" };
  const comment: Fact = { kind: "comment", feature: null, mentions: [] };
  await write([created, ...Array.from({ length: 230 }, () => comment), claim], null);
  const recent = await readSinceClaim(git, ref, order);
  expect([recent.tip, recent.records.length, findClaim(recent, order).kind]).toEqual([tip(), 60, "open"]);
  await write(
    Array.from({ length: 220 }, () => comment),
    tip(),
  );
  const whole = await readSinceClaim(git, ref, order);
  expect([whole.records.length, findClaim(whole, order).kind]).toEqual([452, "open"]);
  await write([created], tip());
  expect(findClaim(await readSinceClaim(git, ref, order), order).kind).toBe("closed");
  expect((await readSinceClaim(git, "refs/mission/ledger/none", order)).records).toEqual([]);
});
