/** A good ledger has nothing wrong with it; a bad one is caught by the check that is there for it, and by no other. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { auditLedger } from "../../../src/derive/audit/audit.ts";
import type { PlanEvidence } from "../../../src/model/audit.ts";
import { auditShape } from "../../../src/schema/audit.ts";
import { auditJson } from "../../../src/view/audit.ts";
import { aWorld } from "../../helpers/world.ts";
import { bash } from "../../helpers/world-documents.ts";
import { Engine } from "../../helpers/world-engine.ts";
import { claimFact, endFact, landedFact, verdictFact } from "../../helpers/world-facts.ts";
import { listStories, readStory } from "../../stories/read-story.ts";
import { aGoodMission, aLineCommit, type Draft, ofLedger, toEvidence } from "./evidence.ts";

type Kind = Draft["records"][number]["fact"]["kind"];

/** The n-th record of a kind. */
function find<K extends Kind>(draft: Draft, kind: K, index = 0) {
  const found = draft.records.filter(({ fact }) => fact.kind === kind)[index];
  if (!found) throw new Error(`no ${kind} ${index}`);
  return found as typeof found & { fact: Extract<typeof found.fact, { kind: K }> };
}

function drop(draft: Draft, kind: Kind, index = 0): void {
  draft.records.splice(draft.records.indexOf(find(draft, kind, index)), 1);
}

/** Puts a record before another one, or at the end. */
function insert(
  draft: Draft,
  record: Partial<Draft["records"][number]> & Pick<Draft["records"][number], "fact">,
  before?: Kind,
): void {
  const at = before ? draft.records.indexOf(find(draft, before)) : draft.records.length;
  draft.records.splice(at, 0, { homeTip: "l1", by: "pulse@anna", body: "", attachments: {}, ...record });
}

/** Only what that record needs is judged, by a plan with a second milestone. */
function plan(draft: Draft, record: string, signOff: PlanEvidence["signOff"]): void {
  const milestones = [
    { id: "base", isOut: false, features: ["schema"] },
    { id: "second", isOut: record === "r17", features: ["menu"] },
  ];
  draft.plans = new Map([[record, { signOff, milestones }]]);
}

/** Nobody answers, and nothing is merged but the end. */
function unsign(draft: Draft): void {
  drop(draft, "answered");
  drop(draft, "merged");
  draft.defaultLine.shift();
}

/** What needs ids of records is judged on the spoilt order. */
function forget(draft: Draft, ...what: ("asked" | "limits" | "plans" | "approvers")[]): void {
  for (const each of what) draft[each] = new Map();
}

interface Bad {
  title: string;
  check: string;
  what: RegExp;
  spoil(draft: Draft): void;
  /** Spoils the commits, where no record could say it. */
  commits?(evidence: ReturnType<typeof toEvidence>): ReturnType<typeof toEvidence>;
}

const spoilCommit =
  (index: number, change: (commit: ReturnType<typeof toEvidence>["commits"][number]) => object) =>
  (evidence: ReturnType<typeof toEvidence>) => ({
    ...evidence,
    commits: evidence.commits.map((commit, at) => (at === index ? { ...commit, ...change(commit) } : commit)),
  });

