import { addCheckout, addRepository, type MemoryFolder, makeDisk } from "../simulation/git/disk.ts";
import { type Outside, openMemoryGit } from "../simulation/git/memory-git.ts";
import { editFiles } from "../simulation/git/people.ts";
import { type MemoryRepository, makeRepository, makeStore } from "../simulation/git/repository.ts";
import { type ContractFolder, describeGitContract } from "./git-contract.ts";

/** A world in which nothing ever goes wrong. */
const CALM: Outside = { step: async () => {}, remote: async () => "answered" };

describeGitContract("git in memory", async () => {
  const store = makeStore();
  const disk = makeDisk();
  const network = new Map([["/remote", makeRepository(store, { gitDir: "/remote", bare: true })]]);
  const open = (path: string, borrowsFrom?: MemoryRepository) => {
    const lender = borrowsFrom === undefined ? {} : { borrowsFrom };
    const repository = addRepository(disk, store, { gitDir: `${path}/.git`, bare: false, ...lender });
    const folder = folderOf(addCheckout(disk, repository, { path }));
    const git = openMemoryGit({ disk, gitDir: `${path}/.git`, network, outside: CALM, identity: null });
    return { git, folder, repository };
  };
  const one = open("/one");
  return {
    git: one.git,
    other: open("/two").git,
    remote: "/remote",
    checkout: one.folder,
    worker: open("/worker", one.repository),
  };
});

function folderOf(folder: MemoryFolder): ContractFolder {
  return {
    path: folder.path,
    write: (files) => editFiles(folder, files),
    read: (path) => folder.files.get(path)?.bytes.toString() ?? null,
  };
}
