import { describe, expect, it } from "vitest";
import { outlinePlan } from "../../src/cli/plan/planner/outline-plan.ts";
import { cleanPlan, findUnasked, PLAN_BYTES, takePlanText } from "../../src/cli/plan/planner/take-plan.ts";
import type { Plan } from "../../src/planning/plan.ts";

const PLAN: Plan = {
  mission: { title: "Greetings", mode: "poc", goal: "Whoever comes is greeted." },
  milestones: [{ title: "First", features: [{ title: "A greeting", size: "S", verify: ["test -f hello.txt"] }] }],
  contract: [{ id: "VAL-HI-001", title: "It greets", verify: "grep -q hello hello.txt" }],
};

describe("what a planner hands over", () => {
  it("is its file, with or without a fence, else the fence in its last message", () => {
    expect(takePlanText("mission: {}\n", "```yaml\nother: 1\n```")).toEqual({ text: "mission: {}\n" });
    expect(takePlanText("This is it:\n```yaml\nmission: {}\n```\n", "")).toEqual({ text: "mission: {}\n" });
    expect(takePlanText(" \n", "Here:\n```yml\nmission: {}\n```\nDONE: planned")).toEqual({ text: "mission: {}\n" });
  });

  it("is nothing where there is only talk, or more than anybody would read", () => {
    expect(takePlanText("", "DONE: one file is enough")).toMatchObject({ missing: expect.stringContaining("no plan") });
    expect(takePlanText("a".repeat(PLAN_BYTES + 1), "")).toMatchObject({ missing: expect.stringContaining("1 MiB") });
  });

  it("may not say what is a person's to say", () => {
    expect(findUnasked(PLAN)).toEqual([]);
    const wide = {
      ...PLAN,
      mission: { ...PLAN.mission, budget: "none", home: "default", resources: [], setup: ["env > file"] },
      milestones: [{ title: "First", status: "hold", features: [{ title: "A greeting", secrets: ["key"] }] }],
    };
    expect(findUnasked(wide).map(({ message }) => message.split(" ")[0])).toEqual([
      ...["mission.budget", "mission.home", "mission.resources", "mission.setup"],
      ...["milestones[0].status", "milestones[0].features[0].secrets"],
    ]);
  });

  it("holds nothing that a terminal would obey or a reader could not see", () => {
    const feature = { title: "A \u001b[31mred\u001b[0m one", acceptance: ["it\u202e says"] };
    const { milestones } = cleanPlan({ ...PLAN, milestones: [{ title: "First", features: [feature] }] });
    expect(milestones[0]?.features[0]).toEqual({ title: "A red one", acceptance: ["it says"] });
  });

  it("is shown with the commands that would judge it", () => {
    expect(outlinePlan(PLAN)).toEqual([
      "Greetings (poc)",
      "  First",
      "    A greeting (S)",
      "      $ test -f hello.txt",
      "  Contract",
      "    VAL-HI-001  It greets",
      "      $ grep -q hello hello.txt",
    ]);
  });
});
