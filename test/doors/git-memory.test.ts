import { addRepository, makeDisk } from "../simulation/git/disk.ts";
import { type Outside, openMemoryGit } from "../simulation/git/memory-git.ts";
import { makeRepository, makeStore } from "../simulation/git/repository.ts";
import { describeGitContract } from "./git-contract.ts";

/** A world in which nothing ever goes wrong. */
const CALM: Outside = { step: async () => {}, remote: async () => "answered" };

describeGitContract("git in memory", async () => {
  const store = makeStore();
  const disk = makeDisk();
  const network = new Map([["/remote", makeRepository(store, { gitDir: "/remote", bare: true })]]);
  const open = (gitDir: string) => {
    addRepository(disk, store, { gitDir, bare: false });
    return openMemoryGit({ disk, gitDir, network, outside: CALM, identity: null });
  };
  return { git: open("/one/.git"), other: open("/two/.git"), remote: "/remote" };
});
