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
