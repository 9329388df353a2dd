import { renameSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { openAuthority } from "../../src/repo/authority.ts";
import { type Clone, makeAlone, makeRemote, writeCommit } from "./clones.ts";

const LEDGER = "refs/mission/ledger/crm";
const STILL = { kind: "reachable", changed: false, headBranch: "main", rewound: [], vanished: [], unpublished: [] };

const refsOf = ({ run }: Clone) =>
  run("for-each-ref", "--format=%(refname)", "refs/mission", "refs/remotes").split("\n");

async function push({ git }: Clone, refs: Record<string, string>): Promise<void> {
  const updates = await Promise.all(
    Object.entries(refs).map(async ([name, oid]) => {
      const listed = await git.listRemote("origin", [name]);
      const old = "refs" in listed ? (listed.refs.get(name) ?? null) : null;
      return { name, new: oid, old, allowRewind: true };
    }),
  );
  expect(await git.push("origin", updates)).toEqual({ kind: "won" });
}

describe("a refresh", () => {
  test("brings every kind of ref here, each to its place", async () => {
    const remote = makeRemote();
    const [here, there] = [remote.clone(), remote.clone()];
    const one = await writeCommit(there, "one");
    await push(there, {
      [LEDGER]: one,
      "refs/mission/in/r1": one,
      "refs/mission/salvage/r1/1": one,
      "refs/mission/host/anna": one,
      "refs/mission/stop": one,
      "refs/mission/probe": one,
      "refs/heads/mission/crm/home": one,
      "refs/heads/release": one,
      "refs/heads/other": one,
    });
    expect(await here.authority.refresh({ branches: ["release"] })).toEqual({ ...STILL, changed: true });
    expect(refsOf(here)).toEqual([
      "refs/mission/host/anna",
      "refs/mission/in/r1",
      LEDGER,
      "refs/mission/salvage/r1/1",
      "refs/mission/seen/origin/crm",
      "refs/mission/stop",
      "refs/remotes/origin/HEAD",
      "refs/remotes/origin/main",
      "refs/remotes/origin/mission/crm/home",
      "refs/remotes/origin/release",
    ]);
    expect(await here.authority.refresh({ branches: ["release"] })).toEqual(STILL);
  });

  test("of a remote where nothing changed is one ls-remote, when the refs here are known", async () => {
    const remote = makeRemote();
    const { git, authority } = remote.clone();
    const local = await git.listRefs(["refs/mission", "refs/remotes/origin"]);
    const before = git.processCount;
    expect(await authority.refresh({ local })).toEqual(STILL);
    expect(git.processCount - before).toBe(1);
  });

  test("tells the branch that HEAD names today and follows it wherever it is moved", async () => {
    const remote = makeRemote();
    const [here, there] = [remote.clone(), remote.clone()];
    for (const word of ["first", "rewritten"]) {
      const commit = await writeCommit(there, word);
      there.run("push", "--quiet", "--force", "origin", `${commit}:refs/heads/trunk`);
      remote.run("symbolic-ref", "HEAD", "refs/heads/trunk");
      expect(await here.authority.refresh()).toMatchObject({ changed: true, headBranch: "trunk" });
      expect(here.run("rev-parse", "refs/remotes/origin/trunk")).toBe(commit);
    }
  });

  test("knows no branch of HEAD in an empty repository", async () => {
    const remote = makeRemote();
    const { authority } = remote.clone();
    remote.run("update-ref", "-d", "refs/heads/main");
    expect(await authority.refresh()).toMatchObject({ kind: "reachable" });
  });

  test("lifts a stop, forgets a host and a mission branch that are gone there, and keeps work", async () => {
    const remote = makeRemote();
    const clone = remote.clone();
    const one = await writeCommit(clone, "one");
    const names = ["in/r1", "salvage/r1/1", "host/anna", "stop"].map((name) => `refs/mission/${name}`);
    await push(
      clone,
      Object.fromEntries([...names, "refs/heads/mission/crm/home", "refs/heads/old"].map((name) => [name, one])),
    );
    await clone.authority.refresh({ branches: ["old"] });
    for (const name of [...names, "refs/heads/mission/crm/home", "refs/heads/old"])
      remote.run("update-ref", "-d", name);
    expect(await clone.authority.refresh({ branches: ["old"] })).toMatchObject({ kind: "reachable", changed: true });
    expect(refsOf(clone)).toEqual([
      "refs/mission/in/r1",
      "refs/mission/salvage/r1/1",
      "refs/remotes/origin/HEAD",
      "refs/remotes/origin/main",
      "refs/remotes/origin/old",
    ]);
  });

  test("does not touch branches and tracking branches of the person", async () => {
    const remote = makeRemote();
    const clone = remote.clone();
    clone.run("branch", "mission/mine");
    clone.run("update-ref", "refs/remotes/origin/gone-there", "HEAD");
    clone.run("update-ref", "refs/remotes/fork/mission/x", "HEAD");
    expect(await clone.authority.refresh()).toEqual(STILL);
    expect(clone.run("for-each-ref", "--format=%(refname)", "refs/heads/mission", "refs/remotes/fork")).toBe(
      "refs/heads/mission/mine\nrefs/remotes/fork/mission/x",
    );
  });

  test("is unreachable with git's reason when the remote is gone", async () => {
    const remote = makeRemote();
    const { authority } = remote.clone();
    renameSync(remote.folder, `${remote.folder}.gone`);
    expect(await authority.refresh()).toEqual({ kind: "unreachable", reason: expect.stringContaining("does not") });
  });

  test("of local refs has nothing to do", async () => {
    const { git, authority } = makeAlone();
    const before = git.processCount;
    expect(await authority.refresh()).toEqual({ ...STILL, headBranch: null });
    expect(git.processCount).toBe(before);
  });
});

describe("a ledger that the remote has not as it is here", () => {
  async function published(): Promise<{
    remote: ReturnType<typeof makeRemote>;
    clone: Clone;
    one: string;
    two: string;
  }> {
    const remote = makeRemote();
    const clone = remote.clone();
    const one = await writeCommit(clone, "one");
    const two = await writeCommit(clone, "two", one);
    await clone.authority.swap([{ name: LEDGER, new: two, old: null }]);
    return { remote, clone, one, two };
  }

  test("rewound to an earlier record is told each time, and kept here", async () => {
    const { remote, clone, one, two } = await published();
    remote.run("update-ref", LEDGER, one);
    for (let pass = 0; pass < 2; pass++) {
      expect(await clone.authority.refresh()).toMatchObject({ rewound: ["crm"], vanished: [], unpublished: [] });
      expect(clone.run("rev-parse", LEDGER)).toBe(two);
    }
  });

  test("rewritten from an earlier record is told, and the others are still fetched", async () => {
    const { remote, clone, one, two } = await published();
    const other = remote.clone();
    await other.authority.refresh();
    const fork = await writeCommit(other, "fork", one);
    await push(other, { [LEDGER]: fork, "refs/mission/ledger/shop": one, "refs/mission/in/r2": two });
    expect(await clone.authority.refresh()).toMatchObject({ rewound: ["crm"] });
    expect(clone.run("rev-parse", LEDGER, "refs/mission/ledger/shop", "refs/mission/in/r2")).toBe(
      `${two}\n${one}\n${two}`,
    );
  });

  test("deleted there has vanished", async () => {
    const { remote, clone, two } = await published();
    remote.run("update-ref", "-d", LEDGER);
    expect(await clone.authority.refresh()).toMatchObject({ rewound: [], vanished: ["crm"], unpublished: [] });
    expect(clone.run("rev-parse", LEDGER)).toBe(two);
  });

  test("deleted there has vanished for those who only fetched it, too", async () => {
    const { remote } = await published();
    const reader = remote.clone();
    await reader.authority.refresh();
    remote.run("update-ref", "-d", LEDGER);
    expect(await reader.authority.refresh()).toMatchObject({ vanished: ["crm"], unpublished: [] });
  });

  test("begun here before there was a remote is unpublished", async () => {
    const remote = makeRemote();
    const { git, run } = makeAlone();
    const one = await writeCommit({ git }, "one");
    await openAuthority(git, { remote: null, refPrefix: "refs/mission" }).swap([{ name: LEDGER, new: one, old: null }]);
    run("remote", "add", "origin", remote.folder);
    const authority = openAuthority(git, { remote: "origin", refPrefix: "refs/mission" });
    expect(await authority.refresh()).toMatchObject({ vanished: [], unpublished: ["crm"] });
    expect(await authority.swap([{ name: LEDGER, new: one, old: null }])).toEqual({ kind: "won" });
    expect(await authority.refresh()).toMatchObject({ vanished: [], unpublished: [] });
  });

  test("that another process here was quicker to move is not taken for rewound", async () => {
    const { remote, clone, two } = await published();
    const local = await clone.git.listRefs(["refs/mission"]);
    const three = await writeCommit(clone, "three", two);
    clone.run("push", "--quiet", "origin", `${three}:${LEDGER}`);
    const fetch = async () => ({ kind: "ok" as const, rejected: [LEDGER], missing: [] });
    const git = Object.create(clone.git, { fetch: { value: fetch } });
    const authority = openAuthority(git, { remote: "origin", refPrefix: "refs/mission" });
    expect(await authority.refresh({ local })).toMatchObject({ rewound: [] });
    expect(remote.value(LEDGER)).toBe(three);
  });

  test("given up by its owners is no longer missed", async () => {
    const { clone, two } = await published();
    await clone.authority.swap([{ name: LEDGER, new: null, old: two }]);
    expect(await clone.authority.refresh()).toMatchObject({ vanished: [], unpublished: [] });
    expect(clone.run("for-each-ref", "refs/mission")).toBe("");
  });
});

test("where a server takes branches only, the same names lie among them", async () => {
  const remote = makeRemote();
  remote.hook("update", 'case "$1" in refs/heads/*) ;; *) exit 1;; esac\n');
  const [here, there] = [remote.clone(), remote.clone()].map(({ git, run }) => ({
    run,
    git,
    authority: openAuthority(git, { remote: "origin", refPrefix: "refs/heads/mission-state" }),
  }));
  if (!here || !there) throw new Error("no clone");
  const one = await writeCommit(there, "one");
  const names = [there.authority.ledgerRef("crm"), there.authority.hostRef("anna"), "refs/heads/mission/crm/home"];
  expect(await there.authority.swap(names.map((name) => ({ name, new: one, old: null })))).toEqual({ kind: "won" });
  expect(await here.authority.refresh()).toMatchObject({ changed: true, rewound: [], unpublished: [] });
  const refs = "--format=%(refname)";
  for (const { run } of [here, there]) {
    expect(run("for-each-ref", refs, "refs/heads/mission-state", "refs/remotes/origin/mission")).toBe(
      "refs/heads/mission-state/host/anna\nrefs/heads/mission-state/ledger/crm\nrefs/remotes/origin/mission/crm/home",
    );
  }
  remote.run("update-ref", "-d", here.authority.ledgerRef("crm"));
  expect(await here.authority.refresh()).toMatchObject({ vanished: ["crm"] });
});
