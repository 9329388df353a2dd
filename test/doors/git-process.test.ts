import { openGit } from "../../src/doors/git-process.ts";
import { bareRemote, temporaryRepository } from "../helpers/repositories.ts";
import { describeGitContract } from "./git-contract.ts";

describeGitContract("git by its own processes", async () => ({
  git: openGit({ cwd: temporaryRepository(), env: process.env }),
  other: openGit({ cwd: temporaryRepository(), env: process.env }),
  remote: bareRemote(),
}));