const BAD: readonly Bad[] = [
  {
    title: "a merge of two ledgers",
    check: "chain",
    what: /2 parents/,
    spoil: () => {},
    commits: spoilCommit(5, ({ parents }) => ({ parents: [...parents, "x"] })),
  },
  {
    title: "a record that hangs on another one than the one before it",
    check: "chain",
    what: /the first one r1/,
    spoil: () => {},
    commits: spoilCommit(5, () => ({ parents: ["r1"] })),
  },
  {
    title: "a ledger that does not begin",
    check: "chain",
    what: /begins with a claim/,
    spoil: (draft) => {
      drop(draft, "created");
      forget(draft, "asked", "limits", "approvers");
    },
  },
  {
    title: "a ledger that was rewound",
    check: "append-only",
    what: /no longer goes through r3/,
    spoil: (draft) => {
      draft.marks = [{ ref: "refs/mission/seen/origin/crm", oid: "r3", holds: false }];
    },
  },
  {
    title: "a commit that is no record",
    check: "records",
    what: /no trailer Mission-Record/,
    spoil: () => {},
    commits: spoilCommit(13, () => ({ message: "hello\n\nworld\n" })),
  },
  {
    title: "a record without what it needs",
    check: "records",
    what: /a control without Target/,
    spoil: () => {},
    commits: spoilCommit(13, ({ message }) => ({ message: message.replace(/^Target: .*\n/m, "") })),
  },
  {
    title: "a cost below nothing",
    check: "records",
    what: /Cost-USD is no number/,
    spoil: () => {},
    commits: spoilCommit(16, ({ message }) => ({ message: message.replace(/^Cost-USD: .*$/m, "Cost-USD: -3") })),
  },
  {
    title: "a claim in the name of another host",
    check: "hosts",
    what: /names host anna, and ben committed it/,
    spoil: (draft) => {
      find(draft, "claim").committer = "ben";
    },
  },
  {
    title: "a run that was claimed twice",
    check: "runs",
    what: /schema-1 was claimed before/,
    spoil: (draft) => insert(draft, { fact: claimFact("schema-1", { kind: "feature", feature: "other" }) }),
  },
  {
    title: "the end of a run that nobody claimed",
    check: "runs",
    what: /ghost-1 ended and was never claimed/,
    spoil: (draft) => insert(draft, { fact: endFact("ghost-1") }),
  },
  {
    title: "an end before its claim",
    check: "runs",
    what: /ended before its claim/,
    spoil: (draft) => {
      insert(draft, { fact: endFact("early-1") });
      insert(draft, { fact: claimFact("early-1", { kind: "feature", feature: "other" }) });
    },
  },
  {
    title: "a run that ended twice",
    check: "runs",
    what: /schema-1 ended a second time/,
    spoil: (draft) => insert(draft, { fact: endFact("schema-1", { head: "w1", usage: { costUsd: 4 } }) }),
  },
  {
    title: "two at work on one feature",
    check: "runs",
    what: /b-2 was claimed while b-1 was at work on b/,
    spoil: (draft) => {
      insert(draft, { fact: claimFact("b-1", { kind: "feature", feature: "b" }) });
      insert(draft, { fact: claimFact("b-2", { kind: "feature", feature: "b" }) });
    },
  },
  {
    title: "a verdict of a run that was never claimed",
    check: "judges",
    what: /by gate-9, which was not claimed before/,
    spoil: (draft) => {
      find(draft, "verdict").fact.run = "gate-9";
    },
  },
  {
    title: "a passed verdict that nobody gave",
    check: "judges",
    what: /neither a run nor a person judged/,
    spoil: (draft) => {
      find(draft, "verdict").fact.run = null;
    },
  },
  {
    title: "a worker that judges its own work",
    check: "judges",
    what: /schema-1 was claimed as work and gave a verdict of a gate/,
    spoil: (draft) => {
      find(draft, "verdict").fact.run = "schema-1";
    },
  },
  {
    title: "a verdict on other work than the gate was claimed for",
    check: "judges",
    what: /was to judge schema w0 and judged schema w1/,
    spoil: (draft) => {
      find(draft, "claim", 1).fact.about = { kind: "features", features: [{ feature: "schema", head: "w0" }] };
    },
  },
  {
    title: "a verdict that did not run what home asked",
    check: "commands",
    what: /did not run: npm run lint/,
    spoil: (draft) => {
      draft.asked = new Map([["r4", ["npm test", "npm run lint"]]]);
    },
  },
  {
    title: "a passed verdict with a failed check",
    check: "commands",
    what: /its own checks say: failed npm test/,
    spoil: (draft) => {
      find(draft, "verdict").fact.checks = [{ result: "failed", label: "npm test", fingerprint: null }];
    },
  },
  {
    title: "a landing of work that was not delivered",
    check: "landings",
    what: /had not delivered it \(failed\)/,
    spoil: (draft) => {
      find(draft, "run-ended").fact.outcome = "failed";
    },
  },
  {
    title: "a landing of a head that no gate has seen",
    check: "landings",
    what: /landed with w2, on which no gate has said yes/,
    spoil: (draft) => {
      find(draft, "run-ended").fact.head = "w2";
      draft.work = [];
    },
  },
  {
    title: "a landing of work that its reviewer sent back",
    check: "landings",
    what: /schema landed with w1, which its last review has sent back/,
    spoil: (draft) => {
      const about = { kind: "features", features: [{ feature: "schema", head: "w1" }] } as const;
      const review = verdictFact(about, { of: "review", result: "failed", run: "review-schema-1" });
      insert(draft, { fact: claimFact("review-schema-1", about, { runKind: "review" }) }, "landed");
      insert(draft, { fact: review }, "landed");
      insert(draft, { fact: endFact("review-schema-1") }, "landed");
      forget(draft, "asked", "approvers");
    },
  },
  {
    title: "a landing that happens twice",
    check: "landings",
    what: /schema landed a second time/,
    spoil: (draft) =>
      insert(draft, { fact: landedFact("schema", { run: "schema-1", commit: "l1", codeTree: "c1" }) }, "asked"),
  },
  {
    title: "a landing where home has never been",
    check: "landings",
    what: /auth landed as nowhere, where home has never been/,
    spoil: (draft) => {
      insert(draft, { fact: landedFact("auth", { run: null, commit: "nowhere" }) }, "asked");
      forget(draft, "asked", "approvers");
      find(draft, "verdict", 1);
      // Its validation comes after what landed last.
    },
  },
  {
    title: "a tip of home whose code tree no gate has passed",
    check: "verdicts",
    what: /brought code tree c9 .* no gate has passed it/,
    spoil: (draft) => {
      const [first, ...rest] = draft.home?.line ?? [];
      if (draft.home && first) draft.home.line = [{ ...first, codeTree: "c9" }, ...rest];
    },
  },
  {
    title: "a verdict that came after the landing",
    check: "verdicts",
    what: /no gate has passed it/,
    spoil: (draft) => {
      const late = find(draft, "verdict");
      late.fact.result = "failed";
      insert(
        draft,
        { fact: verdictFact({ kind: "follow", head: "d0" }, { result: "unchecked", codeTree: "c1" }) },
        "asked",
      );
      // The work itself was passed on another tree.
      insert(
        draft,
        {
          fact: verdictFact(
            { kind: "features", features: [{ feature: "schema", head: "w1" }] },
            { result: "unchecked", codeTree: "c7" },
          ),
        },
        "landed",
      );
      forget(draft, "asked", "approvers");
    },
  },
  {
    title: "a commit of the program on home that no record names",
    check: "verdicts",
    what: /no record names it/,
    spoil: (draft) => {
      if (draft.home)
        draft.home.line = [
          ...draft.home.line,
          aLineCommit("x1", ["k1"], { mission: "crm/auth", run: "auth-1", codeTree: "c2", parentCodeTree: "c1" }),
        ];
    },
  },
  {
    title: "an approval from inside a run",
    check: "persons",
    what: /q1 was approved by run@anna, from inside a run/,
    spoil: (draft) => {
      find(draft, "answered").by = "run@anna";
    },
  },
  {
    title: "a word of control by a pulse",
    check: "persons",
    what: /a control by pulse@anna/,
    spoil: (draft) => {
      find(draft, "control").by = "pulse@anna";
    },
  },
  {
    title: "a signature of somebody who is no approver",
    check: "persons",
    what: /by anna@example.com, who was not among the approvers/,
    spoil: (draft) => {
      draft.approvers = new Map([["r11", ["chief@example.com"]]]);
    },
  },
  {
    title: "an answer to nothing",
    check: "persons",
    what: /q9 was answered and had not been asked/,
    spoil: (draft) =>
      insert(draft, {
        fact: { kind: "answered", ask: 9, decision: "answer", boundTo: "l1" },
        by: "Anna <anna@example.com>",
      }),
  },
  {
    title: "a second answer",
    check: "persons",
    what: /q1 was answered before/,
    spoil: (draft) =>
      insert(draft, {
        fact: { kind: "answered", ask: 1, decision: "denied", boundTo: "l1" },
        by: "Anna <anna@example.com>",
      }),
  },
  {
    title: "an override by a pulse",
    check: "persons",
    what: /a verdict by pulse@anna/,
    spoil: (draft) =>
      insert(draft, {
        fact: verdictFact({ kind: "milestone", milestone: "base" }, { of: "validate", override: "fine" }),
      }),
  },
  {
    title: "a merge that nobody signed",
    check: "merges",
    what: /brought x9 to the default branch, and nobody signed it/,
    spoil: (draft) => void draft.defaultLine.push(aLineCommit("m3", ["m2", "x9"], { mission: "crm/base" })),
  },
  {
    title: "a recorded merge of what was denied",
    check: "merges",
    what: /merged at l1, which nobody signed/,
    spoil: (draft) => {
      find(draft, "answered").fact.decision = "denied";
      forget(draft, "plans");
      draft.defaultLine.splice(0, 1);
    },
  },
  {
    title: "a merge of the program without a record",
    check: "merges",
    what: /no record names it/,
    spoil: (draft) => drop(draft, "merged", 1),
  },
  {
    title: "a mission that was closed unvalidated",
    check: "completed",
    what: /nothing had been validated since its last landing/,
    spoil: (draft) => {
      find(draft, "verdict", 1).fact.result = "failed";
      find(draft, "verdict", 2).fact.result = "failed";
      forget(draft, "plans");
    },
  },
  {
    title: "a mission whose end nobody signed",
    check: "sign-offs",
    what: /the mission was closed, validated at l1, and nobody signed that/,
    spoil: (draft) => plan(draft, "r17", "mission"),
  },
  {
    title: "an end on other code than was signed",
    check: "sign-offs",
    what: /the mission was closed, validated at l1, and nobody signed that/,
    spoil: (draft) => {
      find(draft, "verdict", 1).fact.codeTree = "c0";
    },
  },
  {
    title: "a milestone that nobody signed, at the end",
    check: "sign-offs",
    what: /the mission was closed, and nobody had signed base/,
    spoil: (draft) => {
      unsign(draft);
      find(draft, "asked").fact.about = "final";
      insert(draft, { fact: { ...find(draft, "asked").fact } }, "completed");
      insert(
        draft,
        {
          fact: { kind: "answered", ask: 1, decision: "approved", boundTo: "l1" },
          by: "Anna <anna@example.com>",
        },
        "completed",
      );
      plan(draft, "r17", "milestone");
    },
  },
  {
    title: "work on a milestone that begins before the one before it is signed",
    check: "sign-offs",
    what: /work on menu began, and nobody had signed base/,
    spoil: (draft) => {
      insert(draft, { fact: claimFact("menu-1", { kind: "feature", feature: "menu" }) }, "asked");
      plan(draft, "r10", "milestone");
    },
  },
  {
    title: "a milestone signed on a commit that was not validated",
    check: "sign-offs",
    what: /work on menu began, and nobody had signed base/,
    spoil: (draft) => {
      insert(draft, { fact: claimFact("menu-1", { kind: "feature", feature: "menu" }) }, "control");
      find(draft, "verdict", 1).fact.base = "h0";
      plan(draft, "r13", "milestone");
    },
  },
  {
    title: "a feature that landed unsigned",
    check: "sign-offs",
    what: /schema landed with w1, and nobody signed it/,
    spoil: (draft) => plan(draft, "r6", "feature"),
  },
  {
    title: "more spent than the limit and one cap",
    check: "budget",
    what: /with schema-1 15.5 USD were spent and reserved, of 10/,
    spoil: (draft) => {
      find(draft, "run-ended").fact.usage = { ...find(draft, "run-ended").fact.usage, costUsd: 15.5 };
    },
  },
  {
    title: "a claim when nothing was left",
    check: "budget",
    what: /with c-1 .* of 3/,
    spoil: (draft) => {
      insert(draft, { fact: claimFact("c-1", { kind: "feature", feature: "c" }, { reserveUsd: 2 }) });
      draft.limits = new Map([
        ...draft.limits,
        [`r${draft.records.length - 1}`, { usd: 3, minutes: null, tokens: null }],
      ]);
    },
  },
  {
    title: "work that is not here",
    check: "work",
    what: /the work of schema-1, w1, is not in this clone/,
    spoil: (draft) => {
      drop(draft, "completed");
      forget(draft, "approvers");
      draft.defaultLine.pop();
      drop(draft, "merged", 1);
      draft.work = [
        { run: "schema-1", ref: "refs/mission/in/schema-1", head: "w1", tip: null, isHere: false, isKept: false },
      ];
    },
  },
  {
    title: "a ref that no longer has the work",
    check: "work",
    what: /is at w0 and no longer has w1/,
    spoil: (draft) => {
      draft.work = [
        { run: "schema-1", ref: "refs/mission/in/schema-1", head: "w1", tip: "w0", isHere: true, isKept: false },
      ];
    },
  },
  {
    title: "a landing without the signature that is asked for",
    check: "signatures",
    what: /l1, a commit of the program, has no signature/,
    spoil: (draft) => {
      draft.signatures = new Map([["l1", "none"]]);
    },
  },
];

