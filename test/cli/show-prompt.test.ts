/** What an agent is told whose conversation goes on: what is new since, by the files and the ledger. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import type { Repository } from "../repo/save-world.ts";
import { anOrder } from "../runner/orders.ts";
import { ACTIVE_FILES, claimOf, endOf, makeActive, SCHEMA } from "./active-mission.ts";
import { record, see, type, typeJson, withContext } from "./mission-command.ts";

const RUN = "schema-1-abc123";
const CONTRACT = "missions/crm/contract.md";
const assertion = (text: string) => `### VAL-CRM-001: It keeps contacts\n${text}\n`;

let repository: Repository;

/** A question whose conversation is kept on this host, and its answer. */
beforeEach(async () => {
  repository = makeActive({
    ...ACTIVE_FILES,
    "missions/config.md": "---\nruntimes: { mine: { kind: command, run: [sh], cost: none } }\n---\nBe kind.\n",
    [CONTRACT]: assertion("All of them."),
    [SCHEMA]: (ACTIVE_FILES[SCHEMA] ?? "").replace("---\n", "---\nfulfills: [VAL-CRM-001]\n"),
  });
  const { snapshot } = await see(repository);
  record(repository, "crm", [{ kind: "comment", feature: "schema", mentions: [] }, "an old word"]);
  record(repository, "crm", { ...(await claimOf(repository)), host: snapshot.host });
  record(
    repository,
    "crm",
    [
      { kind: "asked", ask: "question", about: "schema", risk: null, boundTo: "x -", expires: null },
      "Which page size?",
    ],
    [{ ...endOf("question", null), session: "s-1" }, "Which page size?"],
  );
});

const told = async (thing = "crm/schema"): Promise<string> =>
  (await typeJson(repository, ["show", thing, "--prompt"])).prompt;

test("while its question waits there is nothing to tell it", async () => {
  expect((await type(repository, ["show", "crm/schema", "--prompt"])).err).toContain("needs input: Which page size?");
});

test("it hears the answer and new comments, and not again what it was told", async () => {
  await type(repository, ["answer", "q1", "twenty"]);
  await type(repository, ["comment", "crm/schema", "a new word"]);
  const prompt = await told();
  expect(prompt).toMatch(/^# Go on: /);
  for (const part of ["Which page size?", "twenty", "a new word"]) expect(prompt).toContain(part);
  for (const part of ["an old word", "Be kind.", "has changed in what you were told"])
    expect(prompt).not.toContain(part);
  expect((await type(repository, ["show", "crm/schema", "--prompt"])).err).toContain("goes on in its conversation");
});

test("it hears how the files have changed that it was told from", async () => {
  await type(repository, ["answer", "q1", "twenty"]);
  repository.commitOn("mission/crm/home", { [CONTRACT]: assertion("Only mine."), "src/code.txt": "other\n" }, "less");
  const prompt = await told();
  expect(prompt).toContain("## What has changed in what you were told");
  expect(prompt).toContain("-All of them.\n+Only mine.");
  expect(prompt).not.toContain("src/code.txt");
});

test("a conversation of another assignment does not go on", async () => {
  await type(repository, ["answer", "q1", "twenty"]);
  const changed = repository.git("show", `mission/crm/home:${SCHEMA}`).replace("Schema", "Another schema");
  repository.commitOn("mission/crm/home", { [SCHEMA]: `${changed}\n` }, "another");
  expect(await told()).toMatch(/^# Another schema/);
});

test("of a run that was to go on is shown which of the two it was told", async () => {
  await withContext(repository, async ({ doors: { state } }) => {
    const order = anOrder({ run: RUN, host: state.host, session: "s-1" });
    await state.writeOrder(order, "everything", "what is new");
    expect(await told(RUN)).toBe("what is new");
    const said = { at: 1, kind: "session", id: "s-2", program: null, model: null };
    mkdirSync(state.runFolder(RUN), { recursive: true });
    writeFileSync(join(state.runFolder(RUN), "events.jsonl"), `${JSON.stringify(said)}\n`);
    expect(await told(RUN)).toBe("everything");
  });
});
