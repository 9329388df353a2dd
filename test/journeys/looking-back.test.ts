/** What happened is told from git alone, in any clone that has the refs: why, as of when, at what cost, and whether it is whole. */

import { expect, test } from "vitest";
import type { auditJson } from "../../src/view/audit.ts";
import type { explanationJson } from "../../src/view/explain/explanation.ts";
import type { statusJson } from "../../src/view/status-json.ts";
import { temporaryFolder } from "../helpers/repositories.ts";
import { endWell } from "./kit/end-well.ts";
import { findViolations } from "./kit/invariants.ts";
import { Machine } from "./kit/machine.ts";
import { complete, untilDone } from "./kit/steps.ts";
import { aRemoteWorld, aWorld } from "./kit/world.ts";

const LIMIT = 120_000;
const LEDGER = "refs/mission/ledger/toy";

type Explained = ReturnType<typeof explanationJson>;
type Audited = ReturnType<typeof auditJson>;
type Status = ReturnType<typeof statusJson>;

async function ask<T>(machine: Machine, ...argv: string[]): Promise<T> {
  const { out } = await machine.say(...argv, "--json");
  return JSON.parse(out) as T;
}

/** Every status word, by name. */
function wordsOf({ missions }: Status): string[] {
  return missions.flatMap(({ id, status, milestones }) => [
    `${id} ${status}`,
    ...milestones.flatMap((milestone) => [
      `${milestone.id} ${milestone.status}`,
      ...milestone.features.map((feature) => `${feature.id} ${feature.status}`),
    ]),
  ]);
}

function violated({ missions }: Audited): string[] {
  return [...new Set(missions.flatMap(({ violations }) => violations.map(({ check }) => check)))];
}

/** Puts a commit that some program made on top of a ref. */
function forge(
  machine: Machine,
  ref: string,
  message: string,
  { by = "pulse@elsewhere", tree = `${ref}^{tree}` } = {},
): void {
  const identity = [`user.name=${by}`, `user.email=${by}`].flatMap((setting) => ["-c", setting]);
  machine.git(
    "update-ref",
    ref,
    machine.git(...identity, "commit-tree", "-p", ref, "-m", message, machine.git("rev-parse", tree)),
  );
}

/** The ledger made anew without its records of a kind, each of the others by whom it was. */
function rewriteWithout(machine: Machine, kind: string): void {
  let tip: string | null = null;
  for (const oid of machine.git("rev-list", "--reverse", "--first-parent", LEDGER).split("\n")) {
    const message = machine.git("log", "-1", "--format=%B", oid);
    if (message.includes(`\nMission-Record: ${kind}\n`)) continue;
    const people = machine.git("log", "-1", "--format=%an%n%ae%n%cn%n%ce", oid).split("\n");
    const keys = ["author.name", "author.email", "committer.name", "committer.email"];
    const identity = keys.flatMap((key, index) => ["-c", `${key}=${people[index]}`]);
    const parents: string[] = tip === null ? [] : ["-p", tip];
    tip = machine.git(...identity, "commit-tree", ...parents, "-m", message, machine.git("rev-parse", `${oid}^{tree}`));
  }
  machine.git("update-ref", LEDGER, tip ?? "");
}

