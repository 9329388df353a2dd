/** A person types in mission files, in every odd way that editors have, while features land in the same repository. */

import { describe, expect, test } from "vitest";
import { endWell } from "./kit/end-well.ts";
import type { Machine } from "./kit/machine.ts";
import { featurePath } from "./kit/mission-files.ts";
import { pulseOnce, pulseUntil, waitForRuns } from "./kit/pulses.ts";
import { untilDone } from "./kit/steps.ts";
import { aRemoteWorld, aWorld, type WorldWords } from "./kit/world.ts";

const LIMIT = 90_000;
const [CRLF, BOMMED, COMMENTED, BARE] = ["crlf", "bommed", "commented", "bare"].map((id) => featurePath(id)) as [
  string,
  string,
  string,
  string,
];
const MISSION = "missions/toy/mission.md";

/** Comments, quotes, odd spaces, line ends of two kinds, a byte order mark, and last lines without an end. */
const TYPED: Record<string, string> = {
  [CRLF]: [
    "---",
    "# the header has a comment",
    'title: "Lines end as on Windows"',
    "status:   todo     # not before Monday",
    "verify: [{ run: 'test -f crlf.txt' }]",
    "---",
    "# Feature",
    "",
    "Make crlf.txt.\t",
    "",
    "## Acceptance",
    "- [ ] it is there",
    "",
  ].join("\r\n"),
  [BOMMED]:
    "\uFEFF---\ntitle: A mark before all\nstatus: 'todo'\nverify: [{ run: test -f bommed.txt }]\n---\nMake it.\n\n## Acceptance\n- [ ] no line end here",
  [COMMENTED]:
    "---\ntitle:  Comments   # why not\n\n# a line of its own\nverify:\n  - run: test -f commented.txt   # cheap\n\n\nstatus: todo # <- mine\n\n---\n\n\nMake it.   \n\n## Acceptance\n- [ ] done\n\n\n",
  [BARE]:
    "---\ntitle: No status\nverify: [{ run: test -f bare.txt }]\n---\nMake bare.txt.\n\n## Acceptance\n- [ ] done\n",
  [MISSION]:
    "---\r\n# Ours\r\ntitle: Toy\r\nstatus: active # since Monday\r\nmode: poc\r\nhome: default\r\nbudget: { usd: 10 }   # enough\r\n---\r\n# Toy\r\n\r\n## Goal\r\n\r\nToys.",
};

