import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { cloneOf, FEATURE, makeCloned, makeRepository, type Repository, SCHEMA } from "../repo/save-world.ts";
import { ACTIVE_FILES, makeActive } from "./active-mission.ts";
import { lastRecords, record, see, type, typeJson } from "./mission-command.ts";

const MISSION = "missions/crm/mission.md";

test("start sets one word, saves it as the person and shows it in the checkout", async () => {
  const repository = makeRepository();
  repository.write(
    MISSION,
    "\uFEFF---\r\ntitle: CRM   # ours\r\nstatus: planning # not yet\r\nmode: poc\r\nbudget: { usd: 10 }\r\n---\r\n# CRM",
  );
  repository.commit("odd line ends");
  const before = repository.read(MISSION);
  const said = await type(repository, ["start"]);
  expect(said).toMatchObject({ code: 0, err: "", out: expect.stringContaining("mission run crm") });
  expect(repository.read(MISSION)).toBe(before.replace("planning", "active"));
  expect(repository.git("log", "-1", "--format=%an: %s")).toBe("Test Person: Start crm");
  expect(repository.status()).toBe("");
  expect(await type(repository, ["start", "crm"])).toMatchObject({
    code: 0,
    out: expect.stringContaining("active already"),
  });
});

test.each([
  ["no budget", { [MISSION]: "---\ntitle: CRM\nmode: poc\n---\n# CRM\n" }, "mission budget crm usd=50"],
  ["an error in a file", { [SCHEMA]: "---\ntitle: Schema\nsize: XXL\n---\n" }, "mission edit crm/schema"],
  [
    "criteria missing in full mode",
    { [MISSION]: "---\ntitle: CRM\nmode: full\nbudget: none\n---\n# CRM\n" },
    "mission edit crm/",
  ],
])("a mission with %s does not start", async (_, files, next) => {
  const repository = makeRepository({
    ...ACTIVE_FILES,
    [MISSION]: "---\ntitle: CRM\nmode: poc\nbudget: none\n---\n# CRM\n",
    ...files,
  });
  const said = await type(repository, ["start", "crm"]);
  expect(said).toMatchObject({ code: 1, err: expect.stringContaining(next) });
  expect(repository.git("log", "--format=%s")).toBe("begin");
});

test("a mission that is not saved yet is told apart from one that is not there", async () => {
  const repository = makeRepository({ "README.md": "x\n" });
  repository.write(MISSION, ACTIVE_FILES[MISSION] ?? "");
  expect(await type(repository, ["start", "crm"])).toMatchObject({
    code: 2,
    err: expect.stringContaining("next: mission save"),
  });
  expect(await type(repository, ["start", "xyz"])).toMatchObject({
    code: 2,
    err: expect.not.stringContaining("mission save"),
  });
});

test("a budget is changed on home at once and shown in a checkout of the default branch", async () => {
  const repository = makeActive();
  repository.write("src/code.txt", "mine\n");
  repository.edit(MISSION, "# CRM", "# CRM, my own edit");
  const said = await type(repository, ["budget", "crm", "usd=250", "tokens=30M"]);
  expect(said).toMatchObject({ code: 0, err: "" });
  for (const branch of ["mission/crm/home", "main"]) {
    expect(repository.show(`${branch}:${MISSION}`)).toBe(
      (ACTIVE_FILES[MISSION] ?? "").replace("{ usd: 10 }", "{ tokens: 30M, usd: 250 }"),
    );
  }
  expect(repository.read(MISSION)).toContain("# CRM, my own edit");
  expect(repository.read(MISSION)).toContain("usd: 250");
  expect(repository.status().split("\n")).toEqual([` M ${MISSION}`, " M src/code.txt"]);
});

