import { expect, test } from "vitest";
import { saveEdits } from "../../src/repo/save.ts";
import { AUTH, beginLedger, FEATURE, makeRepository, openWorld, SCHEMA } from "./save-world.ts";

test("on the default branch it is a commit of just the edited mission files", async () => {
  const repository = makeRepository();
  repository.edit(SCHEMA, "First line.", "First line, edited.");
  repository.write("missions/crm/milestones/01-base/new.md", "---\ntitle: New\n---\n");
  repository.remove(AUTH);
  repository.edit("README.md", "hello", "hello there");
  repository.write("src/code.txt", "staged\n");
  repository.git("add", "src/code.txt");
  repository.write("src/code.txt", "staged and changed\n");
  repository.write("notes.txt", "mine\n");

  const result = await saveEdits(openWorld(repository));

  expect(result).toMatchObject({ kind: "done", refused: [], saved: [{ branch: "main" }] });
  expect(repository.git("show", "--name-status", "--format=%s%n%an <%ae>", "HEAD").split("\n")).toEqual([
    "Edit crm/auth, crm/new, crm/schema",
    "Test Person <test@example.com>",
    "",
    `D\t${AUTH}`,
    "A\tmissions/crm/milestones/01-base/new.md",
    `M\t${SCHEMA}`,
  ]);
  expect(repository.status().split("\n")).toEqual([" M README.md", "MM src/code.txt", "?? notes.txt"]);
  expect(repository.git("show", ":src/code.txt")).toBe("staged");
});

test("nothing to save says so and commits nothing", async () => {
  const repository = makeRepository();
  const head = repository.git("rev-parse", "HEAD");
  expect(await saveEdits(openWorld(repository))).toEqual({ kind: "nothing" });
  repository.write("src/code.txt", "more\n");
  expect(await saveEdits(openWorld(repository))).toEqual({ kind: "nothing" });
  expect(repository.git("rev-parse", "HEAD")).toBe(head);
});

test.each([
  ["CRLF", FEATURE.replaceAll("\n", "\r\n")],
  ["a byte order mark", `\uFEFF${FEATURE}`],
  ["no final newline", FEATURE.trimEnd()],
  ["mixed line ends and trailing blanks", FEATURE.replace("\n\n", "  \r\n\t\n")],
  ["bytes that are no text", Uint8Array.from([0, 255, 254, 10, 13, 10, 128])],
])("a file with %s is saved byte for byte", async (_, text) => {
  const repository = makeRepository();
  repository.write(SCHEMA, text);
  await saveEdits(openWorld(repository));
  expect(repository.bytes("show", `main:${SCHEMA}`)).toEqual(Buffer.from(text as string));
  expect(repository.status()).toBe("");

  repository.git("switch", "-q", "-c", "other", "main~1");
  repository.write(AUTH, text);
  await saveEdits(openWorld(repository));
  expect(repository.bytes("show", `main:${AUTH}`)).toEqual(Buffer.from(text as string));
  expect(repository.bytes("show", `main:${SCHEMA}`)).toEqual(Buffer.from(text as string));
});

test("a mission with a ledger is saved on the default branch where that is checked out", async () => {
  const repository = makeRepository();
  beginLedger(repository, "crm");
  repository.edit(SCHEMA, "First", "1st");
  expect(await saveEdits(openWorld(repository))).toMatchObject({ saved: [{ branch: "main", paths: [SCHEMA] }] });
});

