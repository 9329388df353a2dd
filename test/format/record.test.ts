import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { decodePercent } from "../../src/format/percent.ts";
import { isNewerFormat, isReadable, parseRecord, printBody, printRecord } from "../../src/format/record.ts";
import { type Claim, type LedgerRecord, MISSION_FORMAT, type NewRecord, RECORD_KINDS } from "../../src/model/record.ts";
import { factsByKind, recordOf } from "./facts.ts";

const ALICE = { name: "Alice", email: "alice@example.com" };
const commit = (message: string) => ({ oid: "1".repeat(40), at: 1000, author: ALICE, committer: ALICE, message });

function readBack(record: NewRecord): LedgerRecord {
  const read = parseRecord(commit(printRecord(record)));
  if (!isReadable(read)) throw new Error(read.reason);
  return read;
}

const claimFact: Claim = {
  kind: "claim",
  run: "contacts-2-x7k3m1",
  runKind: "work",
  about: { kind: "feature", feature: "contacts" },
  attempt: 2,
  spec: "5ec",
  base: "ba5e",
  head: null,
  host: "anna-mbp-9f2c",
  nonce: "x7k3m1",
  reserveUsd: 3,
  reserveMinutes: 60,
  reserveTokens: 400_000,
  ttlMs: 360_000,
};

const CLAIM: NewRecord = {
  fact: claimFact,
  by: "pulse@anna-mbp-9f2c",
  homeTip: "h0me",
  body: "",
  attachments: {},
};

describe("every kind of fact comes back as it was printed", () => {
  test.each(RECORD_KINDS)("%s", (kind) => {
    fc.assert(
      fc.property(recordOf(factsByKind[kind]), (record) => {
        const { fact, by, homeTip, body } = readBack(record);
        expect({ fact, by, homeTip, body }).toEqual({
          fact: record.fact,
          by: record.by,
          homeTip: record.homeTip,
          body: printBody(record.body),
        });
      }),
      { numRuns: 400 },
    );
  });
});

test("a claim reads as the format page shows it", () => {
  expect(printRecord(CLAIM)).toBe(`claim: contacts attempt 2

Mission-Record: claim
Feature: contacts
Run: contacts-2-x7k3m1
Attempt: 2
Kind: work
Spec: 5ec
Base: ba5e
Host: anna-mbp-9f2c
Nonce: x7k3m1
Reserve-USD: 3
Reserve-Minutes: 60
Reserve-Tokens: 400000
Ttl: 6m
Home-Tip: h0me
By: pulse@anna-mbp-9f2c
`);
});

test("a subject is one line of bounded length without anything that a terminal obeys", () => {
  fc.assert(
    fc.property(recordOf(fc.oneof(...Object.values(factsByKind))), (record) => {
      const subject = printRecord(record, { skipCi: true }).split("\n\n")[0] ?? "";
      expect(subject).toMatch(/^[a-z-]+:[^\p{Cc}]{0,130} \[skip ci\]$/u);
    }),
  );
});

test("what a run says it cost is never read as less than nothing", () => {
  const ended = (cost: string) =>
    parseRecord(
      commit(`run-ended: r failed\n\nMission-Record: run-ended\nRun: r\nOutcome: failed\nCost-USD: ${cost}
Cost-Source: reported\nTokens-In: 1\nTokens-Out: 1\nTokens-Cached: 0\nMinutes: 1\nBy: x\n`),
    );
  for (const cost of ["-1", "NaN", "Infinity", "1e999", "", "0x10", "1,5"]) {
    expect(ended(cost), cost).toMatchObject({ reason: expect.stringContaining("Cost-USD") });
  }
  expect(isReadable(ended("0.5"))).toBe(true);
});

test("a figure that is no number is not printed at all", () => {
  const completed = { kind: "completed", commit: "c", costUsd: Number.NaN, minutes: 1, tokens: 1 } as const;
  expect(() => printRecord({ ...CLAIM, fact: completed })).toThrow(RangeError);
});

test("trailers of newer versions are ignored", () => {
  const message = printRecord(CLAIM).replace("Nonce:", "Shiny-New: thing\nNonce:");
  expect(parseRecord(commit(message))).toMatchObject({ fact: CLAIM.fact });
});

