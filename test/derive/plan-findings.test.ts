import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findCycles } from "../../src/derive/dependency-cycles.ts";
import { derivePlanFindings } from "../../src/derive/plan-findings.ts";
import { parseMissionFiles } from "../../src/format/mission-files.ts";
import type { MissionFiles } from "../../src/model/documents.ts";

const ENCODER = new TextEncoder();

/** A mission of files given by their paths below its folder: headers only, with acceptance criteria for each. */
function aMission(headers: Readonly<Record<string, string>>): MissionFiles {
  const all = { "mission.md": "mode: full\nbudget: none\n", "milestones/01-a/milestone.md": "", ...headers };
  const files = Object.entries(all).map(([name, header]) => ({
    path: `missions/crm/${name}`,
    mode: "100644",
    blob: name,
    bytes: ENCODER.encode(
      name === "contract.md" ? header : `---\ntitle: t\n${header}\n---\n## Acceptance\n- it works\n`,
    ),
  }));
  return parseMissionFiles("missions", "crm", files, (text) => text);
}

function findings(
  headers: Readonly<Record<string, string>>,
  others: Parameters<typeof derivePlanFindings>[1] = [],
): string[] {
  return derivePlanFindings(aMission(headers), others).map(shortly);
}

function shortly({ file, line, code, severity }: ReturnType<typeof derivePlanFindings>[number]): string {
  return `${file.replace("missions/crm/", "").replace("milestones/", "")}:${line} ${code}${severity === "error" ? "" : " (warning)"}`;
}

const TWO_MILESTONES = { "milestones/02-b/milestone.md": "" };
const F = "milestones/01-a";

describe("derivePlanFindings", () => {
  it("finds nothing in a sound mission", () => {
    const headers = {
      "contract.md": "### VAL-A-001: a\n### VAL-A-002: b\n",
      ...TWO_MILESTONES,
      "milestones/02-b/milestone.md": "fulfills: [VAL-A-002]",
      [`${F}/x.md`]: "fulfills: [VAL-A-001]\nsecrets: [mail]",
      "milestones/02-b/y.md": "depends_on: [x, other/z]",
      "mission.md": 'mode: full\nbudget: none\nresources: [{ name: mail, secret: "env:MAIL" }]',
    };
    expect(findings(headers, [{ id: "other", root: "todo/missions" }])).toEqual([]);
  });

  it.each<[string, Record<string, string>, string[]]>([
    [
      "a feature with the name of another",
      { ...TWO_MILESTONES, [`${F}/x.md`]: "", "milestones/02-b/x.md": "" },
      ["01-a/x.md:2 duplicate-id", "02-b/x.md:2 duplicate-id"],
    ],
    [
      "a feature with the name of a milestone",
      { [`${F}/a.md`]: "" },
      ["01-a/milestone.md:2 duplicate-id", "01-a/a.md:2 duplicate-id"],
    ],
    [
      "two milestones of one name",
      { "milestones/02-a/milestone.md": "" },
      ["01-a/milestone.md:2 duplicate-id", "02-a/milestone.md:2 duplicate-id"],
    ],
    [
      "names that differ in capitals",
      { [`${F}/x.md`]: "", [`${F}/X.md`]: "" },
      ["01-a/X.md:2 duplicate-id", "01-a/x.md:2 duplicate-id"],
    ],
    ["a new name for what is still there", { [`${F}/x.md`]: "", [`${F}/y.md`]: "was: x" }, ["01-a/y.md:3 was-in-use"]],
    [
      "two new names for one feature",
      { [`${F}/x.md`]: "was: z", [`${F}/y.md`]: "was: z" },
      ["01-a/x.md:3 duplicate-was", "01-a/y.md:3 duplicate-was"],
    ],
    ["a dependency on itself", { [`${F}/x.md`]: "depends_on: [x]" }, ["01-a/x.md:3 self-dependency"]],
    ["a dependency on nothing", { [`${F}/x.md`]: "depends_on: [y]" }, ["01-a/x.md:3 unknown-dependency"]],
    ["a dependency on a milestone", { [`${F}/x.md`]: "depends_on: [a]" }, ["01-a/x.md:3 unknown-dependency"]],
    [
      "a dependency on a later milestone",
      { ...TWO_MILESTONES, [`${F}/x.md`]: "depends_on: [y]", "milestones/02-b/y.md": "" },
      ["01-a/x.md:3 later-dependency"],
    ],
    [
      "a cycle, in each of its members",
      {
        [`${F}/x.md`]: "depends_on: [y]",
        [`${F}/y.md`]: "depends_on: [z]",
        [`${F}/z.md`]: "depends_on: [x]",
        [`${F}/w.md`]: "depends_on: [x]",
      },
      ["01-a/x.md:3 dependency-cycle", "01-a/y.md:3 dependency-cycle", "01-a/z.md:3 dependency-cycle"],
    ],
    [
      "an assertion that nothing fulfils",
      { "contract.md": "# C\n### VAL-A-001: a\n" },
      ["contract.md:2 assertion-unfulfilled"],
    ],
    [
      "an assertion whose owner is cancelled",
      { "contract.md": "### VAL-A-001: a\n", [`${F}/x.md`]: "status: cancelled\nfulfills: [VAL-A-001]" },
      ["contract.md:1 assertion-dropped (warning)"],
    ],
    [
      "an assertion that two fulfil",
      {
        "contract.md": "### VAL-A-001: a\n",
        [`${F}/x.md`]: "fulfills: [VAL-A-001]",
        [`${F}/milestone.md`]: "fulfills: [VAL-A-001]",
      },
      ["01-a/milestone.md:3 assertion-fulfilled-twice", "01-a/x.md:3 assertion-fulfilled-twice"],
    ],
    [
      "an assertion that is not in the contract",
      { [`${F}/x.md`]: "fulfills: [VAL-A-009]" },
      ["01-a/x.md:3 unknown-assertion"],
    ],
    [
      "a fix of an assertion that is not in the contract",
      { [`${F}/x.md`]: "fixes: [VAL-A-009, npm test]" },
      ["01-a/x.md:3 unknown-assertion"],
    ],
    ["a secret of no resource", { [`${F}/x.md`]: "secrets: [mail]" }, ["01-a/x.md:3 unknown-resource"]],
    [
      "a secret of a resource without one",
      { "mission.md": "budget: none\nresources: [{ name: mail }]", [`${F}/x.md`]: "secrets: [mail]" },
      ["01-a/x.md:3 unknown-resource"],
    ],
    [
      "a full mission on the default branch without a sign-off of features",
      { "mission.md": "budget: none\nhome: default" },
      ["mission.md:4 home-needs-sign-off"],
    ],
    ["a plan without a budget", { "mission.md": "status: planning" }, ["mission.md:1 missing-budget (warning)"]],
    [
      "an active mission without a budget",
      { "mission.md": "status: active\nbudget:" },
      ["mission.md:4 missing-budget"],
    ],
    [
      "an open feature in a completed mission",
      { "mission.md": "status: completed", [`${F}/x.md`]: "status: hold" },
      ["01-a/x.md:3 open-in-completed"],
    ],
    [
      "no open feature where its milestone is cancelled",
      { "mission.md": "status: completed", [`${F}/milestone.md`]: "status: cancelled", [`${F}/x.md`]: "" },
      [],
    ],
    ["no dependency of a feature that is done", { [`${F}/x.md`]: "status: done\ndepends_on: [gone]" }, []],
    ["a budget that can't be read only once", { "mission.md": "status: active\nbudget: { usd: much }" }, []],
  ])("finds %s", (_, headers, expected) => {
    expect(findings(headers)).toEqual(expected);
  });

  it("finds a mission of the same name in the other root", () => {
    expect(findings({}, [{ id: "crm", root: "todo/missions" }])).toEqual(["mission.md:2 duplicate-mission"]);
  });

  it("asks for acceptance criteria in full missions, but not in fixes and not in a proof of concept", () => {
    const bare = (mode: string, header: string) => {
      const files = aMission({ "mission.md": `mode: ${mode}\nbudget: none`, [`${F}/x.md`]: header });
      const features = files.features.map((feature) => ({ ...feature, acceptance: [] }));
      return derivePlanFindings({ ...files, features }, []).map(({ code }) => code);
    };
    expect(bare("full", "")).toEqual(["missing-acceptance"]);
    expect(bare("full", "fixes: [npm test]")).toEqual([]);
    expect(bare("poc", "")).toEqual([]);
  });

  it("asks whether a feature of another mission is there", () => {
    const files = aMission({ [`${F}/x.md`]: "depends_on: [shop/cart, blog/post, blog/page]" });
    const lookUp = (mission: string, feature: string) => {
      if (mission === "shop") return "no-mission" as const;
      return feature === "page" ? ("no-feature" as const) : ("present" as const);
    };
    expect(derivePlanFindings(files, [], lookUp).map(({ message }) => message)).toEqual([
      "There is no mission shop",
      "The mission blog has no feature page",
    ]);
  });

  it("names the way round a cycle from each member's view", () => {
    const files = aMission({ [`${F}/x.md`]: "depends_on: [y]", [`${F}/y.md`]: "depends_on: [x]" });
    expect(derivePlanFindings(files, []).map(({ message }) => message)).toEqual([
      "x waits for itself: x -> y -> x",
      "y waits for itself: y -> x -> y",
    ]);
  });
});