test("more money answers what asked for it", async () => {
  const repository = makeActive();
  record(repository, "crm", {
    kind: "asked",
    ask: "budget",
    about: null,
    risk: null,
    boundTo: "usd 10",
    expires: null,
  });
  await type(repository, ["budget", "crm", "usd=5"]);
  expect((await see(repository)).state.missions[0]?.ledger.asks[0]?.answered).toBeNull();
  const said = await type(repository, ["budget", "crm", "usd=20"]);
  expect(said.out).toContain("crm/q1 answered.");
  expect((await lastRecords(repository, "crm"))[0]).toMatchObject({
    fact: { kind: "answered", ask: 1, decision: "approved", boundTo: "usd 10" },
    body: "usd=20",
  });
});

test.each([
  [["budget", "crm"], "mission budget"],
  [["budget", "crm", "usd=a lot"], "mission budget crm usd=250"],
  [["budget", "crm", "usd=3M"], "mission budget crm usd=250"],
  [["budget", "crm", "usd=1", "usd=2"], "given twice"],
  [["budget", "crm/base", "usd=1"], "mission budget crm usd=250"],
  [["add", "crm/base"], "mission add"],
  [["add", "crm/nowhere", "x"], "crm/nowhere"],
  [["add", "crm/base", "Pay\u202eyap"], 'next: mission add crm/base "Payyap"'],
  [["edit"], "mission edit"],
  [["edit", "agent:coder"], "agent:coder"],
  [["cancel", "q7"], "q7"],
  [["save", "src/code.txt"], "git commit src/code.txt"],
  [["save", "--nonsense"], "mission save"],
])("mission %s is wrong use: exit 2 and what to type", async (argv, words) => {
  const said = await type(makeActive(), argv);
  expect(said).toMatchObject({ code: 2, out: "", err: expect.stringContaining(words) });
  expect(said.err.split("\n").length).toBeLessThanOrEqual(2);
});

test("cancel keeps every other byte, with the reason in the commit", async () => {
  const repository = makeActive();
  await type(repository, ["cancel", "crm/schema", "Not", "wanted"]);
  expect(repository.show(`mission/crm/home:${SCHEMA}`)).toBe(FEATURE.replace("status: todo ", "status: cancelled "));
  expect(repository.git("log", "-1", "--format=%B", "mission/crm/home")).toBe("Cancel crm/schema\n\nNot wanted");
  expect(await type(repository, ["cancel", "crm/schema"])).toMatchObject({
    code: 0,
    out: expect.stringContaining("cancelled already"),
  });
  expect(
    (await see(repository)).state.missions[0]?.milestones[0]?.features.find(({ id }) => id === "schema")?.status,
  ).toBe("cancelled");
});

test("add writes a feature from the template under a name that is free, on home and in the checkout", async () => {
  const repository = makeActive();
  const said = await type(repository, ["add", "crm/base", "Import from", 'CSV: "quoted" #1']);
  expect(said).toMatchObject({ code: 0, out: expect.stringContaining("import-from-csv-quoted-1.md") });
  expect(await typeJson(repository, ["add", "crm", "Schema"])).toMatchObject({ thing: "crm/schema-2" });
  expect(await typeJson(repository, ["add", "crm", "Stop"])).toMatchObject({ thing: "crm/stop-2" });
  expect(await typeJson(repository, ["add", "crm", "???"])).toMatchObject({ thing: "crm/feature" });
  repository.write("missions/crm/milestones/01-base/not-saved.md", "---\ntitle: x\n---\n");
  expect(await typeJson(repository, ["add", "crm", "Not saved"])).toMatchObject({ thing: "crm/not-saved-2" });
  const { state } = await see(repository);
  const [feature] =
    state.missions[0]?.milestones[0]?.features.filter(({ id }) => id === "import-from-csv-quoted-1") ?? [];
  expect(feature?.document.title).toBe('Import from CSV: "quoted" #1');
  expect(repository.has("missions/crm/milestones/01-base/import-from-csv-quoted-1.md")).toBe(true);
  expect(repository.status()).toBe("?? missions/crm/milestones/01-base/not-saved.md");
});

