import { expect, test } from "vitest";
import type { ApplyContext } from "../../src/apply/context.ts";
import { applyLand } from "../../src/apply/land.ts";
import type { Git } from "../../src/doors/git.ts";
import type { Land } from "../../src/model/decision.ts";
import { openAuthority } from "../../src/repo/authority.ts";
import { appendRecords, readLedger } from "../../src/repo/ledger.ts";
import { fixedRandom } from "../helpers/random.ts";
import { addRepository, makeDisk } from "../simulation/git/disk.ts";
import { openMemoryGit } from "../simulation/git/memory-git.ts";
import { makeStore } from "../simulation/git/repository.ts";

const FILE = "missions/toy/milestones/01-first/a.md";
const ANNA = { name: "Anna", email: "anna@example.com" };

function anEmptyRepository(): Git {
  const disk = makeDisk();
  const { gitDir } = addRepository(disk, makeStore(), { gitDir: "/toy/.git", bare: true });
  const outside = { step: async () => {}, remote: async () => "answered" as const };
  return openMemoryGit({ disk, gitDir, network: new Map(), outside, identity: ANNA });
}

async function commit(git: Git, tree: string, path: string, text: string, parents: readonly string[]) {
  const oid = await git.writeBlob(Buffer.from(text));
  const next = await git.writeFiles(tree, new Map([[path, { mode: "100644", oid }]]));
  const made = await git.writeCommit({
    tree: next,
    parents,
    message: `${path}\n`,
    author: ANNA,
    committer: ANNA,
    at: 0,
  });
  return { commit: made, tree: next };
}

/** Work that merges with home, and what applying its landing needs. */
async function aDelivery() {
  const git = anEmptyRepository();
  const home = await commit(git, await git.writeTree([]), FILE, "---\ntitle: A\nstatus: todo\n---\n# A\n", []);
  const work = await commit(git, home.tree, "a.txt", "a\n", [home.commit]);
  const authority = openAuthority(git, { remote: null, refPrefix: "refs/mission" });
  const clock = { now: () => 1_000, sleep: async () => {} };
  const ledger = { git, authority, clock, random: fixedRandom(), host: "anna", redact: (text: string) => text };
  const created = { kind: "created", format: 1, home: "main" } as const;
  const record = { fact: created, by: "pulse@anna", homeTip: home.commit, body: "", attachments: {} };
  const begun = await appendRecords(ledger, "toy", [record], { expected: null });
  if (begun.kind !== "won") throw new Error("the ledger did not begin");
  const feature = { id: "a", file: FILE, title: "A", spec: "spec-a", was: null };
  const codeTree = await git.codeTree(home.commit, ["missions"]);
  const mission = {
    id: "toy",
    files: { mission: { id: "toy" }, features: [feature] },
    home: { branch: "main", tip: home.commit, codeTree, isDefault: true, obstacle: null },
    ledger: { byFeature: new Map(), runs: new Map() },
  };
  const doors = { git, clock, state: { host: "anna" } };
  const snapshot = { host: "anna", missions: [mission] };
  const context = { doors, authority, ledger, snapshot, tips: new Map() } as unknown as ApplyContext;
  return { git, context, tip: begun.tip, head: work.commit };
}

test("work whose tree passed and can't be made again goes back, instead of waiting for ever", async () => {
  const { git, context, tip, head } = await aDelivery();
  const verdict = { position: 0, fact: { codeTree: "f".repeat(40) } } as unknown as Land["verdict"];
  const features = [{ feature: "a", head }];
  const land: Land = { kind: "land", mission: "toy", tip, because: "its gate passed", features, verdict };
  expect(await applyLand(context, land)).toMatchObject({ kind: "done" });
  const { records } = await readLedger(git, "refs/mission/ledger/toy");
  expect(records.at(-1)?.fact).toMatchObject({ kind: "verdict", result: "conflict", about: { features } });
  expect(records.at(-1)?.body).toContain("can't be made again on main");
  expect(await git.resolve("refs/heads/main")).toBeNull();
});
