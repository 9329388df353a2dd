/**
 * One repository with every kind of bad file beside a healthy mission: bytes, YAML, plans and file systems as they should not
 * be. The corpus is that of F29 to F32 of the research on reliability.
 */

import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { endWell } from "./kit/end-well.ts";
import { subjects } from "./kit/ledgers.ts";
import type { Machine } from "./kit/machine.ts";
import { complete } from "./kit/steps.ts";
import { aWorld } from "./kit/world.ts";

const LIMIT = 120_000;
const FIRST = "milestones/01-first";
const ESC = "\u001b[31mred\u001b[0m\u0007";

const mission = (more = "") =>
  `---\ntitle: Poisoned\nstatus: active\nmode: poc\nbudget: none\nhome: default\n${more}---\n# P\n`;
const feature = (lines: string, body = "Text.\n") => `---\ntitle: Bad\n${lines}---\n${body}`;
const utf16 = (text: string) => Buffer.from(`\uFEFF${text}`, "utf16le");

function bomb(): string {
  const lines = ["a: &a [x,x,x,x,x,x,x,x,x]"];
  for (const [index, name] of [..."bcdefghi"].entries()) {
    const inner = `*${"abcdefgh"[index]}`;
    lines.push(`${name}: &${name} [${Array(9).fill(inner).join(",")}]`);
  }
  return `${lines.join("\n")}\n`;
}

/** By mission: one bad feature file. */
const BAD_FEATURES: Record<string, string | Uint8Array> = {
  empty: "",
  headless: "# no header\n",
  unclosed: "---\ntitle: never closed\n\nText\n",
  "another-language": "---js\n{ title: process.exit() }\n---\n",
  "utf-sixteen": utf16("---\ntitle: wide\n---\n"),
  "nul-byte": feature("size: M\0\n"),
  binary: Uint8Array.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0xff, 0xfe]),
  "too-large": Buffer.alloc(3 * 1024 * 1024, 45),
  "tabbed-header": feature("verify:\n\t- run: x\n"),
  "alias-bomb": feature(bomb()),
  nested: feature(`scope: ${"[".repeat(20_000)}${"]".repeat(20_000)}\n`),
  "custom-tag": feature("size: !!js/function 'x'\n"),
  "twice-a-key": feature("size: S\nsize: M\n"),
  "merge-key": feature("<<: { size: S }\n"),
  proto: feature("__proto__: { size: S }\nconstructor: 1\nsize: []\n"),
  "no-number": feature("priority: 1e400\n"),
  "a-date": feature("size: 2026-01-01\nstatus: no\n"),
  "status-alias": feature("size: &s todo\nstatus: *s\n"),
  "status-block": feature("status: |\n  todo\n"),
  "needs-itself": feature("depends_on: [bad]\n"),
  "needs-nothing": feature("depends_on: [nobody, nowhere/neither]\n"),
  escapes: feature(`verify: "\\e[31m"\nsize: "${"\\x1b]0;owned\\x07"}"\n`),
  bidi: feature("size: \u202eM\n", "rm -rf \u202e/ emoh\u202c\n"),
};

/** Files that belong to no mission of the list above; each is bad by itself. */
const BAD_FILES: Record<string, string | Uint8Array> = {
  "missions/bad-mission/mission.md": "---\ntitle: [\n---\n",
  "missions/bad-words/mission.md": mission("mode: fulll\nparallel: many\n"),
  "missions/no-mission-file/milestones/01-first/x.md": feature(""),
  "missions/bad-contract/contract.md":
    "### VAL-A-001: twice\nx\n\n### VAL-A-001: twice\n\n```yaml verify\nmethod: [\n```\n",
  "missions/bad-milestone/milestones/01-first/milestone.md": "---\nstatus: nonsense\n---\n",
  "missions/same-ids/milestones/02-second/bad.md": feature(""),
  "missions/cycle/milestones/01-first/two.md": feature("depends_on: [bad]\n"),
  "missions/case/milestones/01-first/Bad.md": feature(""),
  "missions/homoglyph/milestones/01-first/b\u0430d.md": feature(""),
  "missions/composed/milestones/01-first/caf\u00e9.md": feature(""),
  "missions/decomposed/milestones/01-first/cafe\u0301.md": feature(""),
  "missions/option/milestones/01-first/--upload-pack=x.md": feature(""),
  "missions/shell/milestones/01-first/$(touch owned).md": feature(""),
  "missions/newline/milestones/01-first/ev\nil.md": feature(""),
  [`missions/colours/milestones/01-first/${ESC}.md`]: feature(""),
  "missions/stop/mission.md": mission(),
  "missions/UPPER/mission.md": mission(),
  "missions/agents/bad-role.md": "---\nname: [\n---\n",
};

/** What each mission needs beside its bad file so that it is one. */
function frame(name: string): Record<string, string> {
  return {
    [`missions/${name}/mission.md`]: mission(),
    [`missions/${name}/${FIRST}/milestone.md`]: "---\ntitle: First\n---\nIt stands.\n",
  };
}

