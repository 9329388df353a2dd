/** One agent codes, another one reviews with fresh eyes: its findings send the work back into the coder's own conversation. */

import { afterEach, describe, expect, it } from "vitest";
import { endWell } from "../../journeys/kit/end-well.ts";
import { assertion } from "../../journeys/kit/mission-files.ts";
import { pulseUntil } from "../../journeys/kit/pulses.ts";
import { AGENTS, type Agent } from "./kit/agents.ts";
import { type AgentWorld, anAgentWorld } from "./kit/world.ts";
import type { Answer, Asked } from "./model/conversation.ts";
import { lastPrompt, play, type Step } from "./model/play.ts";

const LIMIT = 180_000;
const FINDING = "hello.txt does not say whom it greets";

let world: AgentWorld | null = null;
afterEach(async () => {
  await world?.end();
  world = null;
});

const SEEN = "I ran cat hello.txt, and it printed: hello world\nVERDICT: passed";
const ASK = `### VAL-HELLO-002: It is kind
It is.

\`\`\`yaml verify
method: agent
ask: Is the greeting kind?
\`\`\`
`;

const FIRST: readonly Step[] = [
  { do: "write", path: "hello.txt", content: "hello\n" },
  { do: "say", text: "DONE: it is there" },
];
const SECOND: readonly Step[] = [
  { do: "shell", command: "echo 'hello world' > hello.txt" },
  { do: "say", text: "DONE: it greets the world" },
];

function answer(asked: Asked): Answer {
  const told = lastPrompt(asked);
  if (told.includes("# Review of")) return play(asked, [{ do: "shell", command: "cat hello.txt" }, review(asked)]);
  if (told.includes("# One question to decide"))
    return play(asked, [
      { do: "shell", command: "cat hello.txt" },
      { do: "say", text: SEEN },
    ]);
  return play(asked, told.includes(FINDING) ? SECOND : FIRST);
}

/** It says what it sees. */
function review({ turns }: Asked): Step {
  const isWhole = turns.some(({ by, text }) => by === "tool" && text.includes("hello world"));
  return { do: "say", text: isWhole ? "I read it.\nVERDICT: passed" : `I read it.\nVERDICT: failed ${FINDING}` };
}

const named = (name: string): Agent => {
  const found = AGENTS.find((agent) => agent.name === name);
  if (found === undefined) throw new Error(`no agent ${name}`);
  return found;
};

/** The rest of the role is the built-in one's. */
const played = (runtime: string) => `---\nruntime: ${runtime}\n---\n`;

describe.each([
  ["claude", "codex"],
  ["codex", "claude"],
])("%s codes, %s reviews", (coder, reviewer) => {
  it(
    "work comes back with the findings, and lands when the reviewer has passed it and a person has signed",
    async () => {
      world = await anAgentWorld({
        agents: [named(coder), named(reviewer)],
        mission: {
          ...{ mode: "full", home: "branch", sign_off: "milestone", verify: [{ run: "test -f hello.txt" }] },
          milestones: { first: { hello: { fulfills: ["VAL-HELLO-001", "VAL-HELLO-002"] } } },
          contract: `${assertion("VAL-HELLO-001", "It says hello", "grep -q hello hello.txt")}${ASK}`,
        },
        files: {
          "missions/agents/reviewer.md": played(reviewer),
          "missions/agents/validator.md": played(reviewer),
        },
        script: answer,
      });
      const { machine } = world;
      const sign = async (about: string): Promise<void> => {
        const isAsked = ({ asks }: Awaited<ReturnType<typeof pulseUntil>>) =>
          asks.some((ask) => ask.about === about && ask.text.includes("Sign it off"));
        await pulseUntil(machine, `${about} waits for a signature`, isAsked, { timeoutMs: 120_000 });
        await machine.must("approve", about);
      };
      await sign("toy/first");
      expect(machine.show("hello.txt", "main"), "nothing reaches the default branch unsigned").toBeNull();
      const sight = await pulseUntil(machine, "it is completed", (seen) => seen.mission().status === "completed");

      expect(machine.show("hello.txt", "main")).toBe("hello world\n");
      const verdicts = machine.git(
        "log",
        "--reverse",
        "--grep=^Mission-Record: verdict",
        "--format=%B",
        "refs/mission/ledger/toy",
      );
      // Two reviews and the milestone's validation: what was validated then is what is completed.
      expect(verdicts.match(/^By-Runtime: .*/gm)).toEqual(Array(3).fill(`By-Runtime: ${reviewer}`));
      expect(verdicts).toContain("Assertion: passed VAL-HELLO-002");
      expect(verdicts).toContain("it printed: hello world");
      expect(verdicts).toContain(FINDING);
      const rounds = sight.mission().milestones[0]?.features[0]?.round;
      expect(rounds).toBe(1);
      await endWell(machine);
    },
    LIMIT,
  );
});
