import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { openGit } from "../../src/doors/git-process.ts";
import { makeWorkspaces } from "../../src/doors/workspace-clone.ts";
import { humble } from "../helpers/humble.ts";
import {
  commitFiles,
  git,
  temporaryFolder,
  temporaryRepository,
  writeFiles,
  writeScript,
} from "../helpers/repositories.ts";

const identity = { name: 'The "first" worker', email: "worker@example.com" };
const workspaces = makeWorkspaces({ env: process.env, identity });

function makeOrder(own: string): { gitDir: string; path: string; commit: string; branch: string; home: string | null } {
  const path = join(temporaryFolder(), "runs", "r1", "workspace");
  return {
    gitDir: join(own, ".git"),
    path,
    commit: git(own, "rev-parse", "HEAD"),
    branch: "mission/crm/schema",
    home: null,
  };
}

test("a clone has the files, the branch and the worker's identity, and no remote", async () => {
  const own = temporaryRepository({ a: "1\n", "src/b": "b\n" });
  const order = makeOrder(own);
  await workspaces.makeClone(order);
  expect(git(order.path, "rev-parse", "HEAD", "refs/heads/mission/crm/schema").split("\n")).toEqual([
    order.commit,
    order.commit,
  ]);
  expect(git(order.path, "symbolic-ref", "HEAD")).toBe("refs/heads/mission/crm/schema");
  expect(git(order.path, "status", "--porcelain")).toBe("");
  expect(git(order.path, "remote")).toBe("");
  commitFiles(order.path, { c: "c" }, "work");
  expect(git(order.path, "log", "-1", "--format=%an <%ae>")).toBe('The "first" worker <worker@example.com>');
  expect(git(order.path, "fsck", "--no-dangling")).toBe("");
});

test("its git directory is its own, and nothing in it is linked to the person's files", async () => {
  const own = temporaryRepository({ a: "1\n" });
  git(own, "gc", "-q");
  const order = makeOrder(own);
  await workspaces.makeClone(order);
  const files = listFiles(join(order.path, ".git"));
  expect(files.filter((file) => statSync(file).nlink > 1)).toEqual([]);
  expect(files.filter((file) => file.includes("/hooks/"))).toEqual([]);
  git(order.path, "update-ref", "refs/heads/evil", order.commit);
  expect(git(own, "branch", "--list", "evil")).toBe("");
});

test("home is kept as a branch when it differs from the start", async () => {
  const own = temporaryRepository({ a: "1\n" });
  const home = git(own, "rev-parse", "HEAD");
  const commit = commitFiles(own, { a: "2\n" }, "second");
  const order = { ...makeOrder(own), commit, home };
  await workspaces.makeClone(order);
  expect(git(order.path, "rev-parse", "home")).toBe(home);
  const same = { ...makeOrder(own), home: commit, commit };
  await workspaces.makeClone(same);
  expect(git(same.path, "branch", "--list", "home")).toBe("");
});

test("a clone that exists whole is kept as it is, half of one is made anew", async () => {
  const own = temporaryRepository({ a: "1\n" });
  const order = makeOrder(own);
  writeFiles(`${order.path}.half`, { ".git/HEAD": "ref: refs/heads/x\n", junk: "x" });
  mkdirSync(order.path);
  await workspaces.makeClone(order);
  expect(readdirSync(dirname(order.path))).toEqual(["workspace"]);
  expect(readdirSync(order.path).sort()).toEqual([".git", "a"]);
  writeFiles(order.path, { work: "kept" });
  await workspaces.makeClone(order);
  expect(readFileSync(join(order.path, "work"), "utf8")).toBe("kept");
});

test("files that lie where the clone belongs are not overwritten", async () => {
  const own = temporaryRepository({ a: "1\n" });
  const order = makeOrder(own);
  writeFiles(order.path, { mine: "x" });
  await expect(workspaces.makeClone(order)).rejects.toThrow("not empty");
  expect(readFileSync(join(order.path, "mine"), "utf8")).toBe("x");
});

