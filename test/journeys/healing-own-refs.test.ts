import { mkdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { makeActive } from "../cli/active-mission.ts";
import { type, typeJson } from "../cli/mission-command.ts";
import { bareRemote } from "../helpers/repositories.ts";
import type { Repository } from "../repo/save-world.ts";

vi.setConfig({ testTimeout: 120_000 });

const LEDGER = "refs/mission/ledger/crm";

/** A host that has looked at its mission once. */
async function aHost(): Promise<{ repository: Repository; gitDir: string; tip: string }> {
  const repository = makeActive();
  expect((await type(repository, ["pulse"])).err).toBe("");
  return { repository, gitDir: join(repository.folder, ".git"), tip: repository.git("rev-parse", LEDGER) };
}

function tear(gitDir: string, ref: string): void {
  const path = join(gitDir, ref);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, "");
}

describe("what a crash left among the program's own refs, the pulse heals by itself", () => {
  it("a stale lock on a ledger", async () => {
    const { repository, gitDir } = await aHost();
    const lock = join(gitDir, `${LEDGER}.lock`);
    writeFileSync(lock, "");
    utimesSync(lock, new Date(0), new Date(0));
    repository.git("branch", "-q", "something-changed");
    expect((await type(repository, ["pulse"])).out).toContain(`healed   a lock on ${LEDGER}`);
    expect((await type(repository, ["comment", "crm", "hello"])).code).toBe(0);
  });

  it("a ledger whose file is empty, by the one line of records that continues what was last read", async () => {
    const { repository, gitDir, tip } = await aHost();
    expect((await type(repository, ["comment", "crm", "after the last look"])).code).toBe(0);
    const last = repository.git("rev-parse", LEDGER);
    expect(last).not.toBe(tip);
    tear(gitDir, LEDGER);
    expect((await type(repository, ["pulse"])).out).toContain(`healed   ${LEDGER} is at ${last.slice(0, 10)}`);
    expect(repository.git("rev-parse", LEDGER)).toBe(last);
  });

  it("two lines of records are a person's to judge: nothing is touched, and doctor names both", async () => {
    const { repository, gitDir, tip } = await aHost();
    const tree = repository.git("rev-parse", `${tip}^{tree}`);
    const sides = ["one", "two"].map((word) =>
      repository.git("commit-tree", tree, "-p", tip, "-m", `comment: ${word}\n\nMission-Record: comment\nBy: x`),
    );
    tear(gitDir, LEDGER);
    expect((await type(repository, ["pulse"])).out).not.toContain("healed");
    const { checks } = await typeJson(repository, ["doctor", "--fix"]);
    const told = checks.find(({ code }: { code: string }) => code === "ref-empty");
    expect(told.level).toBe("bad");
    for (const side of sides) expect(told.text).toContain(side.slice(0, 10));
    expect(told.next).toContain("git update-ref");
  });

  it("a mirror of the remote's ledger, by fetching it", async () => {
    const { repository, gitDir, tip } = await aHost();
    repository.git("remote", "add", "origin", bareRemote());
    repository.git("push", "-q", "origin", "main", "mission/crm/home", `${LEDGER}:${LEDGER}`);
    expect((await type(repository, ["pulse"])).err).toBe("");
    tear(gitDir, LEDGER);
    expect((await type(repository, ["pulse"])).out).toContain("healed");
    expect(repository.git("rev-parse", LEDGER)).toBe(tip);
  });

  it("a stop whose file is empty stays a stop until a person says else", async () => {
    const { repository, gitDir } = await aHost();
    expect((await type(repository, ["stop", "--all"])).code).toBe(0);
    tear(gitDir, "refs/mission/stop");
    const state = (await typeJson(repository, ["doctor"])).checks;
    expect(state.map(({ code }: { code: string }) => code)).toContain("ref-empty");
    await type(repository, ["pulse"]);
    const { checks } = await typeJson(repository, ["doctor"]);
    expect(checks.map(({ code }: { code: string }) => code)).toContain("stopped");
    rmSync(join(gitDir, "refs/mission/stop"), { force: true });
  });
});

it("a person chooses between two ledgers, and the other one is kept", async () => {
  const { repository, tip } = await aHost();
  const remote = bareRemote();
  repository.git("remote", "add", "origin", remote);
  repository.git("push", "-q", "origin", "main", "mission/crm/home", `${LEDGER}:${LEDGER}`);
  expect((await type(repository, ["comment", "crm", "more"])).code).toBe(0);
  const here = repository.git("rev-parse", LEDGER);
  repository.git("push", "-q", "-f", "origin", `${tip}:${LEDGER}`);

  const { checks } = await typeJson(repository, ["doctor"]);
  const told = checks.find(({ code }: { code: string }) => code === "ledger-rewound");
  expect(told.text).toContain("mission doctor --accept crm");
  expect((await type(repository, ["doctor", "--restore", "crm"])).code).toBe(0);
  expect(repository.git("ls-remote", "origin", LEDGER)).toContain(here);
  repository.git("push", "-q", "-f", "origin", `${tip}:${LEDGER}`);
  expect((await type(repository, ["doctor", "--accept", "crm"])).code).toBe(0);
  expect(repository.git("rev-parse", LEDGER)).toBe(tip);
  expect(repository.git("for-each-ref", "--format=%(objectname)", "refs/mission/kept").split("\n")).toContain(here);
});
