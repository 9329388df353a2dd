import { expect, test } from "vitest";
import { makeRepository } from "../repo/save-world.ts";
import { type, typeJson } from "./mission-command.ts";

const PLAN = (needs: string) => `
mission: { title: Build a CRM, mode: poc, budget: none }
milestones:
  - title: First
    features:
      - { title: Schema, acceptance: ["3 tables"] }
      - { title: Sign-in, depends_on: [${needs}] }
`;

test("a plan is judged as the files that it would become, and nothing is written", async () => {
  const repository = makeRepository({ "README.md": "x\n", "good.yaml": PLAN("schema"), "bad.yaml": PLAN("scheme") });
  const good = await type(repository, ["check", "--plan", "good.yaml"]);
  expect(good.code).toBe(0);
  const bad = await typeJson(repository, ["check", "--plan", "bad.yaml"]);
  expect(bad.findings).toEqual([
    expect.objectContaining({ code: "unknown-dependency", file: "missions/crm/milestones/01-first/sign-in.md" }),
  ]);
  expect((await type(repository, ["check", "--plan", "bad.yaml"])).code).toBe(1);
  expect(repository.status()).toBe("");
});

test("a link of a mission file that leads nowhere is named with its place", async () => {
  const repository = makeRepository({
    "missions/crm/mission.md":
      "---\ntitle: CRM\nbudget: none\n---\nSee [the plan](research/plan.md), [us](../../README.md).\n",
    "README.md": "x\n",
  });
  const { findings } = await typeJson(repository, ["check"]);
  expect(findings).toContainEqual(
    expect.objectContaining({ code: "broken-link", file: "missions/crm/mission.md", line: 5, column: 5 }),
  );
  expect(findings.filter(({ code }: { code: string }) => code === "broken-link")).toHaveLength(1);
});

test("names of agents and runtimes that are nowhere are named with their place, and what was probably meant", async () => {
  const repository = makeRepository({
    "missions/config.md": "---\nruntimes:\n  codex: { kind: codex }\nreview: reviwer\n---\n",
    "missions/agents/coder.md": "---\nruntime: codexx\n---\n",
    "missions/crm/mission.md": "---\ntitle: CRM\nbudget: none\nmode: poc\nreview: none\n---\n",
    "missions/crm/milestones/01-base/milestone.md": "---\ntitle: Base\n---\n",
    "missions/crm/milestones/01-base/a.md": "---\ntitle: A\nagent: writter\nverify: [{ agent: is it good? }]\n---\n",
    "missions/crm/milestones/01-base/b.md": "---\ntitle: B\nagent: mailer\n---\n",
    "missions/crm/agents/mailer.md": "---\nname: mailer\n---\nSends mail.\n",
  });
  const { findings } = await typeJson(repository, ["check"]);
  const named = findings.filter(({ code }: { code: string }) => code.startsWith("unknown-"));
  expect(
    named.map((one: { file: string; line: number; message: string }) => [one.file, one.line, one.message]),
  ).toEqual([
    ["missions/agents/coder.md", 2, "There is no runtime codexx; did you mean codex?"],
    ["missions/config.md", 4, "There is no agent reviwer; did you mean reviewer?"],
    ["missions/crm/milestones/01-base/a.md", 3, "There is no agent writter; did you mean writer?"],
  ]);
});

test("each agent that is listed is shown, also one that no feature names", async () => {
  const repository = makeRepository({ "missions/agents/reviewer.md": "---\nruntime: codex\n---\n" });
  const { role } = await typeJson(repository, ["show", "agent:reviewer"]);
  expect(role).toMatchObject({ runtime: "codex", autonomy: "specialist", file: "missions/agents/reviewer.md" });
  expect(role.body).toContain("You judge one change");
  expect((await type(repository, ["show", "agent:writer"])).out).toMatch(/^agent:writer {2}/);
  expect((await type(repository, ["show", "agent:wirter"])).err).toContain("agent:writer");
});
