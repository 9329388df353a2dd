/** Features that end with files and their own checks instead of code: research, writing, operations. */

import { describe, expect, test } from "vitest";
import { endWell } from "./kit/end-well.ts";
import { assertion, type MissionWords } from "./kit/mission-files.ts";
import { pulseUntilIdle } from "./kit/pulses.ts";
import { complete, untilDone } from "./kit/steps.ts";
import { aWorld } from "./kit/world.ts";

const LIMIT = 120_000;
const NOTES = "missions/toy/research/choice.md";

const MODES: readonly (readonly [string, MissionWords])[] = [
  ["poc on the default branch", { mode: "poc", home: "default" }],
  ["full on a branch", { mode: "full", home: "branch", sign_off: "mission" }],
];

/** One feature of each role, each with a check of its own; what is written builds on what was found out. */
function mission(words: MissionWords): MissionWords {
  const research = {
    agent: "researcher",
    fulfills: ["VAL-CHOICE-001"],
    verify: [{ run: `grep -q '^# Answer' ${NOTES}` }],
  };
  const guide = { agent: "writer", depends_on: ["research"], verify: [{ run: "grep -q sqlite docs/guide.md" }] };
  const deploy = { agent: "ops", depends_on: ["guide"], verify: [{ run: "sh deploy.sh --dry-run" }] };
  const contract = assertion("VAL-CHOICE-001", "It is known what to take", `grep -q sqlite ${NOTES}`);
  return { ...words, contract, milestones: { first: { research, guide, deploy } } };
}

describe.each(MODES)("%s", (_, words) => {
  test(
    "what a researcher, a writer and ops hand over is checked and lands",
    async () => {
      const { machine, worker } = aWorld({ mission: mission(words) });
      worker.does(
        "research.1",
        `mkdir -p missions/toy/research; echo '# Links' > ${NOTES}; commit; echo "DONE: looked around"`,
      );
      worker.does(
        "research.2",
        `mkdir -p missions/toy/research; printf '# Answer\\nsqlite\\n' > ${NOTES}; commit; printf '# Summary\\nTake sqlite.\\n' > "$MISSION_HANDOFF_FILE"; echo "DONE: found out"`,
      );
      worker.does("guide", `mkdir -p docs; tail -1 ${NOTES} > docs/guide.md; commit; echo "DONE: written"`);
      worker.does("deploy", 'echo "echo would deploy" > deploy.sh; commit; echo "DONE: scripted"');
      await untilDone(machine, "research", "guide", "deploy");
      expect(worker.prompt("research")).toContain("You are the researcher");
      expect(worker.prompt("research", 2)).toContain("Why the work came back");
      expect(worker.prompt("guide")).toContain("Take sqlite.");
      expect(worker.prompt("deploy")).toContain("You are the ops");
      await complete(machine);
      await pulseUntilIdle(machine);
      expect(machine.show(NOTES, "main")).toBe("# Answer\nsqlite\n");
      expect(machine.show("docs/guide.md", "main")).toBe("sqlite\n");
      expect(machine.show("deploy.sh", "main")).toBe("echo would deploy\n");
      await endWell(machine);
    },
    LIMIT,
  );
});
