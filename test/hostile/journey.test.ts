/**
 * Each text of the corpus through the ways in: files, commands, what workers and checks say, names of files, commits of
 * people, settings. Nothing of it is run, nothing of it reaches a terminal as a command, and what a person wrote is kept.
 * Where one text costs a process, every fifth is taken; with HOSTILE=all each of them.
 */

import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../helpers/repositories.ts";
import { endWell } from "../journeys/kit/end-well.ts";
import type { Machine, Said } from "../journeys/kit/machine.ts";
import { pulseOnce, pulseUntilIdle, waitForRuns } from "../journeys/kit/pulses.ts";
import { untilDone } from "../journeys/kit/steps.ts";
import { aWorld } from "../journeys/kit/world.ts";
import { type Hostile, hostileTexts } from "./corpus.ts";

const LIMIT = 600_000;
const STEP = process.env.HOSTILE === "all" ? 1 : 5;
const canary = join(temporaryFolder("canary"), "canary");
const TEXTS = hostileTexts(canary);
const SOME = TEXTS.filter((_, index) => index % STEP === 0);
const ONE = { milestones: { first: { a: {} } } };
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not get through.
const OBEYED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

/** Types it, and looks at what a terminal would get. An internal error (3) is one of ours. */
async function say(machine: Machine, ...argv: string[]): Promise<Said> {
  const said = await machine.say(...argv);
  const words = argv.map((word) => JSON.stringify(word)).join(" ");
  // Lines of a spreadsheet end in CRLF.
  const seen = argv.includes("--csv") ? said.out.replaceAll("\r\n", "\n") : said.out;
  expect(`${seen}\n${said.err}`, `mission ${words}`).not.toMatch(OBEYED);
  expect([0, 1, 2, 4], `mission ${words}: ${said.err}`).toContain(said.code);
  expect(existsSync(canary), `mission ${words}`).toBe(false);
  return said;
}

/** What a person reads of a mission. */
async function readAll(machine: Machine, ...things: string[]): Promise<void> {
  const pages = [["status"], ["inbox"], ["log"], ["log", "--csv"], ["report"], ["check"], ["show", "toy"], ["diff"]];
  for (const page of [
    ...pages,
    ...things.flatMap((thing) => [
      ["show", thing],
      ["log", thing],
      ["explain", thing],
    ]),
  ])
    await say(machine, ...page);
  for (const page of [["status"], ["log"], ["report"], ["show", "toy"]])
    JSON.parse((await say(machine, ...page, "--json")).out);
}

test("the corpus has at least three hundred texts, and no two alike", () => {
  expect(TEXTS.length).toBeGreaterThanOrEqual(300);
  expect(new Set(TEXTS.map(({ text }) => text)).size).toBe(TEXTS.length);
});

test(
  "in titles, texts and values of mission files they are words, and every byte of them stays",
  async () => {
    const files = Object.fromEntries(
      TEXTS.map(({ text }, index) => [`missions/toy/milestones/01-first/f${index}.md`, featureSaying(text)]),
    );
    const { machine } = aWorld({ mission: ONE, files });
    await untilDone(machine, "a");
    await pulseUntilIdle(machine);
    const { out } = await say(machine, "status", "--json");
    const titles = JSON.parse(out).missions[0].milestones[0].features.map(({ title }: { title: string }) => title);
    expect(titles).toHaveLength(TEXTS.length + 1);
    const shown = SOME.map((_, index) => `toy/f${index * STEP}`);
    await readAll(machine, ...shown.filter((_, index) => index % STEP === 0));
    for (const [path, text] of Object.entries(files)) expect(machine.read(path), path).toBe(text);
    await endWell(machine);
  },
  LIMIT,
);

/** The text as title, as heading, as criterion, and in other values; the feature is held. */
function featureSaying(text: string): string {
  const value = JSON.stringify(text.toWellFormed());
  const header = [`title: ${value}`, "status: hold", `scope: [${value}]`, `agent: ${value}`, `secrets: [${value}]`];
  const body = text.toWellFormed().replaceAll("\u0000", "");
  return `---\n${header.join("\n")}\nverify: [{ run: ${value} }]\n---\n# ${body}\n\n## Acceptance\n- [ ] ${body}\n`;
}

test(
  "in what a worker prints, hands over, commits and names its files they are words",
  async () => {
    const { machine, worker } = aWorld({ mission: ONE });
    const folder = writeTexts(worker.folder);
    worker.does(
      "a",
      `echo "hello a" > a.txt; cp "${folder}/all.txt" "$MISSION_HANDOFF_FILE"; cp -r "${folder}/names/." .; git add -A
for message in "${folder}"/messages/*; do git commit -q --allow-empty --cleanup=verbatim -F "$message"; done
cat "${folder}/all.txt"; cat "${folder}/all.txt" >&2; echo "DONE: $(cat "${folder}/line.txt")"`,
    );
    await pulseOnce(machine);
    await waitForRuns(machine);
    await readAll(machine, "toy/a", "a-1");
    await say(machine, "output", "a-1");
    await say(machine, "show", "toy/a", "--diff");
    const sight = await untilDone(machine, "a");
    expect(sight.of("a")).toBe("done");
    await readAll(machine, "toy/a");
    await endWell(machine);
  },
  LIMIT,
);