function write(machine: Machine, path: string, bytes: string | Uint8Array): void {
  mkdirSync(dirname(join(machine.folder, path)), { recursive: true });
  writeFileSync(join(machine.folder, path), bytes);
}

/** Writes the corpus and answers the paths of its bad files. */
function poison(machine: Machine): string[] {
  // What is missing is named, and not what is there instead.
  const bad = Object.keys(BAD_FILES).map((path) => path.replace(/^(missions\/no-mission-file)\/.*/, "$1/mission.md"));
  for (const [name, bytes] of Object.entries(BAD_FEATURES)) {
    for (const [path, text] of Object.entries(frame(name))) write(machine, path, text);
    write(machine, `missions/${name}/${FIRST}/bad.md`, bytes);
    bad.push(`missions/${name}/${FIRST}/bad.md`);
  }
  for (const path of Object.keys(BAD_FILES)) {
    const name = path.split("/")[1] ?? "";
    if (!path.includes("/milestones/") && name !== "bad-contract") continue;
    for (const [place, text] of Object.entries(frame(name)))
      if (name !== "no-mission-file" || !place.endsWith("mission.md")) write(machine, place, text);
  }
  write(machine, "missions/same-ids/milestones/01-first/bad.md", feature(""));
  write(machine, "missions/cycle/milestones/01-first/bad.md", feature("depends_on: [two]\n"));
  write(machine, "missions/case/milestones/01-first/bad.md", feature(""));
  for (const [path, bytes] of Object.entries(BAD_FILES)) write(machine, path, bytes);
  return bad;
}

/** Links, and files that git does not keep. */
function poisonPlaces(machine: Machine): string[] {
  for (const [path, text] of Object.entries(frame("links"))) write(machine, path, text);
  const folder = `missions/links/${FIRST}`;
  const links = { inside: "milestone.md", outside: "/etc/passwd", dangling: "nowhere.md", loop: "loop.md" };
  for (const [name, target] of Object.entries(links)) symlinkSync(target, join(machine.folder, folder, `${name}.md`));
  symlinkSync("toy", join(machine.folder, "missions/alias"));
  execFileSync("sh", ["-c", 'mkfifo "$0"', join(machine.folder, folder, "pipe.md")]);
  return [...Object.keys(links).map((name) => `${folder}/${name}.md`), "missions/alias"];
}

/** Lines that would do something to a terminal. */
function harmful(text: string): string[] {
  return text.split("\n").filter((line) => /\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u.test(line));
}

test(
  "one repository with every kind of bad file: the healthy mission comes to its end, and every bad file is named",
  async () => {
    const { machine, worker } = aWorld({
      mission: { milestones: { first: { a: {} } } },
      // Odd, and nothing is wrong with them.
      files: {
        [`missions/toy/${FIRST}/mac.md`]: "---\rtitle: Old Mac\r---\rText.\r",
        [`missions/toy/${FIRST}/crlf.md`]: "---\r\ntitle: CRLF\r\n---\r\nText\r\n",
        [`missions/toy/${FIRST}/marked.md`]: "\uFEFF---\ntitle: Mark\n---\nno end",
        [`missions/toy/${FIRST}/dashes.md`]: "---\ntitle: Dashes\n---\n---\nno: header\n---\n\ttabs\n",
      },
      config: { parallel: 4 },
    });
    const bad = [...poison(machine), ...poisonPlaces(machine)];
    machine.commit("poison");
    worker.does(
      "default",
      'echo "$MISSION/$MISSION_FEATURE" >> "$W/ran"\necho x > $MISSION_FEATURE.txt\ncommit\necho "DONE: ok"',
    );

    const checked = JSON.parse((await machine.say("check", "--json")).out);
    const named = new Set(checked.findings.map(({ file }: { file: string }) => file));
    expect(bad.filter((path) => !named.has(path))).toEqual([]);
    expect((await machine.say("check")).code).toBe(1);

    await complete(machine);

    for (const name of ["a", "mac", "crlf", "marked", "dashes"]) expect(machine.read(`${name}.txt`)).toBe("x\n");
    expect(machine.read("missions/toy/mission.md")).toContain("\nstatus: completed\n");
    expect(subjects(machine, "landed")).toHaveLength(5);
    const said = await machine.must("status", "--json");
    expect(harmful(said)).toEqual([]);
    const status = JSON.parse(said);
    const found = new Set(status.findings.map(({ file }: { file: string }) => file));
    expect(bad.filter((path) => !found.has(path) && !path.includes(ESC) && !path.includes("\n"))).toEqual([]);
    for (const argv of [["status"], ["inbox"], ["check"], ["log"], [], ["show", "escapes/bad"], ["report"]]) {
      const { out, err } = await machine.say(...argv);
      expect([argv, harmful(out + err)]).toEqual([argv, []]);
    }
    expect(machine.has("owned")).toBe(false);
    const ran = readFileSync(join(worker.folder, "ran"), "utf8").trim().split("\n");
    expect(ran.filter((name) => !name.startsWith("toy/"))).toEqual([]);
    await endWell(machine);
  },
  LIMIT,
);