test("edit opens the checkout's own file where that is the saved version", async () => {
  const repository = makeRepository();
  const editor = writeEditor(repository, "sed -i 's/First line/1st line/'");
  const said = await type(repository, ["edit", "crm/schema"], { env: { VISUAL: editor } });
  expect(said).toMatchObject({ code: 0, out: "Saved on main: crm/schema" });
  expect(repository.read(".git/opened").trim()).toBe(`${repository.folder}/${SCHEMA}`);
  expect(repository.show(`main:${SCHEMA}`)).toBe(FEATURE.replace("First", "1st"));
  expect(repository.status()).toBe("");
});

test("edit opens a copy of home's version elsewhere, and merges it with what the program did meanwhile", async () => {
  const repository = makeActive();
  repository.git("switch", "-q", "-c", "work");
  repository.edit(SCHEMA, "First line", "Not saved");
  const landed = `git update-ref refs/heads/mission/crm/home $(git commit-tree -p mission/crm/home -m landed $(cat .git/landed))`;
  repository.commitOn("mission/crm/home", { [SCHEMA]: FEATURE.replace("status: todo ", "status: done ") });
  repository.write(".git/landed", repository.git("rev-parse", "mission/crm/home^{tree}"));
  repository.git("update-ref", "refs/heads/mission/crm/home", "mission/crm/home~1");
  const editor = writeEditor(repository, `cd '${repository.folder}' && ${landed} && sed -i 's/Third line/3rd line/'`);
  const said = await type(repository, ["edit", "crm/schema"], { env: { EDITOR: editor, VISUAL: "" } });
  expect(said).toMatchObject({ code: 0, out: "Saved on mission/crm/home: crm/schema" });
  expect(repository.show(`mission/crm/home:${SCHEMA}`)).toBe(
    FEATURE.replace("status: todo ", "status: done ").replace("Third line", "3rd line"),
  );
  expect(repository.read(SCHEMA)).toContain("Not saved");
  expect(existsSync(repository.read(".git/opened").trim())).toBe(false);
});

test("what can't be saved is kept where the person can find it", async () => {
  const repository = makeActive();
  repository.git("switch", "-q", "-c", "work");
  const conflicting = `git update-ref refs/heads/mission/crm/home $(git commit-tree -p mission/crm/home -m theirs $(cat .git/theirs))`;
  repository.commitOn("main", { [SCHEMA]: FEATURE.replace("Third line", "Theirs") });
  repository.write(".git/theirs", repository.git("rev-parse", "main^{tree}"));
  const editor = writeEditor(
    repository,
    `cd '${repository.folder}' && ${conflicting} && sed -i 's/Third line/3rd line/'`,
  );
  const said = await type(repository, ["edit", "crm/schema"], { env: { VISUAL: editor } });
  expect(said).toMatchObject({
    code: 1,
    err: expect.stringMatching(/same lines: nothing was saved\n.*what you typed is in \S+schema\.md/),
  });
  const kept = /is in (\S+)/.exec(said.err)?.[1] ?? "";
  expect(readFileSync(kept, "utf8")).toContain("3rd line");
});

test("an editor that fails or changes nothing saves nothing", async () => {
  const repository = makeActive();
  expect(await type(repository, ["edit", "crm"], { env: { VISUAL: "false" } })).toMatchObject({
    code: 1,
    err: expect.stringContaining("nothing was saved"),
  });
  expect(await type(repository, ["edit", "crm"], { env: { VISUAL: "true" } })).toMatchObject({
    code: 0,
    out: "crm is unchanged.",
  });
  expect(await type(repository, ["edit", "crm"], { env: { VISUAL: "", EDITOR: "" } })).toMatchObject({
    code: 2,
    err: expect.stringContaining("EDITOR="),
  });
});

