import { execFileSync } from "node:child_process";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openGit } from "../../src/doors/git-process.ts";
import { readSignatures } from "../../src/doors/person/signatures.ts";
import { git, temporaryFolder } from "../helpers/repositories.ts";

test("a signature is good by a trusted key, unknown without trust, bad when the commit was changed, and else none", async () => {
  const folder = temporaryFolder("signed");
  const key = join(folder, "key");
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "anna@example.com", "-f", key]);
  git(folder, "init", "-q", "-b", "main");
  const settings = ["-c", "gpg.format=ssh", "-c", `user.signingKey=${key}`];
  git(folder, ...settings, "commit", "-q", "--allow-empty", "-S", "-m", "signed");
  const signed = git(folder, "rev-parse", "HEAD");
  git(folder, "commit", "-q", "--allow-empty", "--no-gpg-sign", "-m", "not signed");
  const unsigned = git(folder, "rev-parse", "HEAD");
  const raw = execFileSync("git", ["cat-file", "commit", signed], { cwd: folder, encoding: "utf8" });
  writeFileSync(join(folder, "changed"), raw.replace(/signed\n$/, "something else\n"));
  const changed = git(folder, "hash-object", "-t", "commit", "-w", "changed");

  const read = async () => {
    const door = openGit({ cwd: folder, env: process.env });
    const found = await readSignatures({ git: door, env: process.env }, [signed, unsigned, changed]);
    door.close();
    return [signed, unsigned, changed].map((commit) => found.get(commit));
  };
  const allowed = join(folder, "allowed");
  const other = join(folder, "other");
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "ben@example.com", "-f", other]);
  writeFileSync(allowed, `ben@example.com ${readFileSync(`${other}.pub`, "utf8")}`);
  git(folder, "config", "gpg.ssh.allowedSignersFile", allowed);
  expect(await read()).toEqual(["unknown", "none", "bad"]);
  appendFileSync(allowed, `anna@example.com ${readFileSync(`${key}.pub`, "utf8")}`);
  expect(await read()).toEqual(["good", "none", "bad"]);
});

test("no commit needs no git", async () => {
  const folder = temporaryFolder("none");
  git(folder, "init", "-q");
  const door = openGit({ cwd: folder, env: process.env });
  expect(await readSignatures({ git: door, env: process.env }, [])).toEqual(new Map());
  expect(door.processCount).toBe(0);
  door.close();
});