describe("an audit", () => {
  it("finds nothing wrong with a good mission, and says what it looked at", () => {
    const report = auditLedger(toEvidence(aGoodMission()));
    expect(report.violations).toEqual([]);
    expect(report.checks.map(({ name, state, told }) => `${state} ${name}: ${told}`)).toEqual([
      "ok chain: 19 records, in one line",
      "ok append-only: 1 earlier sight of it in this clone",
      "ok records: 19 of 19 readable",
      "ok hosts: 4 claims by 1 host",
      "ok runs: 4 claims, 4 ended, never two at work on one feature",
      "ok judges: 3 verdicts, 3 by runs",
      "ok commands: 2 verdicts compared with what home asked then",
      "ok landings: 1 landing",
      "ok verdicts: 1 tip of mission/crm/home pushed by the program, 1 with a verdict for their code tree",
      "ok persons: 1 decision and 1 word of control, each by a person who may",
      "ok merges: 2 merges of the program into the default branch, 2 signed or closing",
      "ok completed: closed, after its validation",
      "ok sign-offs: 2 signatures asked for by sign_off, each given before",
      "ok budget: at most 5 of 10 USD, 60 of 600 min spent and reserved at one time",
      "ok work: 1 of 1 delivered head on their refs",
      "ok signatures: 1 of 1 commit of the program with a good signature",
    ]);
    auditShape.parse(auditJson([report]));
  });

  it.each(BAD)("catches $title", ({ check, what, spoil, commits = (evidence) => evidence }) => {
    const draft = aGoodMission();
    spoil(draft);
    const report = auditLedger(commits(toEvidence(draft)));
    expect(report.violations.map((violation) => violation.what).join("\n")).toMatch(what);
    expect([...new Set(report.violations.map((violation) => violation.check))]).toEqual([check]);
    for (const violation of report.violations)
      expect(violation.expected.length * violation.next.length).toBeGreaterThan(0);
    auditShape.parse(auditJson([report]));
  });
});

