import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import type { Command } from "../../src/cli/command.ts";
import { helpText } from "../../src/cli/help.ts";
import { COMMANDS } from "../../src/cli/program.ts";
import { usageText } from "../../src/cli/usage.ts";
import { temporaryFolder } from "../helpers/repositories.ts";
import { FILES, Repository } from "../repo/save-world.ts";
import { makeActive } from "./active-mission.ts";
import { type } from "./mission-command.ts";

const source = join(import.meta.dirname, "../../src");
const commands: Command[] = await Promise.all(Object.values(COMMANDS).map(async (load) => (await load()).command));

describe.each(commands.map((command) => [`mission ${command.name}`.trim(), command] as const))(
  "%s",
  (typed, command) => {
    it("stands in the table under its own name", async () => {
      expect((await COMMANDS[command.name]?.())?.command).toBe(command);
    });

    it("has its line in the help text", () => {
      const line = helpText(true)
        .split("\n")
        .find((text) => new RegExp(`^ {2}${typed}(?: |$)`).test(text));
      expect(line).toBeDefined();
    });

    it("has a help page with an example of itself", () => {
      const page = usageText(command);
      expect(page).toContain(`Usage: ${typed}`);
      expect(page).toContain("--json");
      for (const line of command.example.split("\n")) expect(line).toMatch(new RegExp(`^${typed}(?: |$)`));
    });

    it("says what each argument and option is, in one line that begins small", () => {
      for (const { about } of [...command.arguments, ...command.options]) expect(about).toMatch(/^[^A-Z\n][^\n]*[^.]$/);
      expect(command.summary).toMatch(/^[a-z][^\n]*[^.]$/);
    });

    it("names only options that it has in its example", () => {
      const known = command.options.flatMap(({ usage }) => usage.match(/--?[a-z-]+/g) ?? []);
      for (const option of command.example.match(/(?<= )--?[a-z][a-z-]*/g) ?? []) expect(known).toContain(option);
    });

    it("never speaks of runners, workers or executors", () => {
      expect(usageText(command)).not.toMatch(/\b(?:runner|worker|executor)s?\b/i);
    });
  },
);

test("every file with a command stands in the table", () => {
  const files = readdirSync(join(source, "cli"), { recursive: true, encoding: "utf8" }).filter(
    (name) =>
      name.endsWith(".ts") &&
      readFileSync(join(source, "cli", name), "utf8").includes("export const command: Command ="),
  );
  const table = readFileSync(join(source, "cli/program.ts"), "utf8");
  expect(files.filter((name) => !table.includes(`import("./${name}")`))).toEqual([]);
});

/** Writes a file with the words of the format page. */
const WRITES_FILES = ["machine/init-config.ts"];

test("no text of a command or view speaks of runners, workers or executors", () => {
  const files = ["cli", "view"].flatMap((folder) =>
    readdirSync(join(source, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts") && !WRITES_FILES.includes(name))
      .map((name) => join(source, folder, name)),
  );
  const texts = files.flatMap(
    (file) =>
      readFileSync(file, "utf8")
        .replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$|^import .*$/gm, "")
        .match(/"[^"\n]*"|`[^`]*`/g) ?? [],
  );
  expect(
    texts.filter((text) => /\b(?:runners?|workers?|executors?)\b/i.test(text.replace(/\$\{[^}]*\}/g, ""))),
  ).toEqual([]);
});

describe("wrong use", () => {
  it.each([
    [["statsu", "crm"], "unknown command: statsu; did you mean status?", "mission status crm"],
    [["blah"], "unknown command: blah", "mission help --all"],
    [["status", "crm/schem"], "nothing is named crm/schem; did you mean crm/schema?", "mission status crm/schema"],
    [["show", "schema"], "nothing is named schema; did you mean crm/schema?", "mission show crm/schema"],
    [["show"], "missing required argument 'thing'", "mission show THING"],
    [["log", "--cvs"], "unknown option '--cvs'; did you mean --csv?", "mission log [THING] [--since <t"],
    [["status", "crm", "more"], "too many arguments", "mission status [THING]"],
    [["report", "--since", "yesterday"], "yesterday is no time", "--since 24h"],
    [["report", "--since", "99999999d"], "99999999d is before 1970", "--since 30d"],
    [
      ["report", "--by", "colour"],
      "--by takes feature, agent, runtime, model, day, not colour",
      "mission report --by feature",
    ],
    [["pulse", "--max", "many"], "--max takes a number, not many", "mission pulse --max 2"],
  ])("%j is told in one line what to type", async (argv, message, next) => {
    const { code, out, err } = await type(makeActive(), argv);
    expect(code).toBe(2);
    expect(out).toBe("");
    const [first, second, ...rest] = err.split("\n");
    expect(first).toContain(`mission: ${message}`);
    expect(second).toContain(`next: ${next}`);
    expect(rest).toEqual([]);
  });

  it("is told to programs as JSON, too", async () => {
    const { code, out } = await type(makeActive(), ["show", "crm/schem", "--json"]);
    expect(code).toBe(2);
    expect(JSON.parse(out)).toEqual({
      error: {
        code: "unknown-thing",
        message: "nothing is named crm/schem; did you mean crm/schema?",
        next: "mission show crm/schema --json",
      },
    });
  });

  it("outside of a repository says so, but for what can look at the machine", async () => {
    const nowhere = new Repository(temporaryFolder("nowhere"));
    const { code, err } = await type(nowhere, ["status"]);
    expect(code).toBe(2);
    expect(err).toMatch(/is not in a git repository\nnext: git init/);
    const doctor = await type(nowhere, ["doctor"]);
    expect(doctor.code).toBe(0);
    expect(doctor.out).toMatch(/bad +repository .*is not in a git repository/);
  });

  it("shows help anywhere, and does nothing then", async () => {
    const nowhere = new Repository(temporaryFolder("nowhere"));
    for (const argv of [
      ["show", "--help"],
      ["show", "crm", "-h"],
      ["help", "show"],
    ]) {
      const { code, out } = await type(nowhere, argv);
      expect(code).toBe(0);
      expect(out).toMatch(/^Usage: mission show THING/);
    }
    expect(FILES).toBeDefined();
  });
});
