import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Processes } from "../../src/doors/processes.ts";
import { openStateFolder } from "../../src/doors/state-folder.ts";
import type { Fact, NewRecord } from "../../src/model/record.ts";
import type { Order, Report } from "../../src/model/run.ts";
import { appendRecords, readLedger } from "../../src/repo/ledger.ts";
import { type SettleContext, settleReports } from "../../src/repo/settle.ts";
import { type Clone, makeRemote, writeCommit } from "./clones.ts";
import { beginLedger, claim, contextOf, ended, record, verdict } from "./ledgers.ts";

const LEDGER = "refs/mission/ledger/crm";
const WAIT_MS = 20_000;

/** Nothing here asks whether anybody is alive. */
const noProcesses = { liveness: () => "alive" } as unknown as Processes;

function settling(clone: Clone): SettleContext {
  const state = openStateFolder({ gitDir: clone.git.gitDir, env: process.env, processes: noProcesses });
  return { ...contextOf(clone), state };
}

function report(run: string, records: readonly NewRecord[], refs: Report["refs"] = [], mission = "crm"): Report {
  return { run, mission, records, refs };
}

async function kinds(clone: Clone, ledger = LEDGER): Promise<readonly string[]> {
  await clone.authority.refresh();
  return (await readLedger(clone.git, ledger)).records.map(({ fact }) =>
    "run" in fact && fact.run !== null ? `${fact.kind} ${fact.run}` : fact.kind,
  );
}

const isClosed = async ({ state }: SettleContext, run: string) => {
  await state.writeOrder({ ...ORDER, run }, "");
  return state.listRuns().find((each) => each.run === run)?.closed;
};

const OWNER = { machine: "m", boot: "b", pidNamespace: "n", pid: 1, startedAt: "s" };
const ORDER = {
  version: 1,
  mission: "crm",
  base: "ba5e",
  owner: OWNER,
  limits: { evidenceBytes: 65_536 },
} as unknown as Order;