test("line ends come out as in the person's checkout", async () => {
  const own = temporaryRepository({ a: "1\n" });
  git(own, "config", "core.autocrlf", "true");
  git(own, "config", "core.eol", "crlf");
  const order = makeOrder(own);
  await workspaces.makeClone(order);
  expect(readFileSync(join(order.path, "a"), "utf8")).toBe("1\r\n");
});

test("hooks and templates of the person do not run in a clone, nor lie in it", async () => {
  const own = temporaryRepository({ a: "1\n" });
  const canary = join(temporaryFolder(), "canary");
  const template = temporaryFolder();
  for (const hook of ["post-checkout", "reference-transaction"])
    writeScript(join(template, "hooks"), hook, `touch ${canary}`);
  git(own, "config", "--global", "init.templateDir", template);
  git(own, "config", "--global", "core.hooksPath", join(template, "hooks"));
  const order = makeOrder(own);
  await workspaces.makeClone(order);
  git(own, "config", "--global", "--unset", "core.hooksPath");
  git(own, "config", "--global", "--unset", "init.templateDir");
  expect(existsSync(canary)).toBe(false);
  expect(existsSync(join(order.path, ".git", "hooks"))).toBe(false);
});

test("the work of a clone can be imported, also from a shallow repository", async () => {
  const source = temporaryRepository({ a: "1\n" });
  commitFiles(source, { a: "2\n" }, "second");
  const own = temporaryFolder();
  git(own, "clone", "-q", "--depth=1", `file://${source}`, ".");
  const order = makeOrder(own);
  await workspaces.makeClone(order);
  const work = commitFiles(order.path, { b: "b" }, "work");
  const door = openGit({ cwd: own, env: process.env });
  expect(await door.importRef(order.path, "HEAD", "refs/mission/in/r1")).toBe(work);
});

test("a partial clone is refused with what to do about it", async () => {
  const source = temporaryRepository({ a: "1\n" });
  git(source, "config", "uploadpack.allowFilter", "true");
  const own = temporaryFolder();
  git(own, "clone", "-q", "--filter=blob:none", `file://${source}`, ".");
  await expect(workspaces.makeClone(makeOrder(own))).rejects.toThrow("partial clone");
});

test("a commit that is not there leaves nothing behind that looks like a clone", async () => {
  const own = temporaryRepository({ a: "1\n" });
  const order = { ...makeOrder(own), commit: "1".repeat(40) };
  await expect(workspaces.makeClone(order)).rejects.toThrow();
  expect(existsSync(order.path)).toBe(false);
});

test("eight clones at once do not disturb each other", async () => {
  const own = temporaryRepository(Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`d/${n}`, `${n}`])));
  const orders = Array.from({ length: 8 }, () => makeOrder(own));
  await Promise.all(orders.map((order) => workspaces.makeClone(order)));
  expect(orders.map((order) => git(order.path, "status", "--porcelain"))).toEqual(Array(8).fill(""));
});

test("files that .worktreeinclude lists are copied, never through a link out of the workspace", async () => {
  const own = temporaryRepository({
    ".gitignore": ".env*\nsecret\n",
    ".worktreeinclude": ".env*\nlinked/\n!.env.prod\n",
    a: "a",
  });
  const outside = temporaryFolder();
  symlinkSync(outside, join(own, "linked"));
  git(own, "add", "-A");
  git(own, "commit", "-qm", "link");
  const order = makeOrder(own);
  await workspaces.makeClone(order);
  const shared = join(temporaryFolder(), "shared.env");
  writeFileSync(shared, "S=1\n");
  symlinkSync(shared, join(own, ".env.shared"));
  rmSync(join(own, "linked"));
  writeFiles(own, { "linked/.env": "L=1\n", ".env": "A=1\n", ".env.prod": "P=1\n", "app/.env": "B=1\n", secret: "x" });
  const copied = await workspaces.copyIncluded({ checkout: own, path: order.path });
  expect([...copied].sort()).toEqual([".env", ".env.shared", "app/.env"]);
  expect(readFileSync(join(order.path, "app", ".env"), "utf8")).toBe("B=1\n");
  expect(realpathSync(join(order.path, ".env.shared"))).toBe(join(order.path, ".env.shared"));
  expect(await workspaces.copyIncluded({ checkout: own, path: order.path })).toEqual([]);
  expect(readdirSync(outside)).toEqual([]);
});

