import { describe, expect, test } from "vitest";
import { openAuthority } from "../../src/repo/authority.ts";
import { appendRecords, type LedgerContext, printIdentity, readLedger } from "../../src/repo/ledger.ts";
import { appendReports } from "../../src/repo/ledger-reports.ts";
import { type Clone, makeAlone, makeRemote, openAlone, writeCommit } from "./clones.ts";
import { beginLedger, CREATED, claim, contextOf, record, verdict } from "./ledgers.ts";

const LEDGER = "refs/mission/ledger/crm";
const comment = (body: string) => record({ kind: "comment", feature: null, mentions: [] }, body);

async function bodies({ git }: Clone): Promise<readonly string[]> {
  return (await readLedger(git, LEDGER)).records.map(({ body }) => body);
}

describe("appending decisions", () => {
  test("begins a ledger and its home in one swap, each record a commit on the one before it", async () => {
    const remote = makeRemote();
    const clone = remote.clone();
    const context = contextOf(clone);
    const home = await writeCommit(clone, "home");
    const outcome = await appendRecords(context, "crm", [CREATED, record(claim("schema-1"))], {
      expected: null,
      refs: [{ name: "refs/heads/mission/crm/home", new: home, old: null }],
    });
    expect(outcome).toEqual({
      kind: "won",
      tip: remote.value(LEDGER),
      commits: [expect.any(String), remote.value(LEDGER)],
    });
    expect(remote.value("refs/heads/mission/crm/home")).toBe(home);
    expect(clone.run("log", "--format=%s %T", LEDGER)).toMatch(
      /^claim: schema attempt 1 (4b825\w+)\ncreated: mission at mission\/crm\/home \1$/,
    );
  });

  test("on a tip that has moved is lost, with everything that goes along, and is not tried again", async () => {
    const remote = makeRemote();
    const [here, there] = [remote.clone(), remote.clone()];
    const tip = await beginLedger(contextOf(here), "crm");
    await there.authority.refresh();
    await appendRecords(contextOf(here), "crm", [record(claim("a-1"))], { expected: tip });
    const home = await writeCommit(there, "home");
    const outcome = await appendRecords(contextOf(there), "crm", [record(claim("b-1"))], {
      expected: tip,
      refs: [{ name: "refs/heads/main2", new: home, old: null }],
    });
    expect(outcome).toMatchObject({ kind: "lost", ref: LEDGER });
    expect(remote.value("refs/heads/main2")).toBeNull();
  });

  test("names who did it as author and the host as committer, whoever that is", async () => {
    const clone = makeAlone();
    const context = contextOf(clone);
    const who: [by: string, author: string][] = [
      ["pulse@anna-9f2c", "pulse <pulse@anna-9f2c>"],
      [printIdentity({ name: "Älice Ü", email: "alice@example.com" }), "Älice Ü <alice@example.com>"],
      ["somebody", "somebody <git-mission@anna-9f2c>"],
      ["...", "unknown <git-mission@anna-9f2c>"],
      ["evil\nname <a@b>\n<c@d>", "evil name a <git-mission@anna-9f2c>"],
      ["", "unknown <git-mission@anna-9f2c>"],
      ["Nobody <>", "Nobody <>"],
      ["'.' <,;>", "unknown <>"],
    ];
    const records = who.map(([by]) => ({ ...comment("x"), by }));
    await appendRecords(context, "crm", [CREATED, ...records], { expected: null });
    expect(clone.run("log", "--reverse", "--format=%an <%ae>", LEDGER).split("\n").slice(1)).toEqual(
      who.map(([, author]) => author),
    );
    expect(clone.run("log", "-1", "--format=%cn <%ce>", LEDGER)).toBe("anna-9f2c <git-mission@anna-9f2c>");
    expect((await readLedger(clone.git, LEDGER)).records.slice(1).map(({ by }) => by)).toEqual(who.map(([by]) => by));
  });

  test("keeps attachments as files, without secrets and within their room", async () => {
    const clone = makeAlone();
    const attachments = {
      "handoff.md": "the password is hunter2hunter2",
      "log.txt": `start ${"ü".repeat(200_000)} end`,
      "../../.git/config": "x",
      ".git": "y",
    };
    await appendRecords(contextOf(clone), "crm", [{ ...CREATED, body: "hunter2hunter2", attachments }], {
      expected: null,
    });
    const files = clone.run("ls-tree", "-l", LEDGER).split("\n");
    expect(files.map((line) => line.split("\t")[1])).toEqual(["git", "git-config", "handoff.md", "log.txt"]);
    const sizes = files.map((line) => Number(line.split(/\s+/)[3]));
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThanOrEqual(64 * 1024);
    expect(Math.max(...sizes)).toBeGreaterThan(60 * 1024);
    expect(clone.run("show", `${LEDGER}:log.txt`)).toMatch(
      /^start ü+\n\[\.\.\. \d+ characters left out \.\.\.\]\nü+ end$/,
    );
    expect(clone.run("show", `${LEDGER}:handoff.md`)).toBe("the password is [secret]");
    expect(clone.run("log", "--format=%B", LEDGER)).not.toContain("hunter2");
    const overridden = record({ ...verdict("r"), override: "because hunter2hunter2" });
    await appendRecords(contextOf(clone), "crm", [overridden], { expected: clone.run("rev-parse", LEDGER) });
    expect(clone.run("log", "-1", "--format=%B", LEDGER)).toContain("Override: because [secret]");
  });

  test("asks for no build where the ledger lies among branches", async () => {
    const clone = makeAlone();
    const authority = openAuthority(clone.git, { remote: null, refPrefix: "refs/heads/mission-state" });
    await beginLedger({ ...contextOf(clone), authority }, "crm");
    expect(clone.run("log", "-1", "--format=%s", "refs/heads/mission-state/ledger/crm")).toMatch(/ \[skip ci\]$/);
  });

  test("costs one process for the swap and none for the records", async () => {
    const clone = makeAlone();
    const context = contextOf(clone);
    const tip = await beginLedger(context, "crm");
    const before = clone.git.processCount;
    await appendRecords(context, "crm", [record(claim("a-1"))], { expected: tip });
    expect(clone.git.processCount - before).toBe(1);
  });

  test("leaves a repository, and every clone of it, that git finds nothing wrong with", async () => {
    const remote = makeRemote();
    const [here, there] = [remote.clone(), remote.clone()];
    await beginLedger(contextOf(here), "crm", ["a-1"]);
    await there.authority.refresh();
    for (const { run } of [here, there, remote]) expect(run("fsck", "--full", "--strict")).toBe("");
  });
});

