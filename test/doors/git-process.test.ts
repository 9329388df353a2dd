import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { openGit } from "../../src/doors/git-process.ts";
import { bareRemote, temporaryRepository } from "../helpers/repositories.ts";
import { type ContractFolder, describeGitContract } from "./git-contract.ts";

describeGitContract("git by its own processes", async () => {
  const [checkout, clone] = [temporaryRepository(), temporaryRepository()];
  mkdirSync(join(clone, ".git", "objects", "info"), { recursive: true });
  writeFileSync(join(clone, ".git", "objects", "info", "alternates"), `${checkout}/.git/objects\n`);
  return {
    git: openGit({ cwd: checkout, env: process.env }),
    other: openGit({ cwd: temporaryRepository(), env: process.env }),
    remote: bareRemote(),
    checkout: folderAt(checkout),
    worker: { git: openGit({ cwd: clone, env: process.env }), folder: folderAt(clone) },
  };
});

function folderAt(path: string): ContractFolder {
  return {
    path,
    write(files) {
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(join(path, name)), { recursive: true });
        if (text === null) rmSync(join(path, name));
        else writeFileSync(join(path, name), text);
      }
    },
    read(name) {
      const file = join(path, name);
      return existsSync(file) && statSync(file).isFile() ? readFileSync(file, "utf8") : null;
    },
  };
}
