/** P7: a ledger of many records, read and folded for the first time, and with ten new ones. */

import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { printRecord } from "../../src/format/record.ts";
import type { Fact } from "../../src/model/record.ts";
import { type Measured, measurePair, timeProcess } from "./measure.ts";
import { type BenchWorld, commitFiles, MAIN, makeWorld, NODE } from "./world.ts";

const LEDGER = "refs/mission/ledger/bench";
const LOG = ["log", "--first-parent", "--reverse", "-z", "--format=%H%n%T%n%P%n%an%n%ae%n%cn%n%ce%n%ct%n%B", LEDGER];

export async function benchFold(records: number, rounds: number): Promise<Measured> {
  const world = makeWorld();
  const options = { cwd: world.repository, env: world.env };
  try {
    commitFiles(world, pausedMission(), { checkout: true });
    let length = appendRecords(world, 0, records);
    const size = records.toLocaleString("en");
    let emptyMs = 0;
    const first = await measurePair({
      id: "P7",
      what: `first fold of ${size} records: status --json less an empty node`,
      floorName: "git log of the ledger",
      target: 1.5,
      rounds,
      ours() {
        forget(world);
        emptyMs = timeProcess(NODE, ["-e", "0"], options);
        return timeProcess(NODE, [MAIN, "status", "--json"], options) - emptyMs;
      },
      floor: () => timeProcess("git", LOG, options),
    });
    for (let pass = 0; pass < 3; pass += 1) timeProcess(NODE, [MAIN, "pulse"], options);
    let unchangedMs = 0;
    const next = await measurePair({
      id: "P7",
      what: `ten new records on ${size}, then a pulse`,
      floorName: "an idle pulse",
      target: 1.1,
      rounds,
      ours() {
        length = appendRecords(world, length, 10);
        const took = timeProcess(NODE, [MAIN, "pulse"], options);
        unchangedMs = timeProcess(NODE, [MAIN, "pulse"], options);
        return took;
      },
      floor: () => unchangedMs,
    });
    return { rows: [first, next], counts: [] };
  } finally {
    world.remove();
  }
}

/** By one `git fast-import`; answers the new length. */
function appendRecords({ repository, env }: BenchWorld, from: number, count: number): number {
  const lines: string[] = [];
  for (let index = from; index < from + count; index += 1) {
    const message = printRecord({ fact: factAt(index), by: "pulse@bench", homeTip: null, body: bodyAt(index) });
    lines.push(`commit ${LEDGER}`, `committer bench <git-mission@bench> ${1_700_000_000 + index} +0000`);
    lines.push(`data ${Buffer.byteLength(message)}`, message);
    if (index === from && from > 0) lines.push(`from ${LEDGER}^0`);
  }
  const result = spawnSync("git", ["fast-import", "--quiet"], { cwd: repository, env, input: `${lines.join("\n")}\n` });
  if (result.status !== 0) throw new Error(String(result.stderr));
  return from + count;
}

/** Runs that were stopped, which are no attempts, and words of people. */
function factAt(index: number): Fact {
  const feature = `f${index % 50}`;
  const run = `${feature}-${Math.floor(index / 3)}-bench`;
  if (index === 0) return { kind: "created", format: 1, home: "main" };
  if (index % 3 === 0) return { kind: "comment", feature, mentions: [] };
  if (index % 3 === 1) return claim(run, feature);
  return {
    kind: "run-ended",
    run: `f${(index - 1) % 50}-${Math.floor(index / 3)}-bench`,
    outcome: "stopped",
    head: null,
    until: null,
    usage: { costUsd: 0.5, costSource: "reported", tokensIn: 10, tokensOut: 10, tokensCached: 0, minutes: 1 },
    runtime: "claude",
    program: "claude 1.0",
    model: "large",
    session: null,
    fingerprint: null,
    protectedPaths: [],
    outsidePaths: [],
  };
}

function claim(run: string, feature: string): Fact {
  return {
    kind: "claim",
    run,
    runKind: "work",
    about: { kind: "feature", feature },
    attempt: 1,
    spec: "0".repeat(64),
    base: "1".repeat(40),
    head: null,
    host: "bench",
    nonce: "abcdef",
    reserveUsd: 5,
    reserveMinutes: 60,
    reserveTokens: 0,
    ttlMs: 360_000,
  };
}

function bodyAt(index: number): string {
  return index % 3 === 0 ? "What a person has to say about it, in a sentence or two. ".repeat(4) : "";
}

function forget({ folder }: BenchWorld): void {
  const state = join(folder, "state", "git-mission");
  try {
    for (const name of readdirSync(state)) rmSync(join(state, name, "cache"), { recursive: true, force: true });
  } catch {
    // The first time there is none.
  }
}

function* pausedMission(): Generator<readonly [string, string]> {
  yield ["missions/config.md", "---\nparallel: 4\n---\n"];
  const header = "title: Bench\nstatus: paused\nmode: poc\nhome: default\nbudget: none";
  yield ["missions/bench/mission.md", `---\n${header}\n---\n# Bench\n`];
  yield ["missions/bench/milestones/01-all/milestone.md", "---\ntitle: All\n---\n"];
  for (let index = 0; index < 50; index += 1) {
    yield [`missions/bench/milestones/01-all/f${index}.md`, `---\ntitle: Feature ${index}\nstatus: todo\n---\n# F\n`];
  }
}
