import { mkdtempSync, readdirSync, realpathSync, renameSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { saveEdits } from "../../src/repo/save.ts";
import { beginLedger, FEATURE, makeRepository, openWorld, Repository, SCHEMA } from "./save-world.ts";

test("a linked worktree: edits there go to the branch that is checked out in the main one, by fast-forward", async () => {
  const repository = makeRepository();
  const linked = addWorktree(repository, "-b", "work");
  linked.edit(SCHEMA, "First", "1st");
  repository.write("src/code.txt", "mine\n");
  expect(await saveEdits(openWorld(repository, { cwd: linked.folder }))).toMatchObject({ saved: [{ branch: "main" }] });
  expect(repository.read(SCHEMA)).toContain("1st line.");
  expect(repository.status()).toBe(" M src/code.txt");
});

test("a checkout of the branch elsewhere whose own edit is in the way is left alone, with the reason", async () => {
  const repository = makeRepository();
  const linked = addWorktree(repository, "-b", "work");
  linked.edit(SCHEMA, "First", "1st");
  repository.edit(SCHEMA, "Third", "3rd");
  const result = await saveEdits(openWorld(repository, { cwd: linked.folder }));
  expect(result).toMatchObject({
    saved: [],
    refused: [{ code: "checkout-busy", message: expect.stringContaining(repository.folder) }],
  });
  expect(repository.status()).toBe(` M ${SCHEMA}`);
  expect(repository.git("log", "--format=%s", "main")).toBe("begin");
});

test("home checked out in a linked worktree: a commit there of just those files", async () => {
  const repository = makeRepository();
  beginLedger(repository, "crm");
  const linked = addWorktree(repository, "mission/crm/home");
  linked.edit(SCHEMA, "First", "1st");
  linked.write("src/code.txt", "mine\n");
  linked.git("add", "src/code.txt");
  const saved = await saveEdits(openWorld(repository, { cwd: linked.folder }));
  expect(saved).toMatchObject({ saved: [{ branch: "mission/crm/home", paths: [SCHEMA] }] });
  expect(linked.status()).toBe("M  src/code.txt");
  expect(repository.git("log", "--format=%s", "main")).toBe("begin");
});

test.each([
  ["a rebase of the branch", "rebase", (repository: Repository) => void repository.tryGit("rebase", "side")],
  ["a merge", "merge", (repository: Repository) => void repository.tryGit("merge", "side")],
  ["a cherry-pick", "cherry-pick", (repository: Repository) => void repository.tryGit("cherry-pick", "side")],
])("%s in progress holds the save back", async (_, word, begin) => {
  const repository = makeRepository();
  repository.git("branch", "-q", "side");
  repository.commitOn("side", { "src/code.txt": "theirs\n" });
  repository.write("src/code.txt", "mine\n");
  repository.commit("mine");
  begin(repository);
  repository.edit(SCHEMA, "First", "1st");
  const main = repository.git("rev-parse", "main");
  const result = await saveEdits(openWorld(repository));
  expect(result).toMatchObject({
    saved: [],
    refused: [{ code: "checkout-busy", message: expect.stringContaining(word) }],
  });
  expect(repository.git("rev-parse", "main")).toBe(main);
  expect(repository.read(SCHEMA)).toContain("1st line.");
});

test("another git at work in the index holds the save back, and nothing is half done", async () => {
  const repository = makeRepository();
  repository.edit(SCHEMA, "First", "1st");
  const lock = join(repository.folder, ".git/index.lock");
  writeFileSync(lock, "");
  const result = await saveEdits(openWorld(repository));
  expect(result).toMatchObject({
    saved: [],
    refused: [{ code: "checkout-busy", next: expect.stringContaining("index.lock") }],
  });
  renameSync(lock, `${lock}.gone`);
  expect(repository.status()).toBe(` M ${SCHEMA}`);
  expect(await saveEdits(openWorld(repository))).toMatchObject({ saved: [{ branch: "main" }] });
});

test("a signature is made where commit.gpgsign asks for one, and one that fails saves nothing", async () => {
  const repository = makeRepository();
  const signer = repository.program(
    ".git/signer",
    '#!/bin/sh\ncat > /dev/null\nprintf "\\n[GNUPG:] SIG_CREATED D\\n" >&2\nprintf -- "-----BEGIN PGP SIGNATURE-----\\nfake\\n-----END PGP SIGNATURE-----\\n"\n',
  );
  repository.git("config", "commit.gpgsign", "true");
  repository.git("config", "gpg.program", signer);
  repository.edit(SCHEMA, "First", "1st");
  expect(await saveEdits(openWorld(repository))).toMatchObject({ saved: [{ branch: "main" }] });
  expect(repository.git("cat-file", "commit", "HEAD")).toContain("gpgsig -----BEGIN PGP SIGNATURE-----");

  repository.program(".git/signer", "#!/bin/sh\necho no secret key >&2\nexit 2\n");
  repository.edit(SCHEMA, "Third", "3rd");
  const result = await saveEdits(openWorld(repository));
  expect(result).toMatchObject({
    saved: [],
    refused: [{ code: "signature", message: expect.stringContaining("commit.gpgsign") }],
  });
  expect(repository.status()).toBe(` M ${SCHEMA}`);
});

test("without a name and an address nothing is saved and the two lines to type are there", async () => {
  const repository = makeRepository();
  repository.edit(SCHEMA, "First", "1st");
  const env = { GIT_CONFIG_GLOBAL: "/dev/null" };
  const result = await saveEdits(openWorld(repository, { env }));
  expect(result).toMatchObject({
    saved: [],
    refused: [{ code: "no-identity", next: expect.stringMatching(/user\.name.*\n.*user\.email/) }],
  });
});

test("a bare repository has no files to save", async () => {
  const repository = makeRepository();
  repository.git("clone", "-q", "--bare", ".", "bare.git");
  const bare = new Repository(join(repository.folder, "bare.git"));
  expect(await saveEdits(openWorld(bare))).toMatchObject({ saved: [], refused: [{ code: "no-checkout" }] });
});

test("a secret's value is not saved, its reference is", async () => {
  const repository = makeRepository();
  const file = "missions/crm/mission.md";
  repository.write(
    file,
    "---\ntitle: CRM\nresources:\n  - { name: mail, kind: credential, secret: hunter2 }\n---\n# CRM\n",
  );
  const result = await saveEdits(openWorld(repository));
  expect(result).toMatchObject({
    saved: [],
    refused: [{ code: "secret-value", message: expect.stringContaining(`${file}:4`) }],
  });
  expect(JSON.stringify(result)).not.toContain("hunter2");
  repository.edit(file, "hunter2", '"env:MAIL_KEY"');
  expect(await saveEdits(openWorld(repository))).toMatchObject({ saved: [{ branch: "main" }] });
});

test("a staged version that differs from the file gives way to the file", async () => {
  const repository = makeRepository();
  repository.edit(SCHEMA, "First", "Staged");
  repository.git("add", SCHEMA);
  repository.edit(SCHEMA, "Staged", "In the file");
  await saveEdits(openWorld(repository));
  expect(repository.show(`main:${SCHEMA}`)).toBe(FEATURE.replace("First", "In the file"));
  expect(repository.status()).toBe("");
});

function addWorktree(repository: Repository, ...args: string[]): Repository {
  const folder = join(realpathSync(mkdtempSync(join(tmpdir(), "linked-"))), "tree");
  repository.git(
    "worktree",
    "add",
    "-q",
    ...args.slice(0, -1),
    ...(args[0] === "-b" ? [args.at(-1) ?? "", folder] : [folder, args.at(-1) ?? ""]),
  );
  return new Repository(folder);
}

test("what git would not take is left alone: a repository inside, a file that can't be read", async () => {
  const repository = makeRepository();
  repository.write("missions/crm/research/clone/file.txt", "x\n");
  repository.git("init", "-q", "missions/crm/research/clone");
  expect(await saveEdits(openWorld(repository))).toEqual({ kind: "nothing" });

  repository.git("config", "core.safecrlf", "true");
  repository.git("config", "core.autocrlf", "input");
  repository.write(SCHEMA, FEATURE.replaceAll("\n", "\r\n"));
  const result = await saveEdits(openWorld(repository));
  expect(result).toMatchObject({
    saved: [],
    refused: [{ code: "unreadable", message: expect.stringContaining(SCHEMA) }],
  });
});

test("a branch that is not there is not made", async () => {
  const repository = makeRepository();
  beginLedger(repository, "crm");
  repository.git("switch", "-q", "-c", "work");
  repository.git("branch", "-q", "-D", "mission/crm/home");
  repository.edit(SCHEMA, "First", "1st");
  const result = await saveEdits(openWorld(repository));
  expect(result).toMatchObject({ saved: [], refused: [{ code: "no-branch", next: "mission doctor" }] });
  expect(repository.git("for-each-ref", "--format=%(refname)", "refs/heads")).toBe("refs/heads/main\nrefs/heads/work");
});

test("a repository whose ids are sha256, and names that no `rev:path` could hold", async () => {
  const repository = makeRepository({}, "--object-format=sha256");
  for (const path of ["missions/crm/mission.md", "missions/crm/assets/a\nb/c:d.txt"])
    repository.write(path, "---\ntitle: x\n---\n");
  await saveEdits(openWorld(repository));
  repository.write("missions/crm/assets/a\nb/c:d.txt", "changed\n");
  repository.remove("missions/crm/mission.md");
  expect(await saveEdits(openWorld(repository))).toMatchObject({ saved: [{ branch: "main" }] });
  expect(repository.status()).toBe("");
  expect(repository.git("rev-parse", "HEAD")).toHaveLength(64);
});

test("an editor that was closed without a commit does not hold a save back for long", async () => {
  const repository = makeRepository();
  repository.write(".git/COMMIT_EDITMSG", "given up\n");
  repository.edit(SCHEMA, "First", "1st");
  expect(await saveEdits(openWorld(repository))).toMatchObject({ saved: [{ branch: "main" }] });
});

test("a file that changes while it is saved is not overwritten", async () => {
  const repository = makeRepository();
  const world = openWorld(repository);
  repository.edit(SCHEMA, "First line.", "First line, saved.");
  const { writeCommit } = world.person;
  world.person.writeCommit = async (commit) => {
    if (!repository.read(SCHEMA).includes("typed"))
      repository.edit(SCHEMA, "Third line.", "Third line, typed meanwhile.");
    return writeCommit(commit);
  };
  expect(await saveEdits(world)).toMatchObject({ kind: "done", refused: [] });
  const text = FEATURE.replace("First line.", "First line, saved.").replace(
    "Third line.",
    "Third line, typed meanwhile.",
  );
  expect(repository.read(SCHEMA)).toBe(text);
  expect(repository.show(`main:${SCHEMA}`)).toBe(text);
});

test("an edit of the same length in the second of the last commit is seen, and no other such edit is hidden", async () => {
  const repository = makeRepository();
  // What else gives an edit away to git is the time of the last change of the file's own entry, which can't be set.
  repository.git("config", "core.trustctime", "false");
  const moment = new Date("2020-01-01T00:00:00Z");
  const touch = (...paths: string[]) => {
    for (const path of paths) utimesSync(join(repository.folder, path), moment, moment);
  };
  touch(SCHEMA, "src/code.txt");
  repository.git("update-index", "--refresh");
  touch(".git/index");
  repository.edit(SCHEMA, "First", "1stly");
  repository.write("src/code.txt", "mine\n");
  touch(SCHEMA, "src/code.txt");
  expect(await saveEdits(openWorld(repository))).toMatchObject({ saved: [{ branch: "main", paths: [SCHEMA] }] });
  expect(repository.status()).toBe(" M src/code.txt");
});

test("saves at the same moment in one checkout all come through, and leave the index as it should be", async () => {
  const repository = makeRepository();
  const paths = Array.from({ length: 5 }, (_, index) => `missions/crm/research/${index}.md`);
  for (const path of paths) repository.write(path, `${path}\n`);
  repository.write("src/code.txt", "staged\n");
  repository.git("add", "src/code.txt");
  const results = await Promise.all(paths.map((path) => saveUntilDone(repository, path)));
  expect(results).toEqual(paths.map((path) => [path]));
  expect(repository.status()).toBe("M  src/code.txt");
  expect(repository.git("ls-tree", "-r", "--name-only", "HEAD", "missions/crm/research").split("\n")).toEqual(paths);
  expect(readdirSync(join(repository.folder, ".git")).filter((name) => name.startsWith("index"))).toEqual(["index"]);
});

/** Another save may hold the checkout for a moment; a person types the command again. */
async function saveUntilDone(repository: Repository, path: string): Promise<readonly string[]> {
  for (;;) {
    const result = await saveEdits(openWorld(repository), { paths: [path] });
    if (result.kind === "done" && result.saved[0]) return result.saved[0].paths;
    const code = result.kind === "done" ? result.refused[0]?.code : result.kind;
    if (code !== "checkout-busy" && code !== "contended") throw new Error(`ended with ${code}`);
  }
}