test("on another branch the edits are merged onto home, and no other file, index or branch is touched", async () => {
  const repository = makeRepository();
  beginLedger(repository, "crm");
  repository.git("switch", "-q", "-c", "work");
  repository.write("src/code.txt", "work in progress\n");
  repository.git("add", "src/code.txt");
  repository.edit(SCHEMA, "First line.", "First line, edited.");
  repository.git("add", SCHEMA);
  repository.edit("missions/config.md", "Be kind.", "Be kinder.");
  repository.commitOn("mission/crm/home", { [SCHEMA]: FEATURE.replace("Third line.", "Third line, by the program.") });
  const status = repository.status();
  const [work, index] = [repository.git("rev-parse", "work"), repository.git("ls-files", "-s")];

  const result = await saveEdits(openWorld(repository));

  expect(result).toMatchObject({ saved: [{ branch: "main" }, { branch: "mission/crm/home" }], refused: [] });
  expect(repository.show(`mission/crm/home:${SCHEMA}`)).toBe(
    FEATURE.replace("First line.", "First line, edited.").replace("Third line.", "Third line, by the program."),
  );
  expect(repository.git("diff", "--name-only", "mission/crm/home~1", "mission/crm/home")).toBe(SCHEMA);
  expect(repository.git("diff", "--name-only", "main~1", "main")).toBe("missions/config.md");
  expect(repository.status()).toBe(status);
  expect([repository.git("rev-parse", "work"), repository.git("ls-files", "-s")]).toEqual([work, index]);
  expect(await saveEdits(openWorld(repository))).toEqual({ kind: "nothing" });
});

test("a conflict is shown with its lines, and nothing is written", async () => {
  const repository = makeRepository();
  beginLedger(repository, "crm");
  repository.git("switch", "-q", "-c", "work");
  repository.edit(SCHEMA, "Second line.", "Second line, mine.");
  repository.edit("missions/config.md", "kind", "kinder");
  repository.commitOn("mission/crm/home", {
    [SCHEMA]: FEATURE.replace("Second line.", "Second line, theirs.").replace("# S", "#  S"),
  });
  const before = repository.git("for-each-ref");

  const result = await saveEdits(openWorld(repository));

  expect(result).toEqual({
    kind: "conflict",
    branch: "mission/crm/home",
    conflicts: [
      {
        path: SCHEMA,
        line: 12,
        mine: ["Second line, mine."],
        theirs: ["Second line, theirs."],
        message: "both changed these lines",
      },
    ],
  });
  expect(repository.git("for-each-ref")).toBe(before);
});

test("a file that one side deleted and the other changed is a conflict as a whole", async () => {
  const repository = makeRepository();
  repository.git("switch", "-q", "--detach");
  repository.remove(AUTH);
  repository.edit(SCHEMA, "First", "1st");
  repository.commitOn("main", { [AUTH]: "gone another way\n" });
  expect(await saveEdits(openWorld(repository))).toMatchObject({
    kind: "conflict",
    conflicts: [{ path: AUTH, line: null }],
  });
});

test("the same lines can be saved again and again from another branch", async () => {
  const repository = makeRepository();
  repository.git("switch", "-q", "-c", "work");
  const texts = ["One.", "Two.", "Three.\nand four."];
  let last = "First line.";
  for (const text of texts) {
    repository.edit(SCHEMA, last, text);
    repository.commitOn("main", { [`src/${last}`]: "landed\n" });
    expect(await saveEdits(openWorld(repository))).toMatchObject({ saved: [{ branch: "main", paths: [SCHEMA] }] });
    expect(repository.show(`main:${SCHEMA}`)).toBe(FEATURE.replace("First line.", text));
    last = text;
  }
});

test("saved lines that are thrown away in the checkout are not taken back on the branch", async () => {
  const repository = makeRepository();
  repository.git("switch", "-q", "-c", "work");
  repository.edit(SCHEMA, "First line.", "First line, saved.");
  await saveEdits(openWorld(repository));
  repository.git("checkout", "-q", "--", SCHEMA);
  expect(await saveEdits(openWorld(repository))).toEqual({ kind: "nothing" });

  repository.edit(SCHEMA, "Third line.", "Third line, later.");
  const result = await saveEdits(openWorld(repository));

  expect(result).toMatchObject({ saved: [{ branch: "main" }], notes: [expect.stringContaining("crm/schema")] });
  expect(repository.show(`main:${SCHEMA}`)).toBe(
    FEATURE.replace("First line.", "First line, saved.").replace("Third line.", "Third line, later."),
  );
});

