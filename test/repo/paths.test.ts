import { describe, expect, test } from "vitest";
import type { PathPolicy } from "../../src/model/run.ts";
import { classifyPaths, type PathChange } from "../../src/repo/paths.ts";

const policy: PathPolicy = {
  missionFolders: ["missions", "todo/missions"],
  writable: ["missions/crm/{research,assets}/**"],
  protected: [".github/**", "AGENTS.md", "package.json#scripts"],
  scope: [],
};

function change(path: string, more: Partial<PathChange> = {}): PathChange {
  return { status: "M", path, mode: "100644", oid: "0".repeat(40), target: null, changedKeys: null, ...more };
}

function violates(changed: PathChange): boolean {
  return classifyPaths([changed], policy).violations.length > 0;
}

describe("what can never land", () => {
  test.each([
    "missions/crm/mission.md",
    "missions/other/research/notes.md",
    "missions/config.md",
    "todo/missions/x/mission.md",
    "Missions/crm/mission.md",
    "mi\u200cssions/crm/mission.md",
    "mi\u017f\u017fions/crm/mission.md",
    "missions",
    "missions/crm/Research/x.md",
    ".gitmodules",
    "a/.GIT/config",
    "a/git~1/config",
    "a/.git /config",
    "a/.git./config",
    "a/.git::$INDEX_ALLOCATION/config",
    "a/.g\u200cit/config",
    "a\\.git\\config",
  ])("a change of %j", (path) => {
    expect(violates(change(path))).toBe(true);
  });

  test.each([
    "src/a.ts",
    "missions/crm/research/a.md",
    "missions/crm/assets/b/c.png",
    "my-missions/a.md",
    "todo",
    ".gitignore",
    ".gitattributes",
  ])("but not one of %j", (path) => {
    expect(violates(change(path))).toBe(false);
  });

  test("a submodule, git's own files as links, a broken link object", () => {
    expect(violates(change("vendor/lib", { mode: "160000" }))).toBe(true);
    expect(violates(change(".gitattributes", { mode: "120000", target: "other" }))).toBe(true);
    expect(violates(change("a", { mode: "120000", target: null }))).toBe(true);
    expect(violates(change("todo", { mode: "120000", target: "src" }))).toBe(true);
  });

  test.each([
    ["a/link", "/etc/passwd", true],
    ["a/link", "../../b", true],
    ["a/link", "../b", false],
    ["a/link", "b/../c", true],
    ["a/b/link", "../../.git/config", true],
    ["a/b/link", "../../c", false],
    ["link", ".", false],
    ["link", "..", true],
    ["link", "C:/x", true],
    ["link", "a\\..\\..", true],
  ])("a link at %s to %s: %s", (path, target, expected) => {
    expect(violates(change(path, { mode: "120000", target }))).toBe(expected);
  });

  test("a deleted link or odd name is no violation", () => {
    expect(violates(change("a", { mode: "120000", status: "D" }))).toBe(false);
    expect(violates(change("a/git~1", { status: "D" }))).toBe(false);
  });
});

describe("what a person is asked about", () => {
  const asked = (changed: PathChange, scope: readonly string[] = []) =>
    classifyPaths([changed], { ...policy, scope }).protectedPaths;

  test("protected paths, in any folder and letter case", () => {
    expect(asked(change(".github/workflows/ci.yml"))).toHaveLength(1);
    expect(asked(change("packages/a/agents.md"))).toHaveLength(1);
    expect(asked(change("src/a.ts"))).toEqual([]);
  });

  test("a protected key counts where its value changed, or where that can't be told", () => {
    expect(asked(change("package.json", { changedKeys: ["scripts"] }))).toHaveLength(1);
    expect(asked(change("package.json", { changedKeys: [] }))).toEqual([]);
    expect(asked(change("package.json", { changedKeys: null }))).toHaveLength(1);
  });

  test("a scope gives a protected path free only by its name", () => {
    expect(asked(change(".github/workflows/ci.yml"), [".github/workflows/**"])).toEqual([]);
    expect(asked(change(".github/workflows/ci.yml"), ["**"])).toHaveLength(1);
    expect(asked(change("AGENTS.md"), ["*.md"])).toHaveLength(1);
    expect(asked(change("package.json"), ["package.json", "src/**"])).toEqual([]);
  });

  test("paths outside the scope, but for the mission's own research", () => {
    const scoped = { ...policy, scope: ["src/contacts/**"] };
    const changes = ["src/contacts/a.ts", "src/deals/b.ts", "missions/crm/research/c.md"].map((path) => change(path));
    expect(classifyPaths(changes, scoped).outsidePaths).toEqual(["src/deals/b.ts"]);
    expect(classifyPaths(changes, policy).outsidePaths).toEqual([]);
  });
});