/** What a landing leaves of a typed file. */
const done = (text: string): string =>
  /^status:/m.test(text)
    ? text.replace(/^(status:\s*'?)todo/m, "$1done")
    : text.replace("---\n", "---\nstatus: done\n");

interface Place {
  machine: Machine;
  /** Where the authority is. */
  folder: string;
  /** Brings the person's checkout of main up to date, and what it has committed to the authority. */
  sync(): void;
}

function local(words: WorldWords): Place {
  const { machine } = aWorld(words);
  return { machine, folder: machine.folder, sync: () => {} };
}

function remote(words: WorldWords): Place {
  const world = aRemoteWorld(words);
  const machine = world.clone("Anna");
  const sync = () => {
    machine.git("pull", "-q", "--rebase", "origin", "main");
    machine.git("push", "-q", "origin", "HEAD:main");
  };
  return { machine, folder: world.remote, sync };
}

/** Home as the authority has it. */
function atHome({ machine, folder }: Place, path: string): string | null {
  const text = machine.tryGit(
    "--git-dir",
    folder === machine.folder ? `${folder}/.git` : folder,
    "show",
    `main:${path}`,
  );
  return text.code === 0 ? text.out : null;
}

/** Lines that each commit of the program changed in mission files: `1 1 path` is one value. */
function machineEdits(machine: Machine): string[] {
  const format = ["--format=", "--numstat", "--committer=pulse@", "main", "--", "missions"];
  return machine
    .git("log", ...format)
    .split("\n")
    .filter(Boolean);
}

describe.each([
  ["in one repository", local],
  ["with a remote", remote],
])("%s", (_, open) => {
  test(
    "every byte that a person types stays, by hand and by save, and each commit of the program changes one value",
    async () => {
      const files = { ...TYPED };
      const place = open({ mission: { milestones: { first: {} } }, files, config: { parallel: 1 } });
      const { machine, sync } = place;
      const typed = { ...TYPED };
      const type = (path: string, from: string, to: string) => {
        machine.edit(path, from, to);
        typed[path] = (typed[path] ?? "").replace(from, to);
        if (!typed[path].includes(to)) throw new Error(`${path} was typed without ${from}`);
      };
      await pulseOnce(machine);

      // By hand on the default branch, while the first feature is worked on.
      type(COMMENTED, "# a line of its own", "# a line of its own\n# and one more, with trailing blanks   ");
      machine.commit("a comment", "missions");
      sync();
      await waitForRuns(machine);
      await pulseOnce(machine);

      // By save from another branch, with other work under way there.
      machine.git("switch", "-q", "-c", "work");
      machine.write({ "code.txt": "half written\n" });
      type(BOMMED, "Make it.", "Make it.\r\nMixed line ends are mine.");
      type(CRLF, "Make crlf.txt.\t", "Make crlf.txt.\t\r\n\r\n\u00dcber alles \u{1F600}\u0301");
      const saved = await machine.say("save");
      expect(saved).toMatchObject({ code: 0, err: "" });
      expect(saved.out).toMatch(/^Saved on main/);
      expect(atHome(place, BOMMED)).toContain("Mixed line ends are mine.");
      expect(machine.git("status", "--short", "code.txt")).toBe("?? code.txt");
      machine.git("stash", "-q", "--", "missions");
      machine.git("stash", "drop", "-q");
      await waitForRuns(machine);
      await pulseOnce(machine);
      machine.git("switch", "-q", "main");
      if (place.folder !== machine.folder) machine.git("pull", "-q", "--ff-only", "origin", "main");

      // By save where home is checked out, and by hand again.
      type(MISSION, "Toys.", "Toys.\r\nMore toys.");
      expect(await machine.say("save", "-m", "More of them")).toMatchObject({ code: 0, err: "" });
      await waitForRuns(machine);
      await pulseOnce(machine);
      if (place.folder !== machine.folder) machine.git("pull", "-q", "--rebase", "origin", "main");
      machine.write({ "missions/toy/assets/notes.bin": "\0\u0001not text\r\n" });
      machine.commit("an asset", "missions");
      sync();

      await untilDone(machine, "crlf", "bommed", "commented", "bare");

      for (const path of [CRLF, BOMMED, COMMENTED, BARE]) {
        expect(atHome(place, path)).toBe(done(typed[path] ?? ""));
      }
      expect(atHome(place, MISSION)).toBe(typed[MISSION]);
      expect(atHome(place, "missions/toy/assets/notes.bin")).toBe("\0\u0001not text\r\n");
      if (place.folder !== machine.folder) machine.git("fetch", "-q", "origin", "main:main", "--update-head-ok");
      expect(machineEdits(machine).toSorted()).toEqual(
        [`1\t0\t${BARE}`, ...[BOMMED, COMMENTED, CRLF].map((path) => `1\t1\t${path}`)].toSorted(),
      );
      await endWell(machine, { folder: place.folder });
    },
    LIMIT,
  );

  test(
    "a file that a person is typing in when its feature lands keeps what is typed, and both are saved",
    async () => {
      const place = open({ mission: { milestones: { first: {} } }, files: { [COMMENTED]: TYPED[COMMENTED] ?? "" } });
      const { machine } = place;
      const isLocal = place.folder === machine.folder;
      await pulseOnce(machine);
      await waitForRuns(machine);
      await pulseOnce(machine);
      await waitForRuns(machine);
      machine.edit(COMMENTED, "Make it.   ", "Make it.   \nWith a bow,");
      const typing = machine.read(COMMENTED);

      // Here git does not touch a file with edits, so the landing waits; at a remote it has landed already.
      const { sight } = await pulseOnce(machine);
      expect(sight.of("commented")).toBe(isLocal ? "review (landing)" : "done");
      expect(machine.read(COMMENTED)).toBe(typing);
      expect(await machine.must("status")).toContain("1 edit not in effect (toy/commented): mission save");

      expect(await machine.say("save")).toMatchObject({ code: 0, err: "" });
      await pulseUntil(machine, "it has landed", (seen) => seen.of("commented") === "done");
      expect(atHome(place, COMMENTED)).toBe(done(typing));
      expect(await machine.must("status")).not.toContain("not in effect");
      await endWell(machine, { folder: place.folder });
    },
    LIMIT,
  );
});
