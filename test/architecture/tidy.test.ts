import { execFileSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parseSync } from "@swc/core";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const MAX_LINES = 300;
const PURE_ROOMS = ["format", "derive", "decide", "policy", "planning", "view"];
/** Names that say nothing about what is inside. */
const EMPTY_NAMES = ["index", "utils", "util", "helpers", "common", "core", "manager", "service"];

const sources = globSync("src/**/*.ts", { cwd: root }).sort();
const pureSources = sources.filter((path) => PURE_ROOMS.includes(path.split("/")[1] ?? ""));
/** Not `git ls-files` alone: what is about to be committed counts too. */
const texts = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\n")
  .filter((path) => /[.](ts|mjs|json|md|yml|1|html|css)$|^[.]ci/.test(path));

test.each(sources)("%s has at most 300 lines", (path) => {
  expect(read(path).split("\n").length - 1).toBeLessThanOrEqual(MAX_LINES);
});

test("no file or folder of src has a name that says nothing", () => {
  const empty = sources.filter((path) => path.split("/").some((part) => EMPTY_NAMES.includes(basename(part, ".ts"))));
  expect(empty).toEqual([]);
});

test.each(pureSources)("%s is a function of its arguments", (path) => {
  expect(impurities(read(path))).toEqual([]);
});

test("what makes a file impure is found", () => {
  const impure =
    "async () => { await x; for await (const y of z) {} Date.now(); new Date(0); Math.random(); process.pid };";
  expect(impurities(impure)).toEqual(["Date.now", "Math.random", "async", "await", "new Date", "process"]);
  expect(impurities('// await\nconst text = "process.env"; Date.parse(text); Math.max(1);')).toEqual([]);
});

test("no file names a path of the machine that it was written on", () => {
  const machinePath = /(?<![\w.~-])[/](?:root|Users|home)[/][\w.-]+[/]/;
  const named = texts.filter(
    (path) => read(path).includes(root) || (!path.startsWith("test/") && machinePath.test(read(path))),
  );
  expect(named).toEqual([]);
});

test("the lock file names no host to download from", () => {
  expect(read("package-lock.json")).not.toContain('"resolved"');
});

test("every dependency has an exact version and its reason", () => {
  const manifest = JSON.parse(read("package.json"));
  const versions: Record<string, string> = { ...manifest.dependencies, ...manifest.devDependencies };
  expect(Object.values(versions).filter((version) => !/^\d+[.]\d+[.]\d+$/.test(version))).toEqual([]);
  expect(Object.keys(manifest["dependencies-because"]).sort()).toEqual(Object.keys(versions).sort());
});

/** The syntax that lets time, chance or the machine into a pure room, as names, sorted. */
function impurities(code: string): string[] {
  const found = new Set<string>();
  visit(parseSync(code, { syntax: "typescript", target: "es2022" }));
  return [...found].sort();

  // biome-ignore lint/suspicious/noExplicitAny: swc's tree has no type for "any node".
  function visit(node: any): void {
    if (node === null || typeof node !== "object") return;
    const { type, object, property, callee } = node;
    if (type === "AwaitExpression" || node.isAwait === true || node.await) found.add("await");
    if (node.async === true) found.add("async");
    if (type === "NewExpression" && callee.value === "Date") found.add("new Date");
    if (type === "MemberExpression" && object.value === "process") found.add("process");
    const member = type === "MemberExpression" ? `${object.value}.${property.value}` : "";
    if (member === "Date.now" || member === "Math.random") found.add(member);
    for (const child of Object.values(node)) visit(child);
  }
}

function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}
