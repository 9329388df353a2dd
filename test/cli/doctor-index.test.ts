/** An index that is broken, made anew on a real repository beside what a person has under way there. */

import { existsSync, readFileSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import type { Checkup } from "../../src/view/checkup.ts";
import { makeRepository, type Repository } from "../repo/save-world.ts";
import { type, typeJson } from "./mission-command.ts";

/** Doctor starts some fifteen processes each time. */
vi.setConfig({ testTimeout: 120_000 });

interface Place {
  repository: Repository;
  index: string;
  inGit(name: string): string;
}

function aRepository(files: Readonly<Record<string, string>> = { "f.txt": "base\n" }): Place {
  const repository = makeRepository(files);
  const inGit = (name: string): string => join(repository.folder, ".git", name);
  return { repository, index: inGit("index"), inGit };
}

async function mend({ repository }: Place): Promise<Checkup | undefined> {
  const checks: Checkup[] = (await typeJson(repository, ["doctor", "--fix"])).checks;
  return checks.find(({ code }) => code === "index-corrupt");
}

function breakIndex({ index }: Place): void {
  truncateSync(index, 60);
}

function change({ repository }: Place, branch: string): string {
  repository.git("checkout", "-q", branch);
  repository.write("f.txt", `${branch}\n`);
  return repository.commit(branch);
}

describe("a broken index is made anew", () => {
  it.each([
    ["merge", "MERGE_HEAD", ["MERGE_MSG", "MERGE_MODE"]],
    ["cherry-pick", "CHERRY_PICK_HEAD", ["MERGE_MSG"]],
    ["revert", "REVERT_HEAD", ["MERGE_MSG"]],
  ] as const)("without ending the %s that is under way", async (command, head, others) => {
    const place = aRepository();
    const { repository, inGit } = place;
    repository.git("branch", "-q", "side");
    const first = change(place, "main");
    const side = change(place, "side");
    repository.git("checkout", "-q", "main");
    repository.write("f.txt", "further\n");
    repository.commit("further");
    expect(() => repository.git(command, command === "revert" ? first : side)).toThrow();
    const was = [head, ...others].map((name) => readFileSync(inGit(name), "utf8"));
    const text = readFileSync(join(repository.folder, "f.txt"), "utf8");
    breakIndex(place);

    const told = await mend(place);
    expect(told).toMatchObject({
      level: "mended",
      text: expect.stringContaining(`again before the ${command} goes on`),
    });
    expect([head, ...others].map((name) => readFileSync(inGit(name), "utf8"))).toEqual(was);
    expect(readFileSync(join(repository.folder, "f.txt"), "utf8")).toBe(text);
    expect(repository.git("diff", "--cached", "--name-only")).toBe("");
  });

  it("with the files that a sparse checkout leaves out still left out", async () => {
    const place = aRepository({ "in/f.txt": "in\n", "out/f.txt": "out\n" });
    place.repository.git("sparse-checkout", "set", "in");
    const was = place.repository.git("ls-files", "-t");
    expect(was).toContain("S out/f.txt");
    breakIndex(place);
    expect(await mend(place)).toMatchObject({ level: "mended" });
    expect(place.repository.git("ls-files", "-t")).toBe(was);
    expect(place.repository.git("status", "--porcelain")).toBe("");
  });

  it("as an empty one where there is no commit yet", async () => {
    const place = aRepository();
    place.repository.git("checkout", "-q", "--orphan", "fresh");
    breakIndex(place);
    expect(await mend(place)).toMatchObject({ level: "mended" });
    expect(place.repository.git("ls-files")).toBe("");
    expect(existsSync(join(place.repository.folder, "f.txt"))).toBe(true);
  });

  it("over what a killed mending left", async () => {
    const place = aRepository();
    breakIndex(place);
    writeFileSync(`${place.index}.fresh`, "half");
    writeFileSync(`${place.index}.fresh.lock`, "half");
    expect(await mend(place)).toMatchObject({ level: "mended" });
    expect(place.repository.git("status", "--porcelain")).toBe("");
    expect(["fresh", "fresh.lock", "lock"].filter((end) => existsSync(`${place.index}.${end}`))).toEqual([]);
  });

  it("by the step for a person, which ends no merge either", async () => {
    const place = aRepository();
    breakIndex(place);
    const checks: Checkup[] = (await typeJson(place.repository, ["doctor"])).checks;
    expect(checks.find(({ code }) => code === "index-corrupt")?.next).toMatch(/ reset -- \.$/);
  });
});

describe("a broken index beside a lock on it", () => {
  it("is left as it is and told while the lock is young, and mended with the lock when that is old", async () => {
    const place = aRepository();
    breakIndex(place);
    const broken = readFileSync(place.index);
    const lock = `${place.index}.lock`;
    writeFileSync(lock, "");
    expect(await mend(place)).toMatchObject({ level: "bad", text: expect.stringContaining(`${lock} is there`) });
    expect((await type(place.repository, ["doctor", "--fix"])).out).not.toContain("Nothing stands in the way");
    expect(readFileSync(place.index)).toEqual(broken);
    expect(existsSync(lock)).toBe(true);

    const then = new Date(Date.now() - 60 * 60_000);
    utimesSync(lock, then, then);
    expect(await mend(place)).toMatchObject({ level: "mended" });
    expect(place.repository.git("status", "--porcelain")).toBe("");
  });
});