describe("reading a ledger", () => {
  test("gives the records oldest first, and nothing where there is no ledger", async () => {
    const clone = makeAlone();
    expect(await readLedger(clone.git, LEDGER)).toEqual({ tip: null, records: [], unreadable: [] });
    const tip = await beginLedger(contextOf(clone), "crm", ["a-1", "b-1"]);
    const read = await readLedger(clone.git, LEDGER);
    expect(read.tip).toBe(tip);
    expect(read.records.map(({ fact }) => fact)).toEqual([CREATED.fact, claim("a-1"), claim("b-1")]);
    expect(await readLedger(clone.git, tip)).toEqual(read);
  });

  test("starts at the last created record", async () => {
    const clone = makeAlone();
    const tip = await beginLedger(contextOf(clone), "crm", ["a-1"]);
    const known = await readLedger(clone.git, tip);
    await appendRecords(contextOf(clone), "crm", [comment("old"), CREATED, comment("new")], { expected: tip });
    expect(await bodies(clone)).toEqual(["", "new"]);
    expect((await readLedger(clone.git, LEDGER, known)).records.map(({ body }) => body)).toEqual(["", "new"]);
  });

  test("goes on from a known tip in one process, and costs none when nothing is new", async () => {
    const clone = makeAlone();
    const tip = await beginLedger(contextOf(clone), "crm", ["a-1"]);
    const known = await readLedger(clone.git, tip);
    const outcome = await appendRecords(contextOf(clone), "crm", [comment("x")], { expected: tip });
    const next = outcome.kind === "won" ? outcome.tip : "";
    const before = clone.git.processCount;
    expect(await readLedger(clone.git, tip, known)).toBe(known);
    expect(clone.git.processCount).toBe(before);
    const read = await readLedger(clone.git, next, known);
    expect(clone.git.processCount - before).toBe(1);
    expect(read).toEqual(await readLedger(clone.git, next));
  });

  test.each(["rewound", "rewritten", "of another clone"])("that was %s is read anew", async (how) => {
    const clone = makeAlone();
    const context = contextOf(clone);
    const start = await beginLedger(context, "crm");
    const outcome = await appendRecords(context, "crm", [comment("lost")], { expected: start });
    let known = await readLedger(clone.git, LEDGER);
    if (how === "of another clone") known = { ...known, tip: "1".repeat(40) };
    else clone.run("update-ref", LEDGER, start);
    if (how === "rewritten") await appendRecords(context, "crm", [comment("instead")], { expected: start });
    expect(outcome.kind).toBe("won");
    const read = await readLedger(clone.git, LEDGER, known);
    expect(read).toEqual(await readLedger(clone.git, LEDGER));
    expect(read.records.map(({ body }) => body)).toEqual(
      { rewound: [""], rewritten: ["", "instead"], "of another clone": ["", "lost"] }[how],
    );
  });

  test("keeps commits that are no records beside it, and lets them change nothing", async () => {
    const clone = makeAlone();
    const tip = await beginLedger(contextOf(clone), "crm");
    const strange = await writeCommit(clone, "a person's note", tip);
    clone.run("update-ref", LEDGER, strange);
    await appendRecords(contextOf(clone), "crm", [comment("after")], { expected: strange });
    const read = await readLedger(clone.git, LEDGER);
    expect(read.records.map(({ body }) => body)).toEqual(["", "after"]);
    expect(read.unreadable).toEqual([
      { id: strange, at: expect.any(Number), reason: expect.stringContaining("no record") },
    ]);
  });
});