test(
  "a clone that took no part tells all of a mission: its life, its costs, each moment of it, and that it is whole",
  async () => {
    const world = aRemoteWorld({ paid: true, mission: { milestones: { first: { a: {}, b: { depends_on: ["a"] } } } } });
    const anna = world.clone("Anna");
    await complete(anna);
    const ben = world.clone("Ben");
    await ben.must("status");
    ben.forget();
    const records = ben.git("log", "--reverse", "--format=%H", LEDGER).split("\n");

    // Why it is as it is.
    const life = await ask<Explained>(ben, "explain", "toy/a");
    expect(life).toMatchObject({ thing: "toy/a", status: "done", next: null });
    expect(life.steps.map(({ kind }) => kind)).toEqual([
      "claim",
      "run-ended",
      "claim",
      "verdict",
      "run-ended",
      "landed",
    ]);
    expect(records).toEqual(expect.arrayContaining(life.steps.map(({ id }) => id)));
    const [verdict, landed] = [life.steps[3], life.steps[5]];
    expect(verdict?.commands).toEqual([{ result: "passed", label: "test -f a.txt" }]);
    expect(landed?.why).toContain(`verdict ${verdict?.id.slice(0, 10)} (passed)`);
    expect(landed?.why).toContain("home had not moved since");
    expect((await ask<Explained>(anna, "explain", "toy/a")).steps).toEqual(life.steps);
    expect((await ask<Explained>(ben, "explain", "toy")).steps.map(({ id }) => id)).toEqual(records);

    // That it is whole.
    const audit = await ask<Audited>(ben, "audit");
    expect(violated(audit)).toEqual([]);
    expect(audit.missions[0]?.checks.find(({ name }) => name === "append-only")?.state).toBe("ok");
    expect(audit.missions[0]?.checks.find(({ name }) => name === "verdicts")?.told).toBe(
      "2 tips of main pushed by the program, 2 with a verdict for their code tree",
    );

    // As of each moment: what home said then, and nothing of what came later.
    const now = await ask<Status>(ben, "status");
    expect(wordsOf(await ask<Status>(ben, "status", "--at", "HEAD"))).toEqual(wordsOf(now));
    expect(wordsOf(await ask<Status>(ben, "status", "--at", "2999-01-01"))).toEqual(wordsOf(now));
    for (const commit of ben.git("log", "--format=%H", "HEAD~3..HEAD").split("\n")) {
      const words = wordsOf(await ask<Status>(ben, "status", "--at", commit));
      for (const feature of ["a", "b"]) {
        const isDone = /^status: done$/m.test(ben.show(`missions/toy/milestones/01-first/${feature}.md`, commit) ?? "");
        expect(words.includes(`${feature} done`), `${feature} at ${commit}: ${words.join(", ")}`).toBe(isDone);
        expect(words).not.toContain(`${feature} blocked`);
      }
    }
    const date = ben.git("log", "-1", "--format=%cI", landed?.id ?? "");
    expect(wordsOf(await ask<Status>(ben, "status", "--at", date))).toContain("a done");
    const told = await ben.must("status", "--at", "HEAD~1");
    expect(told).toMatch(/As of .*not reconstructed/s);

    // At what cost: a line a record, and sums that agree however they are cut.
    const { out } = await ben.say("log", "--csv");
    expect(out.split("\r\n").filter((line) => line !== "")).toHaveLength(records.length + 1);
    await endWell(anna, { folder: world.remote });
  },
  LIMIT,
);

test(
  "an audit in a shallow clone leaves open what it can't see, and in one without ledgers says how to get them",
  async () => {
    const world = aRemoteWorld({ mission: { milestones: { first: { a: {} } } } });
    const anna = world.clone("Anna");
    await complete(anna);
    const folder = temporaryFolder("shallow");
    const cut = new Machine(folder, "Cy");
    cut.git("clone", "-q", "--depth", "1", `file://${world.remote}`, ".");

    expect(await cut.must("audit")).toContain("mission status fetches those of origin");
    await cut.must("status");
    const audit = await ask<Audited>(cut, "audit");
    expect(violated(audit)).toEqual([]);
    const landings = audit.missions[0]?.checks.find(({ name }) => name === "landings");
    expect(landings).toMatchObject({ state: "unchecked", told: expect.stringContaining("git fetch --unshallow") });
    cut.git("fetch", "-q", "--unshallow");
    expect((await ask<Audited>(cut, "audit")).missions[0]?.checks).not.toContainEqual(landings);
    await endWell(anna, { folder: world.remote });
  },
  LIMIT,
);

