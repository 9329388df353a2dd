import { describe, expect, test } from "vitest";
import { aWorld, type World } from "../helpers/world.ts";

const ANNA = { email: "Anna@example.com", github: null };
const OTHER = { email: "other@example.com", github: null };

/** A milestone that waits for its signature. Every record of this world is by anna@example.com. */
function validated(approvers: readonly (typeof ANNA)[]): World {
  return aWorld({ signOff: "milestone" })
    .withConfig({ approvers })
    .withFeature("a")
    .after((it) => it.finished("a").validated("foundation"))
    .asks();
}

describe("where approvers are named", () => {
  test("a yes of one of them counts, in whatever letters", () => {
    expect(
      validated([OTHER, ANNA])
        .after((it) => it.approved())
        .milestone("foundation").status,
    ).toBe("passed");
  });

  test("a yes of somebody else that stands in the ledger is none, and the ask stays open", () => {
    const world = validated([OTHER]).after((it) => it.approved());
    expect(world.milestone("foundation").status).toBe("needs_input");
    expect(world.mission().openAsks).toHaveLength(1);
    expect(world.decided("ask")).toEqual([]);
  });

  test("a no of somebody else sends nothing back", () => {
    expect(
      validated([OTHER])
        .after((it) => it.denied())
        .milestone("foundation").status,
    ).toBe("needs_input");
  });

  test("an override by somebody else is none", () => {
    const failed = (approvers: readonly (typeof ANNA)[]) =>
      validated(approvers).after((it) =>
        it
          .validated("foundation", "failed")
          .verdict(
            { kind: "milestone", milestone: "foundation" },
            { of: "validate", result: "passed", override: "I know better", run: null },
          ),
      );
    expect(failed([ANNA]).milestone("foundation").status).toBe("needs_input");
    expect(failed([OTHER]).milestone("foundation").status).toBe("failed");
  });
});