describe("appending reports", () => {
  test("goes onto whatever the tip is by then", async () => {
    const remote = makeRemote();
    const [here, there] = [remote.clone(), remote.clone()];
    const tip = await beginLedger(contextOf(here), "crm");
    await there.authority.refresh();
    await appendRecords(contextOf(here), "crm", [comment("first")], { expected: tip });
    const outcome = await appendReports(contextOf(there), "crm", [comment("second")]);
    expect(outcome).toMatchObject({ kind: "won", tip: remote.value(LEDGER) });
    expect(await bodies(there)).toEqual(["", "first", "second"]);
  });

  test("says the same thing twice when it is said twice", async () => {
    const clone = makeAlone();
    await beginLedger(contextOf(clone), "crm");
    for (let time = 0; time < 2; time++) await appendReports(contextOf(clone), "crm", [comment("ping")]);
    expect(await bodies(clone)).toEqual(["", "ping", "ping"]);
  });

  test("is refused where there is no ledger, or a newer program began it", async () => {
    const clone = makeAlone();
    const context = contextOf(clone);
    expect(await appendReports(context, "crm", [comment("x")])).toMatchObject({ kind: "refused", ref: LEDGER });
    const newer = record({ kind: "created", format: 2, home: "main" });
    await appendRecords(context, "crm", [newer], { expected: null });
    expect(await appendReports(context, "crm", [comment("x")])).toMatchObject({
      kind: "refused",
      reason: expect.stringContaining("newer version"),
    });
  });

  test("gives up when its time is over, and says by whom it lost", async () => {
    const clone = makeAlone();
    const context = contextOf(clone);
    await beginLedger(context, "crm");
    const swap = async () => ({ kind: "lost" as const, ref: LEDGER, reason: "somebody else" });
    const unlucky: LedgerContext = { ...context, authority: { ...context.authority, swap } };
    expect(await appendReports(unlucky, "crm", [comment("x")], { waitMs: 200 })).toEqual({
      kind: "lost",
      ref: LEDGER,
      reason: "somebody else",
    });
  });

  const everyone = Array.from({ length: 20 }, (_, index) => `report ${index}`);

  test("by twenty writers in one repository ends with all of them in the ledger", async () => {
    const clone = makeAlone();
    await beginLedger(contextOf(clone), "crm");
    const outcomes = await Promise.all(
      everyone.map((body) =>
        appendReports(contextOf(openAlone(clone.folder)), "crm", [comment(body)], { waitMs: 60_000 }),
      ),
    );
    expect(outcomes.map(({ kind }) => kind)).toEqual(everyone.map(() => "won"));
    expect((await bodies(clone)).slice(1).toSorted()).toEqual(everyone.toSorted());
  }, 90_000);

  test("by twenty clones of one remote ends with all of them in the ledger", async () => {
    const remote = makeRemote();
    const clone = remote.clone();
    await beginLedger(contextOf(clone), "crm");
    const writers = everyone.map((_, index) => contextOf(remote.clone(), `host-${index}`));
    const outcomes = await Promise.all(
      everyone.map((body, index) =>
        appendReports(writers[index] ?? contextOf(clone), "crm", [comment(body)], { waitMs: 120_000 }),
      ),
    );
    expect(outcomes.map(({ kind }) => kind)).toEqual(everyone.map(() => "won"));
    await clone.authority.refresh();
    expect((await bodies(clone)).slice(1).toSorted()).toEqual(everyone.toSorted());
  }, 150_000);

  test("whose push arrives later than it was looked for says each thing once", async () => {
    const remote = makeRemote();
    const clone = remote.clone();
    const context = contextOf(clone);
    await beginLedger(context, "crm");
    const { authority } = context;
    let late: Parameters<typeof authority.swap>[0] | null = null;
    const slow: typeof authority = {
      ...authority,
      async swap(updates) {
        if (late !== null) return authority.swap(updates);
        late = updates;
        return { kind: "lost", ref: LEDGER, reason: "no answer", unanswered: true };
      },
      async read(refs) {
        if (late !== null) await clone.git.push("origin", late);
        return authority.read(refs);
      },
    };
    const outcome = await appendReports({ ...context, authority: slow }, "crm", [comment("once")]);
    expect(outcome).toMatchObject({ kind: "won", commits: [remote.value(LEDGER)] });
    await authority.refresh();
    expect(await bodies(clone)).toEqual(["", "once"]);
  });

  test("whose answers get lost says each thing once", async () => {
    const remote = makeRemote();
    const clone = remote.clone();
    await beginLedger(contextOf(clone), "crm", ["a-1"]);
    remote.hook("reference-transaction", 'if [ "$1" = committed ]; then kill -9 $PPID; fi\n');
    for (const body of ["one", "two", "three"]) {
      expect(await appendReports(contextOf(clone), "crm", [comment(body)])).toMatchObject({ kind: "won" });
    }
    expect((await bodies(clone)).slice(2)).toEqual(["one", "two", "three"]);
    expect(remote.value(LEDGER)).toBe(clone.run("rev-parse", LEDGER));
  });
});