describe("findCycles", () => {
  it("finds exactly the nodes that can reach each other", () => {
    const graph = fc
      .integer({ min: 1, max: 9 })
      .chain((size) => fc.array(fc.uniqueArray(fc.nat(size), { maxLength: 3 }), { minLength: size, maxLength: size }));
    fc.assert(
      fc.property(graph, (edges) => {
        const dependencies = new Map(
          edges.map((targets, index) => [String(index), targets.map(String).filter((id) => id !== String(index))]),
        );
        const inCycle = [...dependencies.keys()].filter((id) => reaches(dependencies, id, id));
        const cycles = findCycles(dependencies);
        expect(cycles.flatMap(({ members }) => members).sort()).toEqual(inCycle.sort());
        for (const { members, path } of cycles) {
          expect(path.at(0)).toBe(path.at(-1));
          for (const member of members)
            expect(members.every((other) => reaches(dependencies, member, other))).toBe(true);
          path.slice(1).forEach((id, index) => {
            expect(dependencies.get(path[index] ?? "")).toContain(id);
          });
        }
      }),
      { numRuns: 3000 },
    );
  });

  it("walks a chain of any length", () => {
    const chain = Array.from({ length: 50_000 }, (_, index) => [`f${index}`, [`f${(index + 1) % 50_000}`]] as const);
    expect(findCycles(new Map(chain))).toMatchObject([{ members: { length: 50_000 } }]);
    expect(findCycles(new Map(chain.slice(1)))).toEqual([]);
  });
});

/** The reference: a plain search, at least one step long. */
function reaches(dependencies: ReadonlyMap<string, readonly string[]>, from: string, to: string): boolean {
  const seen = new Set<string>();
  const queue = [...(dependencies.get(from) ?? [])];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (id === to) return true;
    if (!seen.has(id)) queue.push(...(dependencies.get(id) ?? []));
    seen.add(id);
  }
  return false;
}
