import { expect, it } from "vitest";
import { FILES, makeRepository } from "../repo/save-world.ts";
import { type, typeJson } from "./mission-command.ts";

const SCRIPT = 'echo working; echo "$MISSION_FEATURE" > "$MISSION_FEATURE.txt"; echo "DONE: wrote it"';
const AGENT = "---\nname: coder\ndescription: Writes a file.\nmodel: standard\nautonomy: specialist\n---\nWrite it.\n";

const CONFIG = `---
runtimes:
  mine: { kind: command, run: [sh, agent.sh], cost: none }
---
`;

it("starts a planned mission, goes on while something moves, and ends with what a person must do", {
  timeout: 120_000,
}, async () => {
  const repository = makeRepository({
    ...FILES,
    "agent.sh": SCRIPT,
    "missions/config.md": CONFIG,
    "missions/agents/coder.md": AGENT,
    "missions/crm/mission.md": "---\ntitle: CRM\nstatus: planning\nmode: poc\nbudget: none\n---\n# CRM\n",
  });

  const first = await type(repository, ["run", "--exit-code"]);
  expect(first).toMatchObject({ code: 1, err: "" });
  expect(first.out).toMatch(/^\d\d:\d\d:\d\d {2}claim +crm\/schema {2}work on /m);
  expect(first.out).toMatch(/^\d\d:\d\d:\d\d {2}landed +crm\/auth {2}as [0-9a-f]{10}$/m);
  expect(first.out).toMatch(
    /\nEverything waits for a person[.]\nnext: mission show crm --diff, then mission approve crm\/q1 /,
  );

  expect((await type(repository, ["approve", "q1"])).code).toBe(0);
  const last = await typeJson(repository, ["run", "crm"]);
  expect(last).toMatchObject({
    end: "finished",
    missions: [{ id: "crm", status: "completed", progress: { done: 2, total: 2 } }],
  });
  expect(await type(repository, ["run", "crm"])).toMatchObject({
    code: 2,
    err: "mission: crm is completed\nnext: mission report crm",
  });
  expect((await type(repository, ["pulse"])).out).toBe("");
  expect(repository.git("show", "main:schema.txt")).toBe("schema");
});