test(
  "a moment that is none says so: an unknown commit, a date before the beginning, a commit of no home",
  async () => {
    const { machine } = aWorld({ mission: { home: "branch", milestones: { first: { a: {} } } } });
    machine.commit("the mission begins after this");
    await untilDone(machine, "a");
    const begun = machine.git("rev-parse", "main");
    machine.commit("only on main");
    machine.commit("only on main as well");
    const words = async (at: string) => wordsOf(await ask<Status>(machine, "status", "--at", at));

    expect(await words("mission/toy/home")).toContain("a done");
    expect(await words(begun)).toContain("a review");
    const refused = async (at: string) => (await machine.say("status", "--at", at)).err;
    expect(await refused("0123456789abcdef")).toContain("is neither a commit here nor a date");
    expect(await refused("2001-01-01")).toContain("no mission had begun: the first record is of ");
    expect(await refused("main")).toContain("main is on no mission's home: missions are read on mission/toy/home");
    expect(await refused(`${begun}~1`)).toContain("is on no mission's home");
    const next = /next: mission (status --at mission\/toy\/home~\d+)$/m.exec(await refused("main~1"))?.[1];
    expect(next, await refused("main~1")).toBe("status --at mission/toy/home~1");
    await machine.must(...(next ?? "").split(" "));
    expect((await machine.say("status", "--at", "main")).code).toBe(2);
    await endWell(machine);
  },
  LIMIT,
);

test(
  "an audit finds in git what was spoilt there, says what to do, and exits with 1",
  async () => {
    const { machine } = aWorld({ mission: { milestones: { first: { a: {} } } } });
    await complete(machine);
    const [ledger, home] = [machine.git("rev-parse", LEDGER), machine.git("rev-parse", "main")];
    const work = machine.git("for-each-ref", "--format=%(refname)", "refs/mission/in").split("\n")[0] ?? "";
    const head = machine.git("rev-parse", work);
    const empty = machine.git("hash-object", "-t", "tree", "/dev/null");
    const config = machine.read("missions/config.md");

    const spoil: readonly (readonly [string, () => void])[] = [
      [
        "append-only",
        () => machine.git("update-ref", "refs/mission/seen/origin/toy", machine.git("commit-tree", "-m", "x", empty)),
      ],
      ["records", () => forge(machine, LEDGER, "no record", { tree: empty })],
      [
        "persons",
        () =>
          forge(
            machine,
            LEDGER,
            "answered: q1 approved\n\nMission-Record: answered\nAsk: q1\nDecision: approved\nBound-To: x\nBy: run@here",
            { tree: empty },
          ),
      ],
      ["sign-offs", () => rewriteWithout(machine, "answered")],
      [
        "verdicts",
        () => forge(machine, "refs/heads/main", "A change\n\nMission: toy/a\nMission-Head: x", { tree: empty }),
      ],
      ["work", () => machine.git("update-ref", work, home)],
      [
        "signatures",
        () => {
          machine.write({ "missions/config.md": config.replace("---\n", "---\nsign: true\n") });
          machine.commit("ask for signatures");
        },
      ],
    ];
    expect(violated(await ask<Audited>(machine, "audit"))).toEqual([]);
    for (const [check, act] of spoil) {
      act();
      const { code, out } = await machine.say("audit", "toy");
      expect(violated(await ask<Audited>(machine, "audit")), check).toEqual([check]);
      expect(code).toBe(1);
      const found = await findViolations({ folder: machine.folder, env: machine.env });
      if (check === "sign-offs") expect(found).toEqual(["toy: it is completed, and nobody signed the end"]);
      expect(out).toMatch(/expected: .*\n.*next: /);
      machine.git("update-ref", LEDGER, ledger);
      machine.git("reset", "-q", "--hard", home);
      machine.git("update-ref", work, head);
      machine.tryGit("update-ref", "-d", "refs/mission/seen/origin/toy");
    }
    await endWell(machine);
  },
  LIMIT,
);
