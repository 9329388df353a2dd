/** A mission that is under way: one feature with a delivered run, and what the tests want to have happened to it. */

import type { Claim, RunEnded, Verdict } from "../../src/model/record.ts";
import { FILES, makeRepository, type Repository, SCHEMA } from "../repo/save-world.ts";
import { record, see } from "./mission-command.ts";

export const ACTIVE_FILES: Readonly<Record<string, string>> = {
  ...FILES,
  "missions/crm/mission.md":
    "---\ntitle: CRM\nstatus: active\nmode: poc\nhome: branch\nbudget: { usd: 10 }\n---\n# CRM\n",
};

/** A mission with a ledger and a home of its own. */
export function makeActive(files: Readonly<Record<string, string>> = ACTIVE_FILES): Repository {
  const repository = makeRepository(files);
  repository.git("branch", "-q", "mission/crm/home");
  record(repository, "crm", { kind: "created", format: 1, home: "mission/crm/home" });
  return repository;
}

export async function specOf(repository: Repository, feature = "schema"): Promise<string> {
  const { snapshot } = await see(repository);
  const document = snapshot.missions[0]?.files.features.find(({ id }) => id === feature);
  if (!document) throw new Error(`no feature ${feature}`);
  return document.spec;
}

/** Commits work on top of home and answers its head. */
export function makeWork(repository: Repository): string {
  repository.git("branch", "-q", "-f", "work-of-run", "mission/crm/home");
  return repository.commitOn("work-of-run", { "src/code.txt": "done\n" }, "work");
}

export async function claimOf(repository: Repository, run = "schema-1-abc123"): Promise<Claim> {
  return {
    kind: "claim",
    run,
    runKind: "work",
    about: { kind: "feature", feature: "schema" },
    attempt: 1,
    spec: await specOf(repository),
    base: repository.git("rev-parse", "mission/crm/home"),
    head: null,
    host: "elsewhere-1",
    nonce: "abc123",
    reserveUsd: 1,
    reserveMinutes: 30,
    reserveTokens: 0,
    ttlMs: 360_000,
  };
}

export function endOf(outcome: RunEnded["outcome"], head: string | null, run = "schema-1-abc123"): RunEnded {
  return {
    kind: "run-ended",
    run,
    outcome,
    head,
    until: null,
    usage: { costUsd: 1, costSource: "reported", tokensIn: 1, tokensOut: 1, tokensCached: 0, minutes: 1 },
    runtime: "mine",
    program: null,
    model: null,
    session: null,
    fingerprint: null,
    protectedPaths: [],
    outsidePaths: [],
  };
}

/** A gate that failed on this head, in front of home as it is. */
export function gateOf(repository: Repository, head: string, result: Verdict["result"] = "failed"): Verdict {
  const base = repository.git("rev-parse", "mission/crm/home");
  const tree = repository.git("rev-parse", `${head}^{tree}`);
  return {
    kind: "verdict",
    run: null,
    of: "gate",
    about: { kind: "features", features: [{ feature: "schema", head }] },
    codeTree: tree,
    base,
    baseCodeTree: tree,
    result,
    byRuntime: null,
    checks: [{ result: result === "failed" ? "failed" : "inconclusive", label: "npm test", fingerprint: "abcd" }],
    assertions: [],
    override: null,
  };
}

export { SCHEMA };
