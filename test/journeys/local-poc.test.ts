import { expect, test } from "vitest";
import { endWell } from "./kit/end-well.ts";
import { Machine } from "./kit/machine.ts";
import { pulseOnce, pulseUntil } from "./kit/pulses.ts";
import { complete, untilDone } from "./kit/steps.ts";
import { aWorld } from "./kit/world.ts";

const LIMIT = 120_000;

test(
  "a poc on the checked out default branch is worked on, gated, landed, validated, signed and completed",
  async () => {
    const { machine } = aWorld({ mission: { verify: [{ run: "cat *.txt" }] } });
    machine.write({ "notes.md": "mine\n", "README.md": "hello, edited\n" });

    await complete(machine);

    expect(machine.read("a.txt")).toBe("hello a\n");
    expect(machine.read("b.txt")).toBe("hello b\n");
    expect(machine.read("missions/toy/milestones/01-first/a.md")).toContain("\nstatus: done\n");
    expect(machine.read("missions/toy/mission.md")).toContain("\nstatus: completed\n");
    expect(machine.read("missions/toy/report.md")).toContain("Toy");
    expect(machine.read("notes.md")).toBe("mine\n");
    expect(machine.read("README.md")).toBe("hello, edited\n");
    expect(machine.git("status", "--porcelain")).toBe(" M README.md\n?? notes.md");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a poc mission without any check lands as unchecked and completes",
  async () => {
    const { machine } = aWorld({ mission: { milestones: { first: { a: { verify: undefined } } } } });
    await complete(machine);
    const ledger = machine.git("log", "--format=%B", "refs/mission/ledger/toy");
    expect(ledger).toContain("verdict: a gate unchecked");
    expect(ledger).toMatch(/toy is finished at \w+, and nothing checked it[.] Sign it off\?/);
    await endWell(machine);
  },
  LIMIT,
);

test(
  "hooks and signing in the person's configuration have no say in what the program does",
  async () => {
    const { machine } = aWorld({ mission: { milestones: { first: { a: {} } } } });
    machine.configure("[commit]\n\tgpgsign = true\n[merge]\n\tverifySignatures = true\n[core]\n\thooksPath = .hooks\n");
    for (const name of [
      "pre-commit",
      "post-merge",
      "post-checkout",
      "reference-transaction",
      "post-commit",
      "pre-push",
    ]) {
      machine.write({ [`.git/hooks/${name}`]: HOOK, [`.hooks/${name}`]: HOOK });
      machine.makeExecutable(`.git/hooks/${name}`, `.hooks/${name}`);
    }

    await untilDone(machine, "a");

    expect(machine.has("hooked")).toBe(false);
    machine.remove(".hooks");
    machine.remove(".git/hooks");
    machine.configure("[commit]\n\tgpgsign = false\n");
    await endWell(machine);
  },
  LIMIT,
);

const HOOK = `#!/bin/sh\ntouch "$(git rev-parse --show-toplevel)/hooked"\nexit 1\n`;

test(
  "a pulse needs no name of a person",
  async () => {
    const { machine } = aWorld({ mission: { milestones: { first: { a: {} } } } });
    const nobody = new Machine(machine.folder, null);
    await untilDone(nobody, "a");
    await endWell(nobody);
  },
  LIMIT,
);

test(
  "a bare repository is worked on without any checkout",
  async () => {
    const { machine } = aWorld();
    const bare = machine.cloneBare();
    await untilDone(bare, "a", "b");
    expect(bare.show("a.txt", "main")).toBe("hello a\n");
    await endWell(bare);
  },
  LIMIT,
);

test(
  "a detached HEAD is no checkout of home: home moves on and the person's files stay",
  async () => {
    const { machine } = aWorld();
    machine.git("checkout", "-q", "--detach");
    const before = machine.git("rev-parse", "HEAD");
    await untilDone(machine, "a", "b");
    expect(machine.git("rev-parse", "HEAD")).toBe(before);
    expect(machine.has("a.txt")).toBe(false);
    expect(machine.show("a.txt", "main")).toBe("hello a\n");
    expect(machine.git("status", "--porcelain")).toBe("");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a pulse as a process does what one in this process does",
  async () => {
    const { machine } = aWorld({ mission: { milestones: { first: { a: {} } } } });
    for (let count = 0; count < 12 && !machine.has("a.txt"); count += 1) {
      expect(machine.mission("pulse", "--wait").code).toBe(0);
    }
    const status = machine.mission("status", "--json");
    expect(JSON.parse(status.out).missions[0].progress).toEqual({ done: 1, total: 1 });
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a mission called stop is refused and harms no other",
  async () => {
    const { machine } = aWorld({ mission: [{ milestones: { first: { a: {} } } }, { id: "stop" }] });
    const sight = await pulseUntil(machine, "a is done", (seen) => seen.feature("toy/a").status === "done");
    expect(machine.oid("refs/mission/ledger/stop")).toBe(null);
    expect(sight.json.findings.map(({ file, code }) => `${code} ${file}`)).toContainEqual(
      "reserved-id missions/stop/mission.md",
    );
    await machine.must("stop", "--all");
    expect((await pulseOnce(machine)).sight.json.stopped).toBe(true);
    await machine.must("resume", "--all");
    await endWell(machine);
  },
  LIMIT,
);