test("without a .worktreeinclude nothing is copied", async () => {
  const own = temporaryRepository({ a: "1\n" });
  const order = makeOrder(own);
  await workspaces.makeClone(order);
  expect(await workspaces.copyIncluded({ checkout: own, path: order.path })).toEqual([]);
});

test("what setup left untracked is listed, ignored files are not", async () => {
  const own = temporaryRepository({ ".gitignore": "node_modules\n", a: "1\n" });
  const order = makeOrder(own);
  await workspaces.makeClone(order);
  writeFiles(order.path, { "node_modules/x": "x", "gen/ü": "x", a: "changed" });
  expect(await workspaces.listUntracked(order.path)).toEqual(["gen/ü"]);
});

test("a workspace is removed, with what an earlier try left", async () => {
  const own = temporaryRepository({ a: "1\n" });
  const order = makeOrder(own);
  await workspaces.makeClone(order);
  writeFiles(`${order.path}.trash-1-1`, { x: "x" });
  await workspaces.remove(order.path);
  expect(readdirSync(dirname(order.path))).toEqual([]);
  await workspaces.remove(order.path);
});

test("folders that nobody may write in are removed too", () => {
  const folder = temporaryFolder();
  writeFiles(folder, { "workspace/cache/deep/file": "x" });
  for (const path of ["workspace/cache/deep", "workspace/cache"]) chmodSync(join(folder, path), 0o555);
  const source = `
    import { removeFolder } from ${JSON.stringify(join(import.meta.dirname, "../../src/doors/remove-folder.ts"))};
    await removeFolder(${JSON.stringify(join(folder, "workspace"))});
  `;
  const [program, ...args] = humble([process.execPath, "--input-type=module-typescript", "-e", source]);
  execFileSync(program, args);
  expect(readdirSync(folder)).toEqual([]);
});

test("removing a link removes the link", async () => {
  const target = temporaryFolder();
  writeFiles(target, { kept: "x" });
  const link = join(temporaryFolder(), "workspace");
  symlinkSync(target, link);
  await workspaces.remove(link);
  expect(existsSync(link)).toBe(false);
  expect(readdirSync(target)).toEqual(["kept"]);
});

function listFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

test("what Claude Code noted about a workspace goes, also when that is gone, and nothing else of the person's", async () => {
  const home = temporaryFolder("home");
  const runs = realpathSync(temporaryFolder("runs"));
  mkdirSync(join(runs, "a-1.x"));
  const projects = join(home, ".claude/projects");
  const nameOf = (path: string) => path.replace(/[^A-Za-z0-9]/g, "-");
  const own = ["a-1.x/workspace", "a-1.x/workspace2", "a-1.x", "b/workspace"].map((name) => nameOf(join(runs, name)));
  for (const name of [...own, "-home-anna-work"]) writeFiles(join(projects, name), { "s.jsonl": "{}\n" });
  const { forget } = makeWorkspaces({ env: { HOME: home }, identity });
  await forget(join(runs, "a-1.x/workspace"));
  expect(readdirSync(projects).sort()).toEqual([...own.slice(1), "-home-anna-work"].sort());
  await makeWorkspaces({ env: {}, identity }).forget(join(runs, "b/workspace"));
  await makeWorkspaces({ env: { CLAUDE_CONFIG_DIR: join(home, "other") }, identity }).forget(join(runs, "b/workspace"));
  expect(readdirSync(projects)).toContain(own[3]);
});
