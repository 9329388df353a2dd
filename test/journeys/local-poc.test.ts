import { expect, test } from "vitest";
import { endWell } from "./kit/end-well.ts";
import { pulseUntil } from "./kit/pulses.ts";
import { aWorld } from "./kit/world.ts";

test("a poc on the checked out default branch is worked on, gated, landed, validated and completed", async () => {
  const { machine } = aWorld();
  machine.write({ "notes.txt": "mine\n", "README.md": "hello, edited\n" });

  await pulseUntil(machine, "the mission is completed", (sight) => sight.mission().status === "completed");

  expect(machine.read("a.txt")).toBe("hello a\n");
  expect(machine.read("b.txt")).toBe("hello b\n");
  expect(machine.read("missions/toy/milestones/01-first/a.md")).toContain("\nstatus: done\n");
  expect(machine.read("missions/toy/mission.md")).toContain("\nstatus: completed\n");
  expect(machine.has("missions/toy/report.md")).toBe(true);
  expect(machine.read("notes.txt")).toBe("mine\n");
  expect(machine.read("README.md")).toBe("hello, edited\n");
  await endWell(machine);
}, 60_000);
