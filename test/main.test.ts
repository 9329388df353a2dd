import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const built = join(root, "dist/main.js");
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

test.each(["--version", "-v", "version"])("%s prints the version, from the bundle and from source", (word) => {
  expect(run(built, word).stdout).toBe(`${version}\n`);
  expect(run(join(root, "src/main.ts"), word).stdout).toBe(`${version}\n`);
});

test.each(["--help", "-h", "help"])("%s prints the everyday commands, with --all every command", (word) => {
  expect(run(built, word).stdout).not.toContain("mission pulse");
  expect(run(built, word, "--all").stdout).toContain("mission pulse");
});

test("a reader that leaves early is no error, and the work goes on", () => {
  const chatty = brokenWith(`for (let i = 0; i < 5; i++) {
    process.stdout.write("line\\n");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return 0`);
  for (const command of [`${built} help --all`, `${built} --version`, `${chatty} status`]) {
    const { stderr } = spawnSync(
      "bash",
      ["-c", `{ sleep 0.2; ${process.execPath} ${command}; echo "ended with $?" >&2; } | true`],
      {
        encoding: "utf8",
      },
    );
    expect(stderr).toBe("ended with 0\n");
  }
});

test.each([
  'throw new Error("boom")',
  'setTimeout(() => { throw new Error("boom") }); return 0',
  'Promise.reject(new Error("boom")); await new Promise((resolve) => setTimeout(resolve, 1000))',
  'throw Object.assign(new Error("boom"), { code: "EPIPE", syscall: "write" })',
])("an internal error ends with 3, the stack and what to report: %s", (fault) => {
  const { status, stdout, stderr } = run(brokenWith(fault), "status");
  expect(status).toBe(3);
  expect(stdout).toBe("");
  expect(stderr).toContain("Error: boom");
  expect(stderr).toMatch(/^ {4}at .*program\.js/m);
  expect(stderr).toContain("mission --version");
});

test("compiled code goes to a cache of the user's own", () => {
  const cache = mkdtempSync(join(tmpdir(), "cache-"));
  spawnSync(process.execPath, [built, "no-such-command"], { env: { ...process.env, XDG_CACHE_HOME: cache } });
  expect(readdirSync(join(cache, "git-mission"))).toEqual(["compiled"]);
});

test("package.json, the build and the bin ask for the same oldest Node", () => {
  const { engines } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const asked = ["src/main.ts", "tools/require-node.mjs"].map((path) => readFileSync(join(root, path), "utf8"));
  for (const text of asked) expect(text).toContain(`"${engines.node.replace(">=", "")}"`);
  expect(readFileSync(join(root, "tools/build.mjs"), "utf8")).toContain(engines.node.replace(">=", "node"));
});

function run(file: string, ...args: string[]) {
  return spawnSync(process.execPath, [file, ...args], { encoding: "utf8" });
}

/** A copy of the built program in which every command does this. */
function brokenWith(body: string): string {
  const copy = join(mkdtempSync(join(tmpdir(), "broken-")), "dist");
  cpSync(join(root, "dist"), copy, { recursive: true });
  writeFileSync(join(copy, "package.json"), '{ "type": "module" }');
  writeFileSync(join(copy, "program.js"), `export async function runProgram() { ${body} }`);
  return join(copy, "main.js");
}
