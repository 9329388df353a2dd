import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import rules from "../../.dependency-cruiser.mjs";

const root = join(import.meta.dirname, "../..");
const ruleNames = (rules.forbidden ?? []).map(({ name }) => name ?? "");

/** One import each that the rule of that name exists to stop: importing file, then its text. */
const VIOLATIONS: Record<string, [file: string, text: string]> = {
  "what model may import": ["model/a.ts", 'import "../schema/target.ts";'],
  "what schema may import": ["schema/a.ts", 'import "node:fs";'],
  "what format may import": ["format/a.ts", 'import "node:path";'],
  "what derive may import": ["derive/a.ts", 'import "../format/target.ts";'],
  "what decide may import": ["decide/a.ts", 'import type { T } from "../derive/target.ts";'],
  "what policy may import": ["policy/a.ts", 'import "../format/target.ts";'],
  "what planning may import": ["planning/a.ts", 'import "zod";'],
  "what view may import": ["view/a.ts", 'import "node:util";'],
  "what doors may import": ["doors/a.ts", 'import "../repo/target.ts";'],
  "what repo may import": ["repo/a.ts", 'import "../derive/target.ts";'],
  "what observe may import": ["observe/a.ts", 'import "../decide/target.ts";'],
  "what apply may import": ["apply/a.ts", 'import "../derive/target.ts";'],
  "what runner may import": ["runner/a.ts", 'import "../apply/target.ts";'],
  "what pulse.ts may import": ["pulse.ts", 'import "./runner/target.ts";'],
  "what main.ts may import": ["main.ts", 'import "./view/target.ts";'],
  "what cli may import": ["cli/a.ts", 'import "../console/target.ts";'],
  "what console may import": ["console/a.ts", 'import "../mcp/target.ts";'],
  "what mcp may import": ["mcp/a.ts", 'import "../main.ts";'],
  "doors know the model by type": ["doors/b.ts", 'import { target } from "../model/target.ts"; target;'],
  "doors are handed in": ["repo/b.ts", 'import "../doors/target.ts";'],
  "main.ts loads cli lazily": ["main.ts", 'import "./cli/target.ts";'],
  "observe parses lazily": ["observe/b.ts", 'import "../format/target.ts";'],
  "CommonJS packages come through a file of ours": ["cli/d.ts", 'await import("yaml");'],
  "no import cycles": ["view/b.ts", 'import "./c.ts";'],
  "src stands alone": ["cli/b.ts", 'import "../../test/target.ts";'],
  "imports resolve": ["cli/c.ts", 'import "./nowhere.ts";'],
};

test("src keeps to the floors", () => {
  const { status, stdout } = cruise(root, "err-long");
  expect(status, stdout).toBe(0);
});

test("every folder of src is on a floor", () => {
  const rooms = readdirSync(join(root, "src")).filter((name) => !name.endsWith(".md"));
  const floors = ruleNames.flatMap((name) => /^what (.+) may import$/.exec(name)?.[1] ?? []);
  expect(rooms.filter((room) => !floors.includes(room))).toEqual([]);
});

test("every rule stops what it is there to stop", () => {
  const wrong = mkdtempSync(join(tmpdir(), "floors-"));
  symlinkSync(join(root, "node_modules"), join(wrong, "node_modules"));
  writeFileSync(join(wrong, "package.json"), "{}");
  symlinkSync(join(root, ".dependency-cruiser.mjs"), join(wrong, ".dependency-cruiser.mjs"));
  const files: Record<string, string> = { "../test/target.ts": "", "view/c.ts": 'import "./b.ts";' };
  for (const [file, text] of Object.values(VIOLATIONS)) {
    files[file] = `${files[file] ?? ""}${text}\n`;
    files[`${dirname(file)}/target.ts`] = "export type T = 1;\nexport const target = 1;\n";
  }
  for (const [file, text] of Object.entries(files)) {
    const path = join(wrong, "src", file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  const { summary } = JSON.parse(cruise(wrong, "json").stdout);
  const broken = summary.violations.map(
    ({ rule, from }: { rule: { name: string }; from: string }) => `${rule.name}: ${from}`,
  );

  expect(Object.keys(VIOLATIONS).sort()).toEqual([...ruleNames].sort());
  for (const [rule, [file]] of Object.entries(VIOLATIONS)) expect(broken).toContain(`${rule}: src/${file}`);
});

function cruise(cwd: string, outputType: string) {
  const program = join(root, "node_modules/.bin/depcruise");
  return spawnSync(program, ["src", "--output-type", outputType], { cwd, encoding: "utf8" });
}