describe("what is no fault", () => {
  const audit = (change: (draft: Draft) => void) => {
    const draft = aGoodMission();
    change(draft);
    return auditLedger(toEvidence(draft));
  };
  const told = (report: ReturnType<typeof audit>, name: string) =>
    report.checks.find((each) => each.name === name)?.told;

  it("a record of a kind that a newer program writes is counted", () => {
    const evidence = toEvidence(aGoodMission());
    const commits = evidence.commits.map((commit, at) =>
      at === 13 ? { ...commit, message: "x\n\nMission-Record: blessed\nBy: pulse@anna\n" } : commit,
    );
    const report = auditLedger({ ...evidence, commits });
    expect(report.violations).toEqual([]);
    expect(told(report, "records")).toContain("1 of a kind that this program does not know");
  });

  it("a landing that a person rebased, squashed or took off home is told as rewritten", () => {
    const rebased = audit((draft) => {
      if (draft.home)
        draft.home.line = draft.home.line.map((commit) => ({
          ...commit,
          id: `${commit.id}'`,
          committer: "anna@example.com",
        }));
    });
    const squashed = audit((draft) => {
      if (draft.home) draft.home.line = [];
    });
    const reset = audit((draft) => {
      if (!draft.home) return;
      draft.home.line = [];
      draft.home.done = new Set();
      draft.home.offHome = new Map([["l1", { isLanding: true, wasHome: true }]]);
    });
    for (const report of [rebased, squashed, reset]) {
      expect(report.violations).toEqual([]);
      expect(told(report, "landings")).toContain("1 rewritten or taken back by persons");
    }
  });

  it("only the last tree of a chain that landed in one push was judged", () => {
    const report = audit((draft) => {
      const gate = find(draft, "verdict");
      const chain = {
        kind: "features" as const,
        features: [
          { feature: "auth", head: "w0" },
          { feature: "schema", head: "w1" },
        ],
      };
      gate.fact.about = chain;
      find(draft, "claim", 1).fact.about = chain;
      insert(draft, { fact: claimFact("auth-1", { kind: "feature", feature: "auth" }) }, "claim");
      insert(draft, { fact: endFact("auth-1", { head: "w0" }) }, "run-ended");
      insert(
        draft,
        { fact: landedFact("auth", { run: "auth-1", commit: "l0", codeTree: "c-half" }), homeTip: "h0" },
        "landed",
      );
      forget(draft, "asked", "limits", "approvers");
      if (!draft.home) return;
      const [landing, ...rest] = draft.home.line;
      const first = aLineCommit("l0", ["h0"], {
        mission: "crm/auth",
        run: "auth-1",
        head: "w0",
        codeTree: "c-half",
        parentCodeTree: "c0",
      });
      if (landing) draft.home.line = [first, { ...landing, parents: ["l0"], parentCodeTree: "c-half" }, ...rest];
    });
    expect(report.violations).toEqual([]);
    expect(told(report, "verdicts")).toContain("1 tip");
  });

  it("a person's yes lets land what no check could decide, for exactly that work", () => {
    const change = (head: string) => (draft: Draft) => {
      find(draft, "verdict").fact.result = "inconclusive";
      find(draft, "verdict").fact.checks = [];
      const boundTo = `spec ${head}`;
      insert(
        draft,
        { fact: { kind: "asked", ask: "override", about: "schema", risk: null, boundTo, expires: null } },
        "landed",
      );
      insert(
        draft,
        { fact: { kind: "answered", ask: 1, decision: "approved", boundTo }, by: "Anna <anna@example.com>" },
        "landed",
      );
      find(draft, "answered", 1).fact.ask = 2;
      forget(draft, "asked", "limits", "approvers");
    };
    expect(audit(change("w1")).violations).toEqual([]);
    expect(audit(change("w0")).violations.map(({ check }) => check)).toEqual(["landings", "verdicts"]);
  });

  it("a person's yes closes a mission whose validation could not be decided, for exactly that commit", () => {
    const change = (boundTo: string) => (draft: Draft) => {
      for (const index of [1, 2]) {
        find(draft, "verdict", index).fact.result = "inconclusive";
        find(draft, "verdict", index).fact.checks = [];
      }
      const person = "Anna <anna@example.com>";
      insert(
        draft,
        { fact: { kind: "asked", ask: "manual", about: "final", risk: null, boundTo, expires: null } },
        "completed",
      );
      insert(draft, { fact: { kind: "answered", ask: 2, decision: "approved", boundTo }, by: person }, "completed");
    };
    expect(audit(change("l1")).violations).toEqual([]);
    expect(audit(change("l0")).violations.map(({ check }) => check)).toEqual(["completed"]);
  });

  it("a fix-up on the delivered work may land, and a lost run may report after all", () => {
    const report = audit((draft) => {
      find(draft, "run-ended").fact.head = "w0";
      draft.fixUps = new Set(["w0 w1"]);
      insert(draft, { fact: claimFact("b-1", { kind: "feature", feature: "b" }) });
      insert(draft, { fact: endFact("b-1", { outcome: "lost" }) });
      insert(draft, { fact: endFact("b-1", { outcome: "delivered" }) });
    });
    expect(report.violations).toEqual([]);
  });

  it("what is not here is said, and not held against anybody", () => {
    const report = audit((draft) => {
      draft.home = null;
      draft.signatures = null;
      draft.marks = [{ ref: "refs/mission/seen/origin/crm", oid: "gone", holds: null }];
      forget(draft, "asked", "limits", "approvers", "plans");
    });
    expect(report.violations).toEqual([]);
    expect(report.checks.filter(({ state }) => state === "unchecked").map(({ name }) => name)).toEqual([
      ...["append-only", "commands", "verdicts", "sign-offs", "budget", "signatures"],
    ]);
  });
});

