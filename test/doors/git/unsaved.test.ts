import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { openGit } from "../../../src/doors/git-process.ts";
import { commitFiles, git, temporaryFolder, temporaryRepository, writeFiles } from "../../helpers/repositories.ts";

const doors: { close(): void }[] = [];

afterEach(() => {
  for (const door of doors.splice(0)) door.close();
});

/** A repository with rules, and a folder of files beside it. */
function aFolder(files: Readonly<Record<string, string>>, rules: Readonly<Record<string, string>> = {}) {
  const repository = temporaryRepository({ "saved.txt": "saved\n", ...rules });
  const folder = temporaryFolder("workspace");
  writeFiles(folder, { "saved.txt": "saved\n", ...rules, ...files });
  const door = openGit({ cwd: repository, env: process.env });
  doors.push(door);
  const base = git(repository, "rev-parse", "HEAD");
  const look = (most = 1000) => door.listUnsaved(folder, { saved: base, base, excludeFile: null, most });
  return { folder, look };
}

describe("what lies in a folder and was not saved", () => {
  it("is every file that the base's rules do not ignore, whatever the folder's own rules say", async () => {
    const { folder, look } = aFolder(
      { "a.log": "", "sub/b.tmp": "", "b.tmp": "", "own/secret": "", "dist/x": "", "keep/dist": "" },
      { ".gitignore": "*.log\ndist/\n", "sub/.gitignore": "*.tmp\n" },
    );
    writeFiles(folder, { ".gitignore": "*\n" });
    expect([...(await look()).files].sort()).toEqual(["b.tmp", "keep/dist", "own/secret"]);
  });

  it("is found under names that git would read as something else", async () => {
    const names = [":(top)x", "*.c", "-f", '"quoted"', "line\nend", "ü"];
    const { look } = aFolder(Object.fromEntries(names.map((name) => [name, ""])), { ".gitignore": "*.log\n" });
    expect([...(await look()).files].sort()).toEqual([...names].sort());
  });

  it("is a repository at any depth, but none below a folder that the base ignores", async () => {
    const { folder, look } = aFolder({}, { ".gitignore": "cache/\n" });
    for (const path of ["a/b/inner", "cache/inner"]) {
      mkdirSync(join(folder, path), { recursive: true });
      git(join(folder, path), "init", "-q");
      commitFiles(join(folder, path), { "x.txt": "x\n" }, "x");
    }
    expect((await look()).repositories).toEqual(["a/b/inner"]);
  });

  it("is said to be unknown when there is more than may be walked", async () => {
    const { look } = aFolder({ "a/1": "", "a/2": "", "a/3": "" });
    expect((await look(3)).isWhole).toBe(false);
    expect((await look()).isWhole).toBe(true);
  });
});