test.each([
  ["an unknown kind", "x: y\n\nMission-Record: dreamt\nBy: a\n", "unknown kind: dreamt"],
  ["a commit that is no record", "Fix a typo\n\nIn the readme.\n", "no record"],
  ["an empty message", "", "no record"],
  ["a missing trailer", "landed: x\n\nMission-Record: landed\nFeature: x\nBy: a\n", "Spec is missing"],
  [
    "an outcome of a newer version",
    printRecord({ ...CLAIM, fact: { kind: "control", target: "crm", action: "stop" } }).replace(
      "Action: stop",
      "Action: nap",
    ),
    "Action is none of",
  ],
  [
    "a record in the body alone",
    "x\n\nMission-Record: control\nTarget: a\nAction: stop\n\nand then text\n",
    "no record",
  ],
])("%s is kept with the reason", (_title, message, reason) => {
  expect(parseRecord(commit(message))).toEqual({
    id: "1".repeat(40),
    at: 1000,
    reason: expect.stringContaining(reason),
  });
});

test("any message gives a record or a reason", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary" }),
      fc.constantFrom("", "\n\nMission-Record: claim\nRun: r\n"),
      (text, end) => {
        const read = parseRecord(commit(text + end));
        expect(isReadable(read) || read.reason.length > 0).toBe(true);
      },
    ),
  );
});

// A reader that goes back for each line would not be through before the test's own time is over.
test("a message of a million line ends is read in one go", () => {
  const message = `x\n\n${"\n".repeat(1_000_000)}x${"\n \n".repeat(100_000)}`;
  expect(isReadable(parseRecord(commit(message)))).toBe(false);
});

test("a body is bounded and says what was cut out", () => {
  const body = readBack({ ...CLAIM, body: "long ".repeat(100_000) }).body;
  expect(body.length).toBeLessThanOrEqual(20_000);
  expect(body).toContain("characters left out");
});

test("only the newest epoch's format counts", () => {
  const created = (format: number) => ({ fact: { kind: "created", format, home: "main" } as const });
  expect(isNewerFormat([])).toBe(false);
  expect(isNewerFormat([created(MISSION_FORMAT)])).toBe(false);
  expect(isNewerFormat([created(MISSION_FORMAT), created(MISSION_FORMAT + 1)])).toBe(true);
  expect(isNewerFormat([created(MISSION_FORMAT + 1), created(MISSION_FORMAT)])).toBe(false);
});

describe("git reads the same trailers", () => {
  const folder = mkdtempSync(join(tmpdir(), "record-"));
  const git = (args: string[], input?: string) => execFileSync("git", args, { cwd: folder, encoding: "utf8", input });
  beforeAll(() => git(["init", "--quiet"]));

  function trailer(message: string, key: string): string {
    const tree = git(["mktree"], "").trim();
    const oid = git(["commit-tree", tree], message).trim();
    return git(["log", "-1", `--format=%(trailers:key=${key},valueonly)`, oid]).trim();
  }

  test.each([
    "",
    "ends like trailers\n\nRun: evil\nFeature: evil",
    "Run: evil",
    "a patch\n---\nRun: evil",
    "# ------------------------ >8 ------------------------\nRun: evil",
    "Signed-off-by: Evil <e@example.com>\n\n",
    "Conflicts:\n\tRun: evil\n# Run: evil",
    "\n\n\nRun: evil\n\n\n",
  ])("with the body %j", (body) => {
    const message = printRecord({ ...CLAIM, body });
    expect(trailer(message, "Run")).toBe("contacts-2-x7k3m1");
    expect(trailer(message, "Feature")).toBe("contacts");
  });

  test("with the spaces at both ends of a value, which git takes away", () => {
    const message = printRecord({ ...CLAIM, fact: { ...claimFact, host: " two  words " } });
    expect(decodePercent(trailer(message, "Host"))).toBe(" two  words ");
  });

  test("and keeps every byte of any record", () => {
    fc.assert(
      fc.property(recordOf(fc.oneof(...Object.values(factsByKind))), (record) => {
        const message = printRecord({ ...record, by: "pulse@host" });
        const oid = git(["commit-tree", git(["mktree"], "").trim()], message).trim();
        expect(git(["cat-file", "commit", oid]).split("\n\n").slice(1).join("\n\n")).toBe(message);
        expect(trailer(message, "By")).toBe("pulse@host");
        expect(trailer(message, "Mission-Record")).toBe(record.fact.kind);
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});