/** The texts as one output, as messages of commits, and as names of files where a file can have them. */
function writeTexts(parent: string): string {
  const folder = join(parent, "hostile");
  for (const part of ["messages", "names"]) mkdirSync(join(folder, part), { recursive: true });
  const plain = TEXTS.filter(({ text }) => !/^(?:QUESTION|BLOCKED|VERDICT|USAGE|DONE):/.test(text));
  writeFileSync(join(folder, "all.txt"), plain.map(({ text }) => `said: ${text}\n`).join(""));
  writeFileSync(join(folder, "line.txt"), "\u001b[2Jdone\u202e");
  for (const [index, { text }] of SOME.entries()) {
    writeFileSync(join(folder, "messages", `${index}`), `${text.replaceAll("\u0000", "")}\n`);
  }
  for (const { text } of TEXTS.filter(isFileName)) writeFileSync(join(folder, "names", text), "x\n");
  return folder;
}

function isFileName({ text }: Hostile): boolean {
  const isGits = /git/i.test(text.normalize("NFKC").replace(/\p{Cf}/gu, ""));
  return !/[/\\\0]|^\.{1,2}$/.test(text) && Buffer.byteLength(text) < 200 && text.isWellFormed() && !isGits;
}

test(
  "in what a check prints they are words, in evidence, prompt and page",
  async () => {
    const { machine, worker } = aWorld({ mission: false });
    const folder = writeTexts(worker.folder);
    const verify = [{ run: `cat ${folder}/all.txt; test "$(cat a.txt)" = better` }];
    const { missionFiles } = await import("../journeys/kit/mission-files.ts");
    machine.write(missionFiles({ milestones: { first: { a: { verify } } } }));
    machine.commit("a mission");
    worker.does("a.2", 'echo better > a.txt; commit; echo "DONE: better"');
    await untilDone(machine, "a");
    expect(worker.prompt("a", 2)).toContain("said: ");
    await readAll(machine, "toy/a");
    await endWell(machine);
  },
  LIMIT,
);

const COMMANDS: readonly ((text: string) => string[])[] = [
  (text) => ["show", text],
  (text) => ["comment", "toy/a", text],
  (text) => ["status", text],
  (text) => ["log", text],
  (text) => ["explain", text],
  (text) => ["answer", text, text],
  (text) => ["approve", text, "--override", text],
  (text) => ["deny", text, text],
  (text) => ["pause", text],
  (text) => ["quarantine", text, text],
  (text) => ["stop", text],
  (text) => ["resume", text],
  (text) => ["retry", "toy/a", text],
  (text) => ["cancel", text, text],
  (text) => ["budget", text, "usd=1"],
  (text) => ["budget", "toy/a", text],
  (text) => ["add", text, text],
  (text) => ["add", "first", text],
  (text) => ["edit", text],
  (text) => ["save", text],
  (text) => ["save", "-m", text],
  (text) => ["check", text],
  (text) => ["check", "--plan", text],
  (text) => ["new", text],
  (text) => ["new", "--plan", text],
  (text) => ["new", "a toy", "--id", text],
  (text) => ["start", text],
  (text) => ["output", text],
  (text) => ["log", "--since", text],
  (text) => ["report", "--by", text],
  (text) => [text],
];

test(
  "as arguments of commands they are taken for what they are, or refused in one line",
  async () => {
    const { machine } = aWorld({ mission: { milestones: { first: { a: { status: "hold" } } } } });
    await pulseUntilIdle(machine);
    for (const [index, { text }] of TEXTS.entries()) {
      if (STEP > 1 && index % 2 === 1) continue;
      const turns = STEP === 1 ? COMMANDS : [COMMANDS[(index / 2) % COMMANDS.length]];
      for (const command of turns) await say(machine, ...(command?.(text) ?? []));
    }
    await say(machine, "resume", "--all");
    await readAll(machine, "toy/a");
    expect(machine.git("status", "--porcelain")).toBe("");
    expect(machine.tryGit("fsck", "--strict", "--no-dangling").err).not.toContain("error");
  },
  LIMIT,
);

test(
  "in commits of people on home they are words",
  async () => {
    const { machine } = aWorld({ mission: ONE });
    for (const { text } of SOME) {
      const words = text.replaceAll("\u0000", "").toWellFormed();
      machine.tryGit(
        "commit",
        "-q",
        "--allow-empty",
        "--cleanup=verbatim",
        "-m",
        words || "empty",
        `--author=${words} <x@example.com>`,
      );
    }
    await untilDone(machine, "a");
    await readAll(machine, "toy/a");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "in the settings of the repository they are names of nothing, and nothing is started for them",
  async () => {
    const { machine } = aWorld({ mission: ONE });
    const names = TEXTS.filter(({ kind }) => kind === "options" || kind === "addresses" || kind === "names");
    for (const [index, { text }] of names.filter((_, place) => place % STEP === 0).entries()) {
      const key = index % 2 === 0 ? "mission.remote" : "mission.default";
      machine.git("config", key, text);
      for (const command of [["status"], ["pulse"], ["doctor"]]) await say(machine, ...command);
      machine.git("config", "--unset", key);
    }
    await untilDone(machine, "a");
    await endWell(machine);
  },
  LIMIT,
);