test("what is committed on another branch is saved with the rest", async () => {
  const repository = makeRepository();
  repository.git("switch", "-q", "-c", "work");
  repository.edit(SCHEMA, "First line.", "First line, committed.");
  repository.edit("src/code.txt", "code", "code of mine");
  repository.commit("wip");
  repository.edit(SCHEMA, "Third line.", "Third line, not committed.");
  await saveEdits(openWorld(repository));
  expect(repository.show(`main:${SCHEMA}`)).toBe(
    FEATURE.replace("First line.", "First line, committed.").replace("Third line.", "Third line, not committed."),
  );
  expect(repository.show("main:src/code.txt")).toBe("code\n");
});

test("detached HEAD, and the first save in a repository without commits", async () => {
  const repository = makeRepository();
  repository.git("switch", "-q", "--detach");
  repository.edit(SCHEMA, "First", "1st");
  expect(await saveEdits(openWorld(repository))).toMatchObject({ saved: [{ branch: "main" }] });
  expect(repository.show(`main:${SCHEMA}`)).toContain("1st line.");
  expect(repository.status()).toBe(` M ${SCHEMA}`);

  const fresh = makeRepository({});
  fresh.write("missions/config.md", "---\nparallel: 2\n---\n");
  fresh.write("code.txt", "mine\n");
  expect(await saveEdits(openWorld(fresh))).toMatchObject({
    saved: [{ branch: "main", paths: ["missions/config.md"] }],
  });
  expect(fresh.git("ls-tree", "-r", "--name-only", "HEAD")).toBe("missions/config.md");
  expect(fresh.status()).toBe("?? code.txt");
});

test("only the paths that were named, and an editor's droppings never", async () => {
  const repository = makeRepository();
  for (const path of [SCHEMA, AUTH]) repository.edit(path, "First", "1st");
  repository.write(`${SCHEMA}~`, "backup");
  repository.write("missions/crm/.mission.md.swp", "swap");
  repository.write("missions/crm/research/notes.txt", "notes");
  await saveEdits(openWorld(repository), { paths: [SCHEMA], message: "Say it better\n\nBecause." });
  expect(repository.git("show", "--name-only", "--format=%B", "HEAD")).toBe(`Say it better\n\nBecause.\n\n\n${SCHEMA}`);
  await saveEdits(openWorld(repository), { paths: ["missions/crm"] });
  expect(repository.status().split("\n")).toEqual(["?? missions/crm/.mission.md.swp", `?? ${SCHEMA}~`]);
});

test("renames, modes, links and names with odd characters", async () => {
  const repository = makeRepository();
  repository.git("mv", AUTH, "missions/crm/milestones/01-base/sign-in.md");
  repository.program("missions/crm/scripts/check it.sh", "#!/bin/sh\n");
  repository.git("config", "core.quotePath", "true");
  repository.write('missions/crm/assets/\u00e4 "b"\tc.txt', "odd");
  const { symlinkSync } = await import("node:fs");
  symlinkSync("check it.sh", `${repository.folder}/missions/crm/scripts/link`);
  await saveEdits(openWorld(repository));
  expect(repository.status()).toBe("");
  expect(
    repository.git("ls-tree", "-r", "-z", "HEAD", "missions/crm/scripts", "missions/crm/assets").split("\0"),
  ).toEqual([
    expect.stringMatching(/^100644 blob .*\tmissions\/crm\/assets\/\u00e4 "b"\tc\.txt$/),
    expect.stringMatching(/^100755 blob .*\tmissions\/crm\/scripts\/check it\.sh$/),
    expect.stringMatching(/^120000 blob .*\tmissions\/crm\/scripts\/link$/),
    "",
  ]);
});

test("line ends that the person's git converts are saved as git would commit them", async () => {
  const repository = makeRepository();
  repository.write(".gitattributes", "*.md text eol=crlf\n");
  repository.commit("attributes");
  repository.write(SCHEMA, FEATURE.replaceAll("\n", "\r\n").replace("First", "1st"));
  await saveEdits(openWorld(repository));
  expect(repository.show(`main:${SCHEMA}`)).toBe(FEATURE.replace("First", "1st"));
  expect(repository.git("status", "--porcelain", SCHEMA)).toBe("");
});
