import { expect, test } from "vitest";
import { deriveConsents } from "../../src/derive/consents.ts";
import type { AskEntry } from "../../src/model/ledger.ts";
import type { AskKind } from "../../src/model/record.ts";

const SPEC = "5".repeat(40);
const HEAD = "1".repeat(40);

function anAsk(
  boundTo: string,
  decision: "approved" | "denied" | "answer" | null,
  ask: AskKind = "permission",
): AskEntry {
  return { asked: { fact: { ask, boundTo } }, answered: decision === null ? null : { fact: { decision } } } as AskEntry;
}

function consents(...asks: AskEntry[]) {
  return deriveConsents({ asksByThing: new Map([["hello", asks]]) }, { id: "hello", was: null, spec: SPEC });
}

test("a yes allows what was asked, a no denies it, words alone do neither", () => {
  expect(
    consents(
      anAsk(`${SPEC} ${HEAD} a b`, "approved"),
      anAsk(`${SPEC} - c`, "denied"),
      anAsk(`${SPEC} - d`, "answer"),
      anAsk(`${SPEC} - e`, null),
    ),
  ).toEqual({ allowed: ["a", "b"], denied: ["c"] });
});

test("the last word about a request holds", () => {
  const [yes, no] = [anAsk(`${SPEC} - a`, "approved"), anAsk(`${SPEC} - a`, "denied")];
  expect(consents(yes, no)).toEqual({ allowed: [], denied: ["a"] });
  expect(consents(no, yes)).toEqual({ allowed: ["a"], denied: [] });
});

test("it ends with the spec, and other asks say nothing of it", () => {
  const other = anAsk(`${"6".repeat(40)} ${HEAD} a`, "approved");
  expect(consents(other, anAsk(`${SPEC} ${HEAD} red`, "approved", "approval"))).toEqual({ allowed: [], denied: [] });
});
