/** The stories that faults are put into. Small, so that a trial takes a second or two. */

import { existsSync, mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { assertion, featureFile, featurePath } from "../../journeys/kit/mission-files.ts";
import { type Act, completed, type Scenario, SIGN } from "./scenario.ts";
import type { Stage } from "./stage.ts";

const ONE = { milestones: { first: { a: {} } } };
const HELLO_A = { "a.txt": "hello a\n" };
const HELLO_BOTH = { ...HELLO_A, "b.txt": "hello b\n" };
const HOME = "mission/toy/home";

const poc: Scenario = {
  name: "poc",
  words: {},
  acts: [SIGN],
  check: completed(HELLO_BOTH),
};

const APPROVE: Act = {
  name: "approve",
  isDue: (sight) => sight.of("a").startsWith("needs_input"),
  type: () => ["approve", "toy/a"],
};

const full: Scenario = {
  name: "full",
  words: { mission: { mode: "full", sign_off: "feature", verify: [{ run: "test -f README.md" }], ...ONE } },
  acts: [APPROVE, SIGN],
  check: completed(HELLO_A),
};

const homeBranch: Scenario = {
  name: "home-branch",
  words: { mission: { mode: "full", home: "branch", verify: [{ run: "test -f README.md" }], ...ONE } },
  acts: [SIGN],
  check: completed(HELLO_A),
};

const ANSWER: Act = {
  name: "answer",
  isDue: ({ asks }) => asks.some(({ text }) => text.includes("red or blue")),
  type: ({ asks }) => ["answer", asks.find(({ text }) => text.includes("red or blue"))?.id ?? "", "blue"],
};

const question: Scenario = {
  name: "question",
  words: {
    mission: ONE,
    workers: (worker) =>
      worker.does(
        "a",
        `[ -f half.txt ] || { echo half > half.txt; commit; echo "QUESTION: red or blue?"; exit 0; }
echo "hello a" > a.txt; commit; echo "DONE: blue"`,
      ),
  },
  acts: [ANSWER, SIGN],
  check: completed({ ...HELLO_A, "half.txt": "half\n" }),
};

const failingGate: Scenario = {
  name: "failing-gate",
  words: {
    mission: ONE,
    workers: (worker) =>
      worker.does(
        "a",
        `[ -f half.txt ] || { echo half > half.txt; commit; echo "DONE: I think"; exit 0; }
echo "hello a" > a.txt; commit; echo "DONE: now it is"`,
      ),
  },
  acts: [SIGN],
  check: completed({ ...HELLO_A, "half.txt": "half\n" }),
};

const fix: Scenario = {
  name: "validation-fix",
  words: {
    mission: {
      milestones: { first: { a: { fulfills: ["VAL-A-001"] } } },
      contract: assertion("VAL-A-001", "a says hello twice", 'test "$(grep -c hello a.txt)" = 2'),
    },
    workers(worker) {
      worker.does("a", 'echo "hello a" > a.txt; commit; echo "DONE: once"');
      worker.does("default", 'echo "hello again" >> a.txt; commit; echo "DONE: twice"');
    },
  },
  acts: [SIGN],
  check: completed({ "a.txt": "hello a\nhello again\n" }),
};

const milestones: Scenario = {
  name: "milestones",
  words: {
    mission: {
      milestones: { first: { a: { fulfills: ["VAL-A-001"] } }, second: { b: {} } },
      contract: assertion("VAL-A-001", "a is there", "test -f a.txt"),
    },
  },
  acts: [SIGN],
  check: completed(HELLO_BOTH),
};

const remote: Scenario = {
  name: "remote",
  words: { clones: ["Anna"] },
  acts: [SIGN],
  check: completed(HELLO_BOTH),
};

const twoHosts: Scenario = {
  name: "two-hosts",
  words: { clones: ["Anna", "Bert"], config: { parallel: 1 } },
  acts: [SIGN],
  check: completed(HELLO_BOTH),
};

const remoteHome: Scenario = {
  name: "remote-home",
  words: {
    clones: ["Anna"],
    mission: { mode: "full", home: "branch", verify: [{ run: "test -f README.md" }], ...ONE },
  },
  acts: [SIGN],
  check: completed(HELLO_A),
};

/** Commits an edit of `b` by hand, once. */
const EDIT: Act = {
  name: "edit",
  isDue: (sight, machine) => sight.of("a") === "done" && !machine.read(featurePath("b")).includes("Make b.txt well."),
  type: () => (machine) => {
    machine.edit(featurePath("b"), "Make b.txt.", "Make b.txt well.");
    machine.edit(featurePath("b"), "status: hold", "status: todo");
    machine.write({ "person.txt": "a person's\n" });
    machine.commit("do it well", featurePath("b"), "person.txt");
  },
};

const edit: Scenario = {
  name: "edit",
  words: { mission: { milestones: { first: { a: {}, b: { status: "hold" } } } } },
  acts: [EDIT, SIGN],
  check: completed({ ...HELLO_BOTH, "person.txt": "a person's\n" }),
};

const BUDGET: Act = {
  name: "budget",
  isDue: (sight) => sight.of("b") === "needs_input (budget)",
  type: () => ["budget", "toy", "usd=40"],
};

const budget: Scenario = {
  name: "budget",
  words: {
    paid: true,
    mission: { budget: { usd: 3 }, milestones: { first: { a: {}, b: { depends_on: ["a"] } } } },
    workers(worker) {
      for (const name of ["a", "b"]) {
        const write = `echo "hello ${name}" > ${name}.txt; commit; echo "DONE: it"`;
        worker.does(name, `echo 'USAGE: {"usd":3}'; ${write}`);
      }
    },
  },
  acts: [BUDGET, SIGN],
  check: completed(HELLO_BOTH),
};

const deadRun: Scenario = {
  name: "dead-run",
  words: {
    mission: ONE,
    workers: (worker) =>
      worker.does(
        "a",
        `[ -f kept.txt ] || { echo one > kept.txt; commit; echo two > loose.txt; kill -9 $PPID $$; }
echo "hello a" > a.txt; git add a.txt; git commit -qm a; echo "DONE: it"`,
      ),
  },
  acts: [SIGN],
  check: (sight, stage) => [
    ...completed({ ...HELLO_A, "kept.txt": "one\n" })(sight, stage),
    ...(isKept(stage, "loose.txt", "two\n") ? [] : ["loose.txt, which was in no commit, is nowhere"]),
  ],
};

/** Whether a file is in work that was rescued, or on the branch. */
function isKept({ machines: [machine], authority }: Stage, path: string, text: string): boolean {
  const refs = machine?.git(
    "-C",
    authority,
    "for-each-ref",
    "--format=%(refname)",
    "refs/mission/salvage",
    "refs/heads",
  );
  return (
    refs?.split("\n").some((ref) => machine?.tryGit("-C", authority, "show", `${ref}:${path}`).out === text) ?? false
  );
}

const isAtHome =
  (path: string, text: string): Act["isDue"] =>
  (_sight, machine) =>
    machine.show(path, HOME)?.includes(text) ?? false;

/** Types an edit into the person's own checkout, then saves it to the home branch. */
const save: Scenario = {
  name: "save",
  words: {
    mission: { mode: "full", home: "branch", milestones: { first: { a: {}, b: { status: "hold" } } } },
    config: { verify: [{ run: "test -f README.md" }] },
  },
  acts: [
    {
      name: "type",
      isDue: (sight, machine) =>
        sight.of("a") === "done" && !machine.read(featurePath("b")).includes("Make b.txt well."),
      type: () => (machine) => {
        machine.edit(featurePath("b"), "Make b.txt.", "Make b.txt well.");
        machine.edit(featurePath("b"), "status: hold", "status: todo");
      },
    },
    {
      name: "save",
      isDue: (sight, machine) =>
        sight.of("a") === "done" && !isAtHome(featurePath("b"), "Make b.txt well.")(sight, machine),
      type: () => ["save", "-m", "do it well"],
    },
    SIGN,
  ],
  check: completed(HELLO_BOTH),
};

const PAINT = featurePath("paint-it");

const add: Scenario = {
  name: "add",
  words: { mission: { milestones: { first: { a: {}, later: { status: "hold" } } } } },
  acts: [
    {
      name: "add",
      isDue: (sight, machine) => sight.of("a") === "done" && machine.show(PAINT, "main") === null,
      type: () => ["add", "toy/first", "Paint it"],
    },
    {
      name: "write",
      isDue: (_sight, machine) => machine.has(PAINT) && !machine.read(PAINT).includes("Make paint-it.txt"),
      type: () => (machine) => {
        machine.write({ [PAINT]: featureFile("paint-it") });
        machine.remove(featurePath("later"));
      },
    },
    {
      name: "save",
      isDue: (_sight, machine) =>
        machine.has(PAINT) && machine.read(PAINT) !== machine.show(PAINT, "main") && !machine.has(featurePath("later")),
      type: () => ["save", "-m", "what to paint"],
    },
    SIGN,
  ],
  check: completed({ ...HELLO_A, "paint-it.txt": "hello paint-it\n" }),
};

/** What a power cut may leave: a lock of a git that is gone, a branch without its value, half an index, half an object. */
const CUT: Act = {
  name: "cut",
  isDue: (sight, machine) =>
    sight.of("a") === "done" && machine.tryGit("rev-parse", "-q", "--verify", "topic").code !== 0,
  type: () => (machine) => {
    machine.git("branch", "topic");
    for (const [name, text] of Object.entries(DEBRIS)) {
      const path = join(machine.gitDir, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      makeOld(path);
    }
  },
};

const LOCK = "index.lock";

const DEBRIS = {
  [LOCK]: "",
  index: "DIRC",
  "refs/heads/topic": "",
  [`objects/12/${"3".repeat(38)}`]: "",
};

/** A doctor that was killed left its lock, and the next one says: in two minutes. */
const WAIT: Act = {
  name: "wait",
  isDue: (_sight, { gitDir }) => existsSync(join(gitDir, LOCK)) && ageOf(join(gitDir, LOCK)) < 2 * 60_000,
  type:
    () =>
    ({ gitDir }) =>
      makeOld(join(gitDir, LOCK)),
};

function ageOf(path: string): number {
  return Date.now() - statSync(path).mtimeMs;
}

function makeOld(path: string): void {
  const long = new Date(Date.now() - 3_600_000);
  utimesSync(path, long, long);
}

const DOCTOR: Act = {
  name: "doctor",
  isDue: (_sight, machine) => Object.entries(DEBRIS).some(([name, text]) => isThere(join(machine.gitDir, name), text)),
  type: () => ["doctor", "--fix"],
};

function isThere(path: string, text: string): boolean {
  return existsSync(path) && readFileSync(path, "utf8") === text;
}

const doctor: Scenario = {
  name: "doctor",
  words: { mission: { milestones: { first: { a: {}, b: { status: "hold" } } } } },
  acts: [
    WAIT,
    DOCTOR,
    CUT,
    {
      name: "release",
      isDue: (_sight, machine) => machine.read(featurePath("b")).includes("status: hold"),
      type: () => (machine) => {
        machine.write({ [featurePath("b")]: featureFile("b") });
        machine.commit("go on", featurePath("b"));
      },
    },
    SIGN,
  ],
  check: (sight, stage) => [
    ...completed(HELLO_BOTH)(sight, stage),
    ...completed(HELLO_A, "topic")(sight, stage),
    ...(stage.machines[0]?.git("status", "--porcelain") ? ["the checkout is not clean"] : []),
  ],
};

const RETRY: Act = {
  name: "retry",
  isDue: (sight) => sight.of("a") === "blocked (reverted)",
  type: () => ["retry", "toy/a", "once more"],
};

const REVERT: Act = {
  name: "revert",
  isDue: (sight, machine) =>
    sight.of("a") === "done" &&
    !machine
      .git("log", "--format=%s")
      .split("\n")
      .some((text) => text.startsWith("Revert ")),
  type: () => (machine) => void machine.git("revert", "--no-edit", "HEAD"),
};

const revert: Scenario = {
  name: "revert",
  words: {
    mission: { milestones: { first: { a: {}, b: { status: "hold" } } } },
    workers: (worker) =>
      worker.does(
        "a",
        `if [ -f a.txt ]; then echo more >> more.txt; fi; echo "hello a" > a.txt; commit; echo "DONE: it"`,
      ),
  },
  acts: [
    REVERT,
    RETRY,
    {
      name: "release",
      isDue: (sight, machine) => sight.of("a") === "done" && machine.read(featurePath("b")).includes("status: hold"),
      type: () => (machine) => {
        machine.write({ [featurePath("b")]: featureFile("b") });
        machine.commit("go on", featurePath("b"));
      },
    },
    SIGN,
  ],
  check: completed(HELLO_BOTH),
  rewritten: ["a"],
};

export const SCENARIOS: readonly Scenario[] = [
  poc,
  full,
  homeBranch,
  question,
  failingGate,
  fix,
  milestones,
  remote,
  twoHosts,
  remoteHome,
  edit,
  budget,
  deadRun,
  save,
  add,
  revert,
  doctor,
];
