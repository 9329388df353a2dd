import { renameSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { openAuthority } from "../../src/repo/authority.ts";
import { makeAlone, makeRemote, openAlone, writeCommit } from "./clones.ts";

const LEDGER = "refs/mission/ledger/crm";
const HOME = "refs/heads/mission/crm/home";

describe("names", () => {
  const { git } = makeAlone();

  test("a local authority has its branches where the person has them", () => {
    const authority = openAuthority(git, { remote: null, refPrefix: "refs/mission" });
    expect(authority.branchRef("mission/crm/home")).toBe(HOME);
    expect([authority.ledgerRef("crm"), authority.inRef("r"), authority.salvageRef("r", 2)]).toEqual([
      LEDGER,
      "refs/mission/in/r",
      "refs/mission/salvage/r/2",
    ]);
    expect([authority.hostRef("anna"), authority.stopRef]).toEqual(["refs/mission/host/anna", "refs/mission/stop"]);
  });

  test("a remote authority's branches are read among the remote-tracking ones", () => {
    const authority = openAuthority(git, { remote: "origin", refPrefix: "refs/heads/mission-state" });
    expect(authority.branchRef("main")).toBe("refs/remotes/origin/main");
    expect(authority.ledgerRef("crm")).toBe("refs/heads/mission-state/ledger/crm");
  });
});

describe("a swap on the refs here", () => {
  test("moves all of them or none", async () => {
    const { git, authority, run } = makeAlone();
    const one = await writeCommit({ git }, "one");
    const two = await writeCommit({ git }, "two", one);
    expect(
      await authority.swap([
        { name: LEDGER, new: one, old: null },
        { name: HOME, new: one, old: null },
      ]),
    ).toEqual({ kind: "won" });
    const lost = await authority.swap([
      { name: HOME, new: two, old: one },
      { name: LEDGER, new: two, old: null },
    ]);
    expect(lost).toMatchObject({ kind: "lost", ref: LEDGER });
    expect(run("rev-parse", HOME)).toBe(one);
    expect(await authority.read([LEDGER, HOME, "refs/mission/ledger"])).toEqual({
      kind: "read",
      refs: new Map([
        [HOME, one],
        [LEDGER, one],
      ]),
    });
  });

  test("is refused where another name stands in the way for good", async () => {
    const { git, authority, run } = makeAlone();
    run("branch", "mission");
    const one = await writeCommit({ git }, "one");
    const refused = await authority.swap([{ name: HOME, new: one, old: null }]);
    expect(refused).toMatchObject({ kind: "refused", ref: HOME });
  });

  test("has exactly one winner, sixty times", async () => {
    const here = makeAlone();
    const there = openAlone(here.folder);
    let tip = await writeCommit(here, "created");
    await here.authority.swap([{ name: LEDGER, new: tip, old: null }]);
    for (let round = 0; round < 60; round++) {
      const claims = [await writeCommit(here, `${round} here`, tip), await writeCommit(there, `${round} there`, tip)];
      const outcomes = await Promise.all(
        [here, there].map(({ authority }, index) =>
          authority.swap([{ name: LEDGER, new: claims[index] ?? "", old: tip }]),
        ),
      );
      expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(["lost", "won"]);
      tip = claims[outcomes.findIndex(({ kind }) => kind === "won")] ?? "";
      expect(here.run("rev-parse", LEDGER)).toBe(tip);
    }
  });
});

describe("a swap on a remote", () => {
  test("moves the remote first and the mirrors with it, never the person's branches", async () => {
    const remote = makeRemote();
    const clone = remote.clone();
    const one = await writeCommit(clone, "one");
    const outcome = await clone.authority.swap([
      { name: LEDGER, new: one, old: null },
      { name: HOME, new: one, old: null },
    ]);
    expect(outcome).toEqual({ kind: "won" });
    expect([remote.value(LEDGER), remote.value(HOME)]).toEqual([one, one]);
    expect(clone.run("for-each-ref", "--format=%(refname)", "refs/mission/ledger", "refs/remotes/origin/mission")).toBe(
      `${LEDGER}\nrefs/remotes/origin/mission/crm/home`,
    );
    expect(clone.run("for-each-ref", "refs/heads/mission")).toBe("");
  });

  test("deletes the mirror of what it deletes", async () => {
    const remote = makeRemote();
    const clone = remote.clone();
    const one = await writeCommit(clone, "one");
    for (const name of ["refs/mission/stop", HOME, LEDGER]) {
      await clone.authority.swap([{ name, new: one, old: null }]);
      expect(await clone.authority.swap([{ name, new: null, old: one }])).toEqual({ kind: "won" });
      expect(remote.value(name)).toBeNull();
    }
    expect(clone.run("for-each-ref", "refs/mission", "refs/remotes/origin/mission")).toBe("");
  });

  test("loses against what the remote has, and nothing moves anywhere", async () => {
    const remote = makeRemote();
    const [here, there] = [remote.clone(), remote.clone()];
    const one = await writeCommit(here, "one");
    await here.authority.swap([{ name: LEDGER, new: one, old: null }]);
    const other = await writeCommit(there, "other");
    const outcome = await there.authority.swap([
      { name: HOME, new: other, old: null },
      { name: LEDGER, new: other, old: null },
    ]);
    expect(outcome).toMatchObject({ kind: "lost", ref: LEDGER });
    expect([remote.value(LEDGER), remote.value(HOME)]).toEqual([one, null]);
    expect(there.run("for-each-ref", "refs/mission", "refs/remotes/origin/mission")).toBe("");
  });

  test("is refused in the server's own words, and the ledger does not move either", async () => {
    const remote = makeRemote();
    const clone = remote.clone();
    remote.hook("update", `case "$1" in ${HOME}) echo "protected branch" >&2; exit 1;; esac\n`);
    const one = await writeCommit(clone, "one");
    const outcome = await clone.authority.swap([
      { name: LEDGER, new: one, old: null },
      { name: HOME, new: one, old: null },
    ]);
    expect(outcome).toMatchObject({ kind: "refused", ref: HOME, reason: expect.stringContaining("protected branch") });
    expect([remote.value(LEDGER), clone.run("for-each-ref", "refs/mission")]).toEqual([null, ""]);
  });

  test("has exactly one winner, sixty times", async () => {
    const remote = makeRemote();
    const clones = [remote.clone(), remote.clone()];
    const [first] = clones;
    if (!first) throw new Error("no clone");
    let tip = await writeCommit(first, "created");
    await first.authority.swap([{ name: LEDGER, new: tip, old: null }]);
    for (let round = 0; round < 60; round++) {
      await Promise.all(clones.map(({ authority }) => authority.fetch([LEDGER])));
      const claims = await Promise.all(clones.map((clone, index) => writeCommit(clone, `${round} by ${index}`, tip)));
      const outcomes = await Promise.all(
        clones.map(({ authority }, index) => authority.swap([{ name: LEDGER, new: claims[index] ?? "", old: tip }])),
      );
      expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(["lost", "won"]);
      tip = claims[outcomes.findIndex(({ kind }) => kind === "won")] ?? "";
      expect(remote.value(LEDGER)).toBe(tip);
    }
  }, 120_000);
});

/** Runs when the remote has moved its refs and before it answers. */
const LOSE_ANSWER = 'if [ "$1" = committed ]; then kill -9 $PPID; fi\n';

describe("a push without an answer", () => {
  test("that was applied is won, and the mirrors move", async () => {
    const remote = makeRemote();
    const clone = remote.clone();
    remote.hook("reference-transaction", LOSE_ANSWER);
    const one = await writeCommit(clone, "one");
    const outcome = await clone.authority.swap([
      { name: LEDGER, new: one, old: null },
      { name: HOME, new: one, old: null },
    ]);
    expect(outcome).toEqual({ kind: "won" });
    expect(remote.value(LEDGER)).toBe(one);
    expect(clone.run("rev-parse", LEDGER, "refs/remotes/origin/mission/crm/home")).toBe(`${one}\n${one}`);
  });

  test("that did not arrive is lost", async () => {
    const remote = makeRemote();
    const clone = remote.clone();
    remote.hook("pre-receive", "kill -9 $PPID\n");
    const one = await writeCommit(clone, "one");
    expect(await clone.authority.swap([{ name: LEDGER, new: one, old: null }])).toMatchObject({
      kind: "lost",
      ref: LEDGER,
    });
    expect(clone.run("for-each-ref", "refs/mission")).toBe("");
  });

  test("is won when somebody went on from it before it was read back", async () => {
    const remote = makeRemote();
    const [here, there] = [remote.clone(), remote.clone()];
    const one = await writeCommit(here, "one");
    const two = await writeCommit(there, "two", await writeCommit(there, "one"));
    there.run("push", "--quiet", "origin", `${two}:refs/other/two`);
    remote.hook(
      "reference-transaction",
      `if [ "$1" = committed ]; then rm hooks/reference-transaction; git update-ref ${LEDGER} ${two}; kill -9 $PPID; fi\n`,
    );
    expect(await here.authority.swap([{ name: LEDGER, new: one, old: null }])).toEqual({ kind: "won" });
    expect([remote.value(LEDGER), here.run("rev-parse", LEDGER)]).toEqual([two, two]);
  });

  test("is lost when something else stands there", async () => {
    const remote = makeRemote();
    const [here, there] = [remote.clone(), remote.clone()];
    const one = await writeCommit(here, "one");
    const other = await writeCommit(there, "other");
    there.run("push", "--quiet", "origin", `${other}:refs/other/other`);
    remote.hook(
      "pre-receive",
      `rm hooks/pre-receive; unset GIT_QUARANTINE_PATH; git update-ref ${LEDGER} ${other}; kill -9 $PPID\n`,
    );
    expect(await here.authority.swap([{ name: LEDGER, new: one, old: null }])).toMatchObject({ kind: "lost" });
    expect(remote.value(LEDGER)).toBe(other);
  });

  test("is unreachable while the remote can't be read, and nothing is claimed about it", async () => {
    const remote = makeRemote();
    const clone = remote.clone();
    remote.hook("reference-transaction", `if [ "$1" = committed ]; then mv "$PWD" "$PWD.gone"; kill -9 $PPID; fi\n`);
    const one = await writeCommit(clone, "one");
    expect(await clone.authority.swap([{ name: LEDGER, new: one, old: null }])).toMatchObject({ kind: "unreachable" });
    expect(clone.run("for-each-ref", "refs/mission")).toBe("");
    renameSync(`${remote.folder}.gone`, remote.folder);
    expect(await clone.authority.refresh()).toMatchObject({ kind: "reachable", changed: true });
    expect(clone.run("rev-parse", LEDGER)).toBe(one);
  });
});

describe("whether the remote takes custom refs", () => {
  test("is tried, and nothing is left behind", async () => {
    const remote = makeRemote();
    const { authority } = remote.clone();
    expect(await authority.probe()).toEqual({ kind: "accepted", deletes: true });
    expect(await authority.probe()).toEqual({ kind: "accepted", deletes: true });
    expect(remote.run("for-each-ref", "refs/mission")).toBe("");
  });

  test("is no where a hook wants branches only", async () => {
    const remote = makeRemote();
    remote.hook("update", 'case "$1" in refs/heads/*) ;; *) echo "branches only" >&2; exit 1;; esac\n');
    const clone = remote.clone();
    expect(await clone.authority.probe()).toMatchObject({
      kind: "refused",
      reason: expect.stringContaining("branches only"),
    });
    const fallback = openAuthority(clone.git, { remote: "origin", refPrefix: "refs/heads/mission-state" });
    expect(await fallback.probe()).toEqual({ kind: "accepted", deletes: true });
  });

  test("is yes where it may be pushed and not deleted", async () => {
    const remote = makeRemote();
    remote.hook("update", 'case "$3" in *[1-9a-f]*) ;; *) echo "no deleting" >&2; exit 1;; esac\n');
    const { authority } = remote.clone();
    expect(await authority.probe()).toEqual({ kind: "accepted", deletes: false });
    expect(await authority.probe()).toMatchObject({ kind: "accepted" });
  });

  test("is open while the remote can't be reached", async () => {
    const remote = makeRemote();
    const { authority } = remote.clone();
    renameSync(remote.folder, `${remote.folder}.gone`);
    expect(await authority.probe()).toMatchObject({ kind: "unreachable" });
  });
});
