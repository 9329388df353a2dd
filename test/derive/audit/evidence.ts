/** Evidence for audits: a whole good mission to spoil, and any records as the commits that they would be. */

import { printRecord } from "../../../src/format/record.ts";
import type { AuditEvidence, LedgerCommit, LineCommit, PlanEvidence } from "../../../src/model/audit.ts";
import type { Fact, LedgerRecord, NewRecord } from "../../../src/model/record.ts";
import { claimFact, endFact, landedFact, verdictFact } from "../../helpers/world-facts.ts";

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** What a test may spoil before it is audited. */
export interface Draft extends Omit<Writable<AuditEvidence>, "commits" | "home" | "defaultLine"> {
  records: (NewRecord & { committer?: string })[];
  home: Writable<NonNullable<AuditEvidence["home"]>> | null;
  defaultLine: LineCommit[];
}

const HOST = "anna";
const ANNA = "Anna <anna@example.com>";

/** The commits of records, `r0` first; a claim is committed by its host. */
function toCommits(records: readonly (NewRecord & { committer?: string })[]): LedgerCommit[] {
  return records.map((record, index) => {
    const [, name, email] = /^([^<]*) <([^>]*)>$/.exec(record.by) ?? [null, record.by, record.by];
    const host = record.committer ?? (record.fact.kind === "claim" ? record.fact.host : HOST);
    return {
      id: `r${index}`,
      parents: index === 0 ? [] : [`r${index - 1}`],
      at: index * 60_000,
      author: { name: name ?? "", email: email ?? "" },
      committer: { name: host, email: `git-mission@${host}` },
      message: printRecord(record),
    };
  });
}

/** The records of a world's ledger, as if the program had written them. */
export function ofLedger(mission: string, records: readonly LedgerRecord[]): AuditEvidence {
  const written = records.map(({ fact, by, homeTip, body }) => ({
    ...{ fact, homeTip, body, attachments: {} },
    by: ["answered", "comment", "control"].includes(fact.kind) ? ANNA : by,
  }));
  return { ...NOTHING, mission, ref: `refs/mission/ledger/${mission}`, commits: toCommits(written) };
}

const NOTHING: Omit<AuditEvidence, "mission" | "ref" | "commits"> = {
  marks: [],
  home: null,
  defaultLine: [],
  asked: new Map(),
  limits: new Map(),
  plans: new Map(),
  lacksHistory: false,
  baseless: new Set(),
  approvers: new Map(),
  work: [],
  fixUps: new Set(),
  signatures: null,
};

const SCHEMA = { kind: "features" as const, features: [{ feature: "schema", head: "w1" }] };
const CHECKS = [{ result: "passed" as const, label: "npm test", fingerprint: null }];

const PLAN: PlanEvidence = {
  signOff: "milestone",
  milestones: [{ id: "base", isOut: false, features: ["schema"] }],
};

/** One feature, one milestone, signed, merged and closed: nothing is wrong with it. */
export function aGoodMission(): Draft {
  const records: Draft["records"] = [];
  const add = (fact: Fact, homeTip = "h0", by = `pulse@${HOST}`, body = "") =>
    void records.push({ fact, homeTip, by, body, attachments: {} });
  const judge = (run: string, kind: "gate" | "validate", base: string, about: Parameters<typeof claimFact>[1]) => {
    add(claimFact(run, about, { runKind: kind, base }), base);
    add(verdictFact(about, { run, of: kind, base, codeTree: "c1", checks: CHECKS }), base, `run@${HOST}`);
    add(endFact(run), base, `run@${HOST}`);
  };
  add({ kind: "created", format: 1, home: "mission/crm/home" });
  add(claimFact("schema-1", { kind: "feature", feature: "schema" }, { base: "h0", reserveUsd: 5, reserveMinutes: 60 }));
  add(endFact("schema-1", { head: "w1", usage: { costUsd: 4 } }), "h0", `run@${HOST}`);
  judge("gate-1", "gate", "h0", SCHEMA);
  add(landedFact("schema", { run: "schema-1", commit: "l1", codeTree: "c1" }));
  judge("validate-1", "validate", "l1", { kind: "milestone", milestone: "base" });
  add({ kind: "asked", ask: "sign-off", about: "base", risk: null, boundTo: "l1", expires: null }, "l1");
  add({ kind: "answered", ask: 1, decision: "approved", boundTo: "l1" }, "l1", ANNA);
  add({ kind: "merged", milestone: "base", head: "l1", commit: "m1" }, "l1");
  add({ kind: "control", target: "crm/schema", action: "pause" }, "l1", ANNA);
  judge("validate-2", "validate", "l1", { kind: "milestone", milestone: "final" });
  add({ kind: "completed", commit: "k1", costUsd: 4, minutes: 3, tokens: 0 }, "l1");
  add({ kind: "merged", milestone: "final", head: "k1", commit: "m2" }, "k1");
  return {
    ...NOTHING,
    mission: "crm",
    ref: "refs/mission/ledger/crm",
    records,
    marks: [{ ref: "refs/mission/seen/origin/crm", oid: "r3", holds: true }],
    home: {
      branch: "mission/crm/home",
      isDefault: false,
      tip: "k1",
      line: [
        aLineCommit("l1", ["h0"], {
          mission: "crm/schema",
          run: "schema-1",
          head: "w1",
          codeTree: "c1",
          parentCodeTree: "c0",
        }),
        aLineCommit("k1", ["l1"], { mission: "crm", codeTree: "c1", parentCodeTree: "c1" }),
      ],
      done: new Set(["schema"]),
      offHome: new Map(),
    },
    defaultLine: [
      aLineCommit("m1", ["d0", "l1"], { mission: "crm/base" }),
      aLineCommit("m2", ["m1", "k1"], { mission: "crm/final" }),
    ],
    asked: new Map([
      ["r4", ["npm test"]],
      ["r8", ["npm test"]],
    ]),
    limits: new Map([["r1", { usd: 10, minutes: 600, tokens: null }]]),
    plans: new Map([1, 6, 17].map((at) => [`r${at}`, PLAN])),
    approvers: new Map([["r11", ["anna@example.com"]]]),
    work: [{ run: "schema-1", ref: "refs/mission/in/schema-1", head: "w1", tip: "w1", isHere: true, isKept: true }],
    signatures: new Map([["l1", "good"]]),
  };
}

export function aLineCommit(id: string, parents: readonly string[], given: Partial<LineCommit> = {}): LineCommit {
  return {
    ...{ id, parents, at: 0, subject: id, committer: `pulse@${HOST}`, mission: null, run: null, head: null },
    ...{ codeTree: "c0", parentCodeTree: "c0" },
    ...given,
  };
}

export function toEvidence({ records, ...draft }: Draft): AuditEvidence {
  return { ...draft, commits: toCommits(records) };
}
