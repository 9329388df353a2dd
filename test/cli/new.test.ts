import { expect, test } from "vitest";
import { makeCloned, makeRepository, type Repository } from "../repo/save-world.ts";
import { ACTIVE_FILES } from "./active-mission.ts";
import { see, type, typeJson } from "./mission-command.ts";

/** Git is found, no coding agent is. */
const NO_AGENT = { PATH: "/usr/bin:/bin" };

const PLAN = `
mission: { title: Build a CRM, mode: poc, budget: { usd: 20 }, goal: "Contacts: kept." }
milestones:
  - title: Foundation
    features:
      - { title: Schema, verify: "npm test", acceptance: ["3 tables"] }
      - { title: Sign-in, depends_on: [schema] }
`;

test("a goal becomes a mission on the default branch and in the checkout", async () => {
  const repository = makeRepository({ "README.md": "x\n" });
  const said = await type(repository, ["new", "Build a CRM: for", "#1 teams", "--template", "blank"]);
  expect(said).toMatchObject({ code: 0, err: "", out: expect.stringContaining("Saved on main: crm") });
  expect(repository.git("log", "-1", "--format=%an: %s")).toBe("Test Person: New mission crm");
  expect(repository.read("missions/crm/mission.md")).toContain('title: "Build a CRM: for #1 teams"');
  expect(repository.status()).toBe("");
  const { state } = await see(repository);
  expect(state.missions[0]).toMatchObject({ id: "crm", title: "Build a CRM: for #1 teams", status: "planning" });
  expect(state.findings.filter(({ severity }) => severity === "error")).toEqual([]);
});

test("a plan becomes its files, which start after its last word", async () => {
  const repository = makeRepository({ "README.md": "x\n", "plan.yaml": PLAN });
  const said = await typeJson(repository, ["new", "--plan", "plan.yaml", "--yes"]);
  expect(said).toMatchObject({
    mission: "crm",
    files: expect.arrayContaining(["missions/crm/milestones/01-foundation/sign-in.md"]),
  });
  expect((await type(repository, ["start"])).code).toBe(0);
  expect((await see(repository)).state.missions[0]).toMatchObject({ status: "active", title: "Build a CRM" });
});

test("without an agent that could plan, the files are blank, and it is said", async () => {
  const repository = makeRepository({ "README.md": "x\n" });
  const said = await type(repository, ["new", "Build a CRM", "--budget", "usd=20,hours=3"], { env: NO_AGENT });
  expect(said).toMatchObject({ code: 0, err: expect.stringContaining("no agent is installed here") });
  expect(said.out).toContain('next: mission edit crm, mission add crm "a feature", then mission run crm');
  const { state } = await see(repository);
  expect(state.missions[0]?.document?.budget).toMatchObject({ usd: 20, hours: 3 });
});

test("a long goal is a title in short", async () => {
  const repository = makeRepository({ "README.md": "x\n" });
  const goal = `Build a CRM. ${"It keeps contacts. ".repeat(30)}`;
  expect((await type(repository, ["new", goal], { env: NO_AGENT })).code).toBe(0);
  const title = (await see(repository)).state.missions[0]?.title ?? "";
  expect(title).toMatch(/^Build a CRM\. It keeps contacts\. .*…$/);
  expect(title.length).toBeLessThanOrEqual(200);
});

test("the first mission of a repository without commits is its first commit", async () => {
  const repository = makeRepository({});
  repository.write("code.txt", "mine\n");
  expect((await type(repository, ["new", "Build a CRM", "--template", "blank"])).code).toBe(0);
  expect(repository.git("log", "--format=%s", "main")).toBe("New mission crm");
  expect(repository.status()).toBe("?? code.txt");
});

test("--no-save writes the files and commits nothing, --mode and --id are taken", async () => {
  const repository = makeRepository({ "todo/notes.md": "x\n" });
  const said = await type(repository, [
    "new",
    "Build a CRM",
    "--no-save",
    "--mode",
    "poc",
    "--id",
    "sales",
    "--template",
    "blank",
  ]);
  expect(said).toMatchObject({ code: 0, out: expect.stringContaining("next: mission save") });
  expect(repository.read("todo/missions/sales/mission.md")).toContain("mode: poc ");
  expect(repository.status()).toBe("?? todo/missions/");
  expect(repository.git("log", "--format=%s")).toBe("begin");
});

test.each([
  [["new"], "what do you want to have?"],
  [["new", "Stop"], "a mission can't be called stop"],
  [["new", "CRM"], "there is a mission crm already: missions/crm"],
  [["new", "Other", "--id", "draft"], "there is a mission draft already: todo/missions/draft"],
  [["new", "日本語"], "no name for a mission"],
  [["new", "x", "--mode", "fast"], "--mode poc"],
  [["new", "x", "--template", "../../etc"], "blank"],
  [["new", "--plan", "nowhere.yaml"], "nowhere.yaml can't be read"],
  [["new", "x".repeat(20_001)], "at most 20000"],
])("mission %s is wrong use: exit 2 and what to type", async (argv, words) => {
  const repository = makeRepository(ACTIVE_FILES);
  repository.write("todo/missions/draft/mission.md", "---\ntitle: Draft\n---\n");
  const said = await type(repository, argv);
  expect(said).toMatchObject({ code: 2, out: "", err: expect.stringContaining(words) });
  expect(repository.git("log", "--format=%s")).toBe("begin");
});

test.each([
  ["is no YAML", "mission: [", /plan\.yaml:1:\d+.*error/],
  ["has another shape", "mission: { title: x, mode: fast }\nmilestones: []", /mission\.mode/],
  ["depends on what is not there", PLAN.replace("[schema]", "[shema]"), /shema/],
  ["has no features", "mission: { title: x }\nmilestones: [{ title: a, features: [] }]", /no features/],
  [
    "is a bomb",
    `a: &a [1,1,1,1,1,1,1,1,1]\n${[..."bcdefgh"].map((c, i) => `${c}: &${c} [${`*${"abcdefgh"[i]},`.repeat(9)}]`).join("\n")}`,
    /plan\.yaml/,
  ],
])("a plan that %s is shown with its findings, and nothing is written", async (_, plan, words) => {
  const repository = makeRepository({ "README.md": "x\n", "plan.yaml": plan });
  const said = await type(repository, ["new", "--plan", "plan.yaml"]);
  expect(said).toMatchObject({ code: 1, out: "", err: expect.stringMatching(words) });
  expect(repository.git("log", "--format=%s")).toBe("begin");
  expect(repository.status()).toBe("");
});

test("where the default branch takes no pushes the mission lies on its home, which begins with it", async () => {
  const { repository, remote } = makeProtected();
  const said = await type(repository, ["new", "Write docs", "--template", "blank"]);
  expect(said).toMatchObject({ code: 0, out: expect.stringMatching(/main takes no pushes.*mission edit docs/) });
  expect(remote.git("for-each-ref", "--format=%(refname)")).toBe(
    ["refs/heads/main", "refs/heads/mission/docs/home", "refs/mission/ledger/docs"].join("\n"),
  );
  expect((await see(repository)).state.missions.map(({ id, status }) => `${id} ${status}`)).toContain("docs planning");
  expect((await type(repository, ["add", "docs/first", "First page"])).code).toBe(0);
  expect(remote.show("mission/docs/home:missions/docs/milestones/01-first/first-page.md")).toContain("# First page");
});

function makeProtected(): { repository: Repository; remote: Repository } {
  const both = makeCloned();
  both.remote.program("hooks/update", '#!/bin/sh\ntest "$1" != refs/heads/main\n');
  return both;
}