describe("settling", () => {
  test("appends what all runs of the host left, of all missions, with their work, in one push", async () => {
    const remote = makeRemote();
    const clone = remote.clone();
    const context = settling(clone);
    await beginLedger(context, "crm", ["a-1", "b-1"]);
    await beginLedger(context, "shop", ["c-1"]);
    const work = await writeCommit(clone, "work");
    context.state.writeReport("a-1", report("a-1", [record(verdict("a-1")), record(ended("a-1"))]));
    context.state.writeReport(
      "b-1",
      report("b-1", [record(ended("b-1"))], [{ name: "refs/mission/in/b-1", oid: work }]),
    );
    context.state.writeReport(
      "c-1",
      report("c-1", [record(ended("c-1"))], [{ name: "refs/mission/salvage/c-1/1", oid: work }], "shop"),
    );
    remote.hook("post-receive", "echo push >> pushes\n");

    expect(await settleReports(context, ["a-1", "b-1", "c-1"], WAIT_MS)).toEqual({ appended: 3, waiting: [] });

    expect(remote.run("cat-file", "--batch-check", "--batch-all-objects")).toContain(work);
    expect([remote.value("refs/mission/in/b-1"), remote.value("refs/mission/salvage/c-1/1")]).toEqual([work, work]);
    expect(await kinds(clone)).toEqual([
      "created",
      "claim a-1",
      "claim b-1",
      "verdict a-1",
      "run-ended a-1",
      "run-ended b-1",
    ]);
    expect(await kinds(clone, "refs/mission/ledger/shop")).toEqual(["created", "claim c-1", "run-ended c-1"]);
    for (const run of ["a-1", "b-1", "c-1"]) {
      expect(context.state.listReports(run)).toEqual([]);
      expect(await isClosed(context, run)).toBe(true);
    }
    expect(readFileSync(join(remote.folder, "pushes"), "utf8")).toBe("push\n");
  });

  test("does nothing, without a process, when nothing waits", async () => {
    const clone = makeRemote().clone();
    expect(await settleReports(settling(clone), ["a-1"], WAIT_MS)).toEqual({ appended: 0, waiting: [] });
    expect(clone.git.processCount).toBe(0);
  });

  test("twice appends once, even if the crash came before the file was marked", async () => {
    const clone = makeRemote().clone();
    const context = settling(clone);
    await beginLedger(context, "crm", ["a-1"]);
    const left = report("a-1", [record(verdict("a-1"), "hunter2hunter2 \u001b[31mfailed\r\n"), record(ended("a-1"))]);
    context.state.writeReport("a-1", left);
    await settleReports(context, ["a-1"], WAIT_MS);
    context.state.writeReport("a-1", left);
    const before = await kinds(clone);
    expect(await settleReports(context, ["a-1"], WAIT_MS)).toEqual({ appended: 1, waiting: [] });
    expect(await kinds(clone)).toEqual(before);
    expect(context.state.listReports("a-1")).toEqual([]);
  });

  test("lets a run that was declared lost correct its cost", async () => {
    const clone = makeRemote().clone();
    const context = settling(clone);
    const tip = await beginLedger(context, "crm", ["a-1"]);
    await appendRecords(context, "crm", [record({ ...ended("a-1", 5), outcome: "lost" })], { expected: tip });
    context.state.writeReport("a-1", report("a-1", [record(ended("a-1", 0.5))]));
    expect(await settleReports(context, ["a-1"], WAIT_MS)).toEqual({ appended: 1, waiting: [] });
    expect(await kinds(clone)).toEqual(["created", "claim a-1", "run-ended a-1", "run-ended a-1"]);
  });

  test("asks again what an earlier run has asked in the same words", async () => {
    const clone = makeRemote().clone();
    const context = settling(clone);
    const question = record(
      { kind: "asked", ask: "question", about: "a", risk: null, boundTo: "5ec -", expires: null },
      "Which port?",
    );
    const tip = await beginLedger(context, "crm", ["a-1"]);
    await appendRecords(context, "crm", [question, record(claim("a-2"))], { expected: tip });
    context.state.writeReport("a-2", report("a-2", [question, record(ended("a-2"))]));
    await settleReports(context, ["a-2"], WAIT_MS);
    expect(await kinds(clone)).toEqual(["created", "claim a-1", "asked", "claim a-2", "asked", "run-ended a-2"]);
  });

  test("goes on where the work was pushed already, and never takes it back", async () => {
    const remote = makeRemote();
    const clone = remote.clone();
    const context = settling(clone);
    await beginLedger(context, "crm", ["a-1"]);
    const work = await writeCommit(clone, "work");
    const further = await writeCommit(clone, "further", work);
    const name = "refs/mission/in/a-1";
    await clone.authority.swap([{ name, new: further, old: null }]);
    context.state.writeReport("a-1", report("a-1", [record(ended("a-1"))], [{ name, oid: work }]));
    expect(await settleReports(context, ["a-1"], WAIT_MS)).toEqual({ appended: 1, waiting: [] });
    expect(remote.value(name)).toBe(further);
  });

  test("leaves everything as it is while the remote can't be reached, and appends it later", async () => {
    const remote = makeRemote();
    const clone = remote.clone();
    const context = settling(clone);
    await beginLedger(context, "crm", ["a-1"]);
    context.state.writeReport("a-1", report("a-1", [record(ended("a-1"))]));
    clone.run("remote", "set-url", "origin", `${remote.folder}.gone`);
    expect(await settleReports(context, ["a-1"], WAIT_MS)).toMatchObject({
      appended: 0,
      waiting: [{ run: "a-1", kind: "unreachable" }],
    });
    expect(context.state.listReports("a-1")).toHaveLength(1);
    clone.run("remote", "set-url", "origin", remote.folder);
    expect(await settleReports(context, ["a-1"], WAIT_MS)).toEqual({ appended: 1, waiting: [] });
  });

  test("of one mission is not held up by another one that is refused", async () => {
    const remote = makeRemote();
    const clone = remote.clone();
    const context = settling(clone);
    for (const [mission, run] of [
      ["crm", "a-1"],
      ["shop", "b-1"],
    ] as const) {
      await beginLedger(context, mission, [run]);
      context.state.writeReport(run, report(run, [record(ended(run))], [], mission));
    }
    context.state.writeReport("c-1", report("c-1", [record(ended("c-1"))], [], "gone"));
    remote.hook("update", `case "$1" in ${LEDGER}) echo "frozen" >&2; exit 1;; esac\n`);
    expect(await settleReports(context, ["a-1", "b-1", "c-1"], WAIT_MS)).toEqual({
      appended: 1,
      waiting: [
        { run: "a-1", kind: "refused", reason: expect.stringContaining("frozen") },
        { run: "c-1", kind: "refused", reason: expect.stringContaining("no ledger") },
      ],
    });
    expect(await kinds(clone, "refs/mission/ledger/shop")).toEqual(["created", "claim b-1", "run-ended b-1"]);
    expect([await isClosed(context, "a-1"), await isClosed(context, "b-1")]).toEqual([false, true]);
  });

  const FORGED: [string, Report][] = [
    ["names work that is not here", report("a-1", [], [{ name: "refs/mission/in/a-1", oid: "1".repeat(40) }])],
    ["moves a branch", report("a-1", [], [{ name: "refs/heads/main", oid: "1".repeat(40) }])],
    ["moves another run's work", report("a-1", [], [{ name: "refs/mission/in/a-12", oid: "1".repeat(40) }])],
    ["ends another run", report("a-1", [record(ended("b-1"))])],
    ["judges for another run", report("a-1", [record(verdict("b-1"))])],
    [
      "says that something landed",
      report("a-1", [record({ kind: "landed", feature: "a", run: "a-1", spec: "", commit: "", codeTree: "" })]),
    ],
    ["answers for a person", report("a-1", [record({ kind: "answered", ask: 1, decision: "approved", boundTo: "" })])],
    ["retries by itself", report("a-1", [record({ kind: "control", target: "crm/a", action: "retry" })])],
    ["belongs to another run", report("b-1", [])],
    ["belongs to another mission", report("a-1", [record(ended("a-1"))], [], "shop")],
    [
      "has a cost that is no number",
      report("a-1", [record({ ...ended("a-1"), usage: { ...ended("a-1").usage, costUsd: Number.NaN } })]),
    ],
    ["is no record at all", report("a-1", [null as unknown as NewRecord])],
    ["has a fact without a kind", report("a-1", [record({} as Fact)])],
  ];

  test.each(FORGED)("a report that %s is left where it is, and the others are appended", async (_title, forged) => {
    const remote = makeRemote();
    const clone = remote.clone();
    const context = settling(clone);
    await context.state.writeOrder({ ...ORDER, run: "a-1" }, "");
    await beginLedger(context, "crm", ["a-1", "b-1"]);
    const before = remote.run("for-each-ref", "refs/heads", "refs/mission/in");
    context.state.writeReport("a-1", forged);
    context.state.writeReport("b-1", report("b-1", [record(ended("b-1"))]));
    const settled = await settleReports(context, ["a-1", "b-1"], WAIT_MS);
    expect(settled).toMatchObject({ appended: 1, waiting: [{ run: "a-1", kind: "damaged" }] });
    expect(await kinds(clone)).toEqual(["created", "claim a-1", "claim b-1", "run-ended b-1"]);
    expect(remote.run("for-each-ref", "refs/heads", "refs/mission/in")).toBe(before);
  });

  test("a file that is no report keeps its run open", async () => {
    const clone = makeRemote().clone();
    const context = settling(clone);
    await beginLedger(context, "crm", ["a-1"]);
    context.state.writeReport("a-1", report("a-1", [record(ended("a-1"))]));
    writeFileSync(join(context.state.runFolder("a-1"), "reports", "0002.json"), "{");
    expect(await settleReports(context, ["a-1"], WAIT_MS)).toMatchObject({
      appended: 1,
      waiting: [{ kind: "damaged" }],
    });
    expect(await isClosed(context, "a-1")).toBe(false);
  });

  test("by five hosts at once ends with every report in the ledger, each once, and one of their pushes lost on its way back", async () => {
    const remote = makeRemote();
    const first = remote.clone();
    const hosts = ["h0", "h1", "h2", "h3", "h4"];
    const runs = hosts.flatMap((host) => [`a-1-${host}`, `b-1-${host}`]);
    await beginLedger(contextOf(first), "crm", runs);
    remote.hook(
      "reference-transaction",
      'if [ "$1" = committed ]; then mkdir once 2>/dev/null && kill -9 $PPID; fi; true\n',
    );
    const settled = await Promise.all(
      hosts.map((host) => {
        const context = { ...settling(remote.clone()), host };
        const mine = runs.filter((run) => run.endsWith(host));
        for (const run of mine) context.state.writeReport(run, report(run, [record(ended(run))]));
        return settleReports(context, mine, 60_000);
      }),
    );
    expect(settled).toEqual(hosts.map(() => ({ appended: 2, waiting: [] })));
    const found = (await kinds(first)).filter((kind) => kind.startsWith("run-ended"));
    expect(found.toSorted()).toEqual(runs.map((run) => `run-ended ${run}`).toSorted());
  }, 90_000);
});
