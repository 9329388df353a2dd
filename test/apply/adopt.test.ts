/** A landing that a crash kept from its records gets all of them back. */

import { expect, test } from "vitest";
import { applyAdopt } from "../../src/apply/adopt.ts";
import type { ApplyContext } from "../../src/apply/context.ts";
import type { Adopt } from "../../src/model/decision.ts";
import { openAuthority } from "../../src/repo/authority.ts";
import { appendRecords, readLedger } from "../../src/repo/ledger.ts";
import { fixedRandom } from "../helpers/random.ts";
import { addRepository, makeDisk } from "../simulation/git/disk.ts";
import { openMemoryGit } from "../simulation/git/memory-git.ts";
import { makeStore } from "../simulation/git/repository.ts";

const ANNA = { name: "Anna", email: "anna@example.com" };
const RUN = "a-1-abc123";
const HEAD = "a".repeat(40);

/** Adopts a feature whose landing commit is on home; answers what the ledger got. */
async function adopt({ mode, judged = false }: { mode: "poc" | "production"; judged?: boolean }) {
  const disk = makeDisk();
  const { gitDir } = addRepository(disk, makeStore(), { gitDir: "/toy/.git", bare: true });
  const outside = { step: async () => {}, remote: async () => "answered" as const };
  const git = openMemoryGit({ disk, gitDir, network: new Map(), outside, identity: ANNA });
  const message = `A\n\nMission: toy/a\nMission-Run: ${RUN}\nMission-Head: ${HEAD}\n`;
  const tree = await git.writeTree([]);
  const landing = await git.writeCommit({ tree, parents: [], message, author: ANNA, committer: ANNA, at: 0 });
  const codeTree = await git.codeTree(landing, ["missions", "todo/missions"]);
  const authority = openAuthority(git, { remote: null, refPrefix: "refs/mission" });
  const clock = { now: () => 1_000, sleep: async () => {} };
  const ledger = { git, authority, clock, random: fixedRandom(), host: "anna", redact: (text: string) => text };
  const created = { kind: "created", format: 1, home: "main" } as const;
  const record = { fact: created, by: "pulse@anna", homeTip: landing, body: "", attachments: {} };
  const begun = await appendRecords(ledger, "toy", [record], { expected: null });
  if (begun.kind !== "won") throw new Error("the ledger did not begin");
  const about = { kind: "features", features: [{ feature: "a", head: HEAD }] };
  const mission = {
    id: "toy",
    files: { mission: { id: "toy", mode }, features: [] },
    home: { branch: "main", tip: landing, codeTree, isDefault: true, obstacle: null },
    ledger: { runs: new Map([[RUN, {}]]), landed: [], verdicts: judged ? [{ fact: { about, codeTree } }] : [] },
  };
  const doors = { git, clock, state: { host: "anna" } };
  const context = { doors, authority, ledger, snapshot: { missions: [mission] }, tips: new Map() };
  const decision: Adopt = { kind: "adopt", mission: "toy", tip: begun.tip, because: "", feature: "a", spec: "spec-a" };
  expect(await applyAdopt(context as unknown as ApplyContext, decision)).toMatchObject({ kind: "done" });
  const { records } = await readLedger(git, "refs/mission/ledger/toy");
  return { landing, facts: records.slice(1).map(({ fact }) => fact) };
}

test("a landing without a gate gets back its record, and that it was unchecked", async () => {
  const { landing, facts } = await adopt({ mode: "poc" });
  expect(facts).toMatchObject([
    { kind: "verdict", result: "unchecked", about: { features: [{ feature: "a", head: HEAD }] } },
    { kind: "landed", feature: "a", run: RUN, commit: landing },
  ]);
});

test.each([
  ["was judged", { mode: "poc", judged: true }],
  ["is of a mission with gates", { mode: "production" }],
] as const)("a landing that %s gets back its record alone", async (_, words) => {
  expect((await adopt(words)).facts).toMatchObject([{ kind: "landed", feature: "a", run: RUN }]);
});
