import { expect, it } from "vitest";
import { AUTH, makeRepository, type Repository, SCHEMA } from "../repo/save-world.ts";
import { ACTIVE_FILES, makeActive } from "./active-mission.ts";
import { type, typeJson } from "./mission-command.ts";

const MISSION = "missions/crm/mission.md";

/** What `mission status` says is not in effect; `mission save` must agree that there is something, or nothing, to do. */
async function unsaved(repository: Repository): Promise<readonly string[]> {
  const { unsaved: paths } = await typeJson(repository, ["status"]);
  return paths;
}

it("sees nothing in a fresh checkout", async () => {
  expect(await unsaved(makeActive())).toEqual([]);
  expect(await unsaved(makeRepository())).toEqual([]);
});

it("sees changed, new, deleted and staged files of missions, and no others", async () => {
  const repository = makeActive();
  repository.edit(SCHEMA, "First line.", "First line, changed.");
  repository.write("missions/crm/milestones/01-base/new.md", "---\ntitle: New\n---\n");
  repository.remove(AUTH);
  repository.edit(MISSION, "# CRM", "# The CRM");
  repository.git("add", MISSION);
  repository.write("src/code.txt", "changed\n");
  expect(await unsaved(repository)).toEqual([AUTH, "missions/crm/milestones/01-base/new.md", SCHEMA, MISSION]);
});

it("ends a command with what is not in effect and how to save it", async () => {
  const repository = makeActive();
  repository.edit(SCHEMA, "First line.", "First line, changed.");
  repository.edit(MISSION, "# CRM", "# The CRM");
  for (const command of [[], ["status"], ["inbox"], ["show", "crm"], ["check"], ["diff"]]) {
    const { out } = await type(repository, command);
    expect(out.split("\n").at(-1)).toBe("2 edits not in effect (crm/schema, crm/mission): mission save");
  }
});

it("sees an edit that is committed on another branch only", async () => {
  const repository = makeActive();
  repository.git("switch", "-q", "-c", "mine");
  repository.edit(SCHEMA, "First line.", "First line, changed.");
  repository.commit("my edit");
  expect(await unsaved(repository)).toEqual([SCHEMA]);
  const { out } = await type(repository, ["diff"]);
  expect(out).toContain("+First line, changed.");
});

it("takes a commit on the default branch as in effect: homes follow it", async () => {
  const repository = makeActive();
  repository.edit(SCHEMA, "First line.", "First line, changed.");
  repository.commit("my edit");
  expect(await unsaved(repository)).toEqual([]);
});

it("takes a checkout that is behind its home as what it is", async () => {
  const repository = makeActive();
  const text = ACTIVE_FILES[SCHEMA]?.replace("status: todo", "status: done") ?? "";
  repository.commitOn("mission/crm/home", { [SCHEMA]: text }, "landed");
  expect(await unsaved(repository)).toEqual([]);
  repository.git("switch", "-q", "-c", "mine");
  repository.commitOn("mine", { "src/other.txt": "x\n" });
  repository.git("reset", "-q", "--hard");
  expect(await unsaved(repository)).toEqual([]);
});

it("forgets an edit that was saved, from whatever branch, also when home goes on", async () => {
  const repository = makeActive();
  repository.git("switch", "-q", "-c", "mine");
  repository.edit(SCHEMA, "First line.", "First line, changed.");
  expect(await unsaved(repository)).toEqual([SCHEMA]);
  expect((await type(repository, ["save"])).code).toBe(0);
  expect(await unsaved(repository)).toEqual([]);
  const text = repository.git("show", `mission/crm/home:${SCHEMA}`).replace("status: todo", "status: done");
  repository.commitOn("mission/crm/home", { [SCHEMA]: `${text}\n` }, "landed");
  expect(await unsaved(repository)).toEqual([]);
  repository.edit(SCHEMA, "Second line.", "Second line, changed.");
  expect(await unsaved(repository)).toEqual([SCHEMA]);
});