test("with a remote each edit is pushed, also from a bare repository", async () => {
  const { repository, remote } = makeCloned();
  const said = await typeJson(repository, ["cancel", "crm/auth"]);
  expect(said.saved).toHaveLength(1);
  expect(remote.git("log", "-1", "--format=%s", "main")).toBe("Cancel crm/auth");
  expect(repository.status()).toBe("");

  expect((await type(remote, ["budget", "crm", "usd=99"])).code).toBe(0);
  expect(remote.show(`main:${MISSION}`)).toContain("usd: 99");
  expect(await type(remote, ["save"])).toMatchObject({ code: 2, err: expect.stringContaining("mission edit THING") });
  const other = cloneOf(remote);
  other.edit(SCHEMA, "First", "1st");
  const saved = await type(other, ["save", "-m", "By hand"], { below: "missions/crm" });
  expect(saved).toMatchObject({ code: 0, out: "Saved on main, pushed to origin: crm/schema" });
  expect(remote.git("log", "-1", "--format=%s", "main")).toBe("By hand");
});

test("save tells findings of the files and saves all the same; nothing to save says so", async () => {
  const repository = makeRepository();
  repository.edit(SCHEMA, "size: M", "size: XXL");
  repository.write("missions/crm/milestones/01-base/auth.md", "---\ntitle: [\n---\n");
  const said = await type(repository, ["save", SCHEMA]);
  expect(said).toMatchObject({
    code: 0,
    out: "Saved on main: crm/schema",
    err: expect.stringMatching(/schema\.md:4:/),
  });
  expect(said.err).not.toContain("auth.md");
  repository.git("checkout", "-q", "--", ".");
  expect(await type(repository, ["save"])).toEqual({
    code: 0,
    out: "Nothing to save: every mission edit is in effect.",
    err: "",
  });
  expect(await typeJson(repository, ["save"])).toEqual({ schema: 1, saved: [], refused: [], conflicts: [], notes: [] });
});

test("a conflict of a save shows both sides with the line, and exits with 1", async () => {
  const repository = makeActive();
  repository.git("switch", "-q", "-c", "work");
  repository.edit(SCHEMA, "First line.", "Mine.\u001b[31m");
  repository.commitOn("mission/crm/home", { [SCHEMA]: FEATURE.replace("First line.", "Theirs.") });
  const said = await type(repository, ["save"]);
  expect(said.code).toBe(1);
  expect(said.err.split("\n")).toEqual([
    "mission: nothing was saved: mission/crm/home has other changes in the same lines",
    `${SCHEMA}:10`,
    "  yours: Mine.",
    "  mission/crm/home: Theirs.",
    "next: bring what mission/crm/home has into your file, or mission edit crm/schema, which opens it; then mission save",
  ]);
});

test("a run can't edit as the person", async () => {
  const repository = makeActive();
  const before = repository.git("for-each-ref");
  for (const argv of [
    ["save"],
    ["start", "crm"],
    ["budget", "crm", "usd=1000"],
    ["cancel", "crm"],
    ["edit", "crm"],
    ["add", "crm", "x"],
  ]) {
    const said = await type(repository, argv, { env: { MISSION_RUN: "x-1-aaaaaa", VISUAL: "true" } });
    expect(said).toMatchObject({ code: 2, err: expect.stringContaining("a run can't") });
  }
  expect(repository.git("for-each-ref")).toBe(before);
});

function writeEditor(repository: Repository, command: string): string {
  return repository.program(
    ".git/editor",
    `#!/bin/sh\nset -e\necho "$1" > '${repository.folder}/.git/opened'\n${command} "$1"\n`,
  );
}

test("nothing is added to a mission that is completed: it would never be done", async () => {
  const repository = makeActive();
  const text = repository.git("show", `mission/crm/home:${MISSION}`).replace("status: active", "status: completed");
  const completed = repository.commitOn("mission/crm/home", { [MISSION]: text }, "Complete crm");
  const said = await type(repository, ["add", "crm/base", "One thing more"]);
  expect(said).toMatchObject({ code: 1, out: "" });
  expect(said.err).toMatch(/crm is completed: .*\nnext: mission new/);
  expect(repository.git("rev-parse", "mission/crm/home")).toBe(completed);
});
