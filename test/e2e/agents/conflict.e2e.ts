/** Two agents write the same file: the later one brings both together, whether or not its sandbox lets it run `git merge`. */

import { afterEach, describe, expect, it } from "vitest";
import { endWell } from "../../journeys/kit/end-well.ts";
import { subjects } from "../../journeys/kit/ledgers.ts";
import { pulseUntil } from "../../journeys/kit/pulses.ts";
import { AGENTS } from "./kit/agents.ts";
import { type AgentWorld, anAgentWorld } from "./kit/world.ts";
import { lastPrompt, play, type Step } from "./model/play.ts";

const LIMIT = 180_000;
const MINUTE = 60_000;
const DONE: Step = { do: "say", text: "DONE: it is there" };
const MERGE = 'git merge home; printf "one\\ntwo\\n" > list.txt; git add -A && git commit -qm both; true';

let world: AgentWorld | null = null;
afterEach(async () => {
  await world?.end();
  world = null;
});

describe.each(AGENTS.filter(({ name }) => name === "claude" || name === "codex"))("$name", (agent) => {
  it(
    "resolves a conflict with what landed before it, and says first that there is none",
    async () => {
      const feature = { verify: [{ run: "test -f list.txt" }] };
      world = await anAgentWorld({
        agents: [agent],
        mission: { milestones: { first: { one: feature, two: feature } } },
        script(asked) {
          const prompt = lastPrompt(asked);
          const name = /Feature (one|two)/.exec(prompt)?.[1] ?? "";
          if (prompt.includes("This is attempt 3")) return play(asked, [{ do: "shell", command: MERGE }, DONE]);
          if (prompt.includes("This is attempt 2")) return play(asked, [DONE]);
          return play(asked, [{ do: "write", path: "list.txt", content: `${name}\n` }, DONE]);
        },
      });
      const { machine } = world;
      const isDone = (sight: { of(name: string): unknown }) =>
        ["one", "two"].every((name) => sight.of(name) === "done");
      await pulseUntil(machine, "both are done", isDone, { skipMs: 90 * MINUTE });
      expect(machine.show("list.txt", "main")).toBe("one\ntwo\n");
      const ends = subjects(machine, "run-ended: ").filter((subject) => /: (one|two)-/.test(subject));
      expect(ends.map((subject) => subject.split(" ").at(-1)).sort()).toEqual([
        ...["delivered", "delivered", "delivered", "failed"],
      ]);
      await endWell(machine);
    },
    LIMIT,
  );
});