describe("a shallow clone", () => {
  it("leaves unchecked what needs the history that is not here, and says how to get it", () => {
    const draft = aGoodMission();
    draft.lacksHistory = true;
    draft.home = draft.home && { ...draft.home, line: [] };
    draft.work = draft.work.map((work) => ({ ...work, tip: null, isHere: false, isKept: false }));
    const { violations, checks } = auditLedger(toEvidence(draft));
    expect(violations).toEqual([]);
    const unchecked = checks.filter(({ state }) => state === "unchecked");
    expect(unchecked.map(({ name }) => name)).toEqual(["landings", "verdicts", "merges", "sign-offs", "work"]);
    for (const { told } of unchecked) expect(told).toContain("git fetch --unshallow");
  });

  it("says which verdicts are on a commit that is not here", () => {
    const draft = aGoodMission();
    draft.baseless = new Set(["r8"]);
    const commands = auditLedger(toEvidence(draft)).checks.find(({ name }) => name === "commands");
    expect(commands?.state).toBe("unchecked");
    expect(commands?.told).toContain("1 verdict on a commit that is not here");
  });
});

describe("histories that the engine has played", () => {
  const outcome = fc.constantFrom(
    "delivered" as const,
    "delivered" as const,
    "failed" as const,
    "question" as const,
    "nothing-to-do" as const,
  );
  const found = fc.constantFrom(
    "passed" as const,
    "passed" as const,
    "failed" as const,
    "inconclusive" as const,
    "lost" as const,
    "setup-failed" as const,
  );
  const mode = fc.constantFrom("poc" as const, "full" as const);
  const checked = fc.boolean();

  it("are clean, whatever happened in them", () => {
    const outcomes = fc.array(outcome, { minLength: 1, maxLength: 5 });
    const results = fc.array(found, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(outcomes, results, mode, checked, (works, judges, how, isChecked) => {
        const world = aWorld({ mode: how, verify: isChecked ? [bash("npm test")] : [] })
          .withFeature("a", { verify: isChecked ? [bash("npm run a")] : [] })
          .withFeature("b")
          .withMilestone("next")
          .withFeature("c", { dependsOn: ["a"] });
        let [worked, judged] = [0, 0];
        const engine = new Engine(world, {
          work: () => {
            const now = works[worked++ % works.length] ?? "delivered";
            const fingerprint = now === "failed" ? `fp-${worked}` : null;
            return { outcome: now, changed: now === "delivered", fingerprint, costUsd: 1 };
          },
          judge: () => {
            const result = judges[judged++ % judges.length] ?? "passed";
            if (result === "lost" || result === "setup-failed") return result;
            return { result, fingerprint: result === "failed" ? `fp-${judged}` : null };
          },
        });
        for (let pass = 0; pass < 25 && engine.pulse().length > 0; pass++) world.later(120_000);
        const mission = world.mission();
        const { violations } = auditLedger(ofLedger(mission.id, mission.ledger.records));
        expect(violations.map(({ check, what }) => `${check}: ${what}`)).toEqual([]);
        expect(mission.ledger.records.length).toBeGreaterThan(2);
      }),
      { numRuns: 80 },
    );
  });

  it("are clean in every story", () => {
    const found = listStories().flatMap((name) =>
      readStory(name).snapshot.missions.flatMap(({ id, ledger }) => {
        if (ledger.records.length === 0) return [];
        const { violations } = auditLedger(ofLedger(id, ledger.records));
        return violations.map(({ check, record, what }) => `${name} ${record} ${check}: ${what}`);
      }),
    );
    expect(found).toEqual([]);
  });
});
