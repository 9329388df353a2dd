import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { endLocal } from "../../src/cli/control/stop-local.ts";
import type { Order } from "../../src/model/run.ts";
import { cloneOf, makeCloned, makeRepository, type Repository } from "../repo/save-world.ts";
import { claimOf, endOf, makeActive } from "./active-mission.ts";
import { lastRecords, record, see, type, typeJson, withContext } from "./mission-command.ts";

test("pause and resume are records, and resume says when there is nothing to lift", async () => {
  const repository = makeActive();
  expect(await type(repository, ["pause"])).toMatchObject({ code: 0, out: expect.stringContaining("Paused: crm") });
  expect((await see(repository)).state.missions[0]?.status).toBe("paused");
  const part = await type(repository, ["resume", "crm/schema"]);
  expect(part).toMatchObject({
    code: 2,
    err: expect.stringMatching(/crm\/schema is not paused.*crm is\nnext: mission resume crm/),
  });
  expect(await type(repository, ["resume", "crm"])).toMatchObject({ code: 0 });
  expect((await see(repository)).state.missions[0]?.status).not.toBe("paused");
  expect((await lastRecords(repository, "crm"))[0]).toMatchObject({
    fact: { kind: "control", target: "crm", action: "resume" },
    author: { email: "test@example.com" },
  });
  expect(await type(repository, ["resume", "crm"])).toMatchObject({ code: 2 });
});

test.each([
  [["quarantine", "agent:coder", "It", "cheats"], { target: "agent:coder", action: "quarantine" }, "It cheats"],
  [["quarantine", "crm/schema"], { target: "crm/schema", action: "quarantine" }, ""],
  [["pause", "crm/base"], { target: "crm/base", action: "pause" }, ""],
  [["retry", "crm/schema", "The key is set"], { target: "crm/schema", action: "retry" }, "The key is set"],
  [["stop", "crm/auth"], { target: "crm/auth", action: "stop" }, ""],
])("mission %s is a control record", async (argv, fact, body) => {
  const repository = makeActive();
  expect((await type(repository, argv)).code).toBe(0);
  expect((await lastRecords(repository, "crm"))[0]).toMatchObject({ fact, body });
});

test.each([
  [["pause", "agent:coder"], "mission quarantine agent:coder"],
  [["retry", "crm"], "mission show crm"],
  [["stop", "host:elsewhere-1"], "mission stop --all on that host"],
  [["pause", "crm", "--all"], "mission pause crm"],
  [["retry"], "mission retry"],
  [["pause", "crmm"], "mission pause crm"],
])("mission %s says what to type instead", async (argv, next) => {
  const repository = makeActive();
  record(repository, "crm", await claimOf(repository));
  const said = await type(repository, argv);
  expect(said).toMatchObject({ code: 2, err: expect.stringContaining(next) });
  expect(said.err.split("\n").length).toBeLessThanOrEqual(2);
});

test("a mission that has not begun takes no records", async () => {
  const repository = makeRepository();
  const said = await type(repository, ["pause", "crm"]);
  expect(said).toMatchObject({ code: 2, err: expect.stringContaining("next: mission start crm") });
});

test("a retry of a mission asks the provider again that has refused", async () => {
  const repository = makeActive();
  record(repository, "crm", await claimOf(repository));
  record(repository, "crm", { ...endOf("provider", null), runtime: "mine", needs: "sign-in" });
  expect(await typeJson(repository, ["retry", "crm"])).toMatchObject({ action: "retry", targets: ["crm"] });
  expect((await lastRecords(repository, "crm"))[0]?.fact).toMatchObject({ target: "crm", action: "retry" });
});

test("a retry of a run is one of its feature", async () => {
  const repository = makeActive();
  record(repository, "crm", await claimOf(repository));
  expect(await typeJson(repository, ["retry", "schema-1-abc123"])).toMatchObject({
    action: "retry",
    targets: ["crm/schema"],
  });
});

test("a comment mentions whom it names", async () => {
  const repository = makeActive();
  await type(repository, ["comment", "crm/schema", "@anna and @bob.b: not me@example.com"]);
  expect((await lastRecords(repository, "crm"))[0]).toMatchObject({
    fact: { kind: "comment", feature: "schema", mentions: ["anna", "bob.b"] },
    body: "@anna and @bob.b: not me@example.com",
  });
  expect(await type(repository, ["comment", "crm/schema", " "])).toMatchObject({ code: 2 });
});

test("a stop of everything stands here and at the authority until it is lifted", async () => {
  const { repository, remote } = makeCloned();
  expect(await type(repository, ["stop", "--all"])).toMatchObject({
    code: 0,
    out: expect.stringContaining("mission resume --all"),
  });
  expect(remote.git("for-each-ref", "--format=%(refname)", "refs/mission")).toBe("refs/mission/stop");
  const other = cloneOf(remote);
  expect((await see(other)).state.stopped).toBe(true);
  expect((await type(repository, ["stop", "--all"])).code).toBe(0);

  expect((await type(other, ["resume", "--all"])).code).toBe(0);
  expect(remote.git("for-each-ref", "refs/mission")).toBe("");
  expect((await see(other)).state.stopped).toBe(false);
  expect((await see(repository)).state.stopped).toBe(true);
  expect((await type(repository, ["resume", "--all"])).code).toBe(0);
  expect((await see(repository)).state.stopped).toBe(false);
});

test("without an answer of the remote this host is stopped all the same, and the exit code says that nobody else knows", async () => {
  const { repository } = makeCloned();
  repository.git("remote", "set-url", "origin", `${repository.folder}-gone`);
  const said = await type(repository, ["stop", "--all"], { env: { GIT_CONFIG_GLOBAL: "/dev/null" } });
  expect(said).toMatchObject({ code: 4, err: expect.stringContaining("others could not be told") });
  expect((await see(repository)).state.stopped).toBe(true);
  expect(await type(repository, ["pause", "--all"])).toMatchObject({ code: 4 });
});

test("resume --all lifts what holds whole missions back", async () => {
  const repository = makeActive();
  await type(repository, ["pause", "--all"]);
  await type(repository, ["quarantine", "crm/schema"]);
  expect(await typeJson(repository, ["resume", "--all"])).toMatchObject({ targets: ["everything", "crm"] });
  const { state } = await see(repository);
  expect(state.missions[0]?.paused).toBe(false);
  expect(state.missions[0]?.milestones[0]?.features.find(({ id }) => id === "schema")?.condition.code).toBe(
    "quarantined",
  );
});

test("a stop answers when the processes here are gone, and touches no other run", async () => {
  const repository = makeActive();
  const [mine, other] = [
    await startRun(repository, "schema-1-aaaaaa"),
    await startRun(repository, "auth-1-bbbbbb", "auth"),
  ];
  const said = await typeJson(repository, ["stop", "crm/schema"]);
  expect(said).toMatchObject({ targets: ["crm/schema"], ended: ["schema-1-aaaaaa"], killed: [] });
  expect([mine.alive(), other.alive()]).toEqual([false, true]);
});

test("a stop of one run says that its feature goes on, and how to hold it", async () => {
  const repository = makeActive();
  const claim = await claimOf(repository);
  record(repository, "crm", claim);
  const said = await type(repository, ["stop", claim.run]);
  expect(said).toMatchObject({ code: 0, out: expect.stringContaining("To hold it: mission stop crm/schema") });
});

test("a run that does not end in 10 s is killed", async () => {
  const repository = makeActive();
  const run = await startRun(repository, "schema-1-aaaaaa", "schema", "trap '' TERM; sleep 60");
  const end = await withContext(repository, async ({ doors }) => {
    const start = Date.now();
    // Time runs twelve times as fast for the wait.
    const clock = { now: () => start + (Date.now() - start) * 12, sleep: doors.clock.sleep };
    return endLocal({ ...hand(doors), clock }, () => true, "test");
  });
  expect(end).toEqual({ ended: [], killed: ["schema-1-aaaaaa"] });
  expect(run.alive()).toBe(false);
});

function hand(doors: Parameters<typeof endLocal>[0]) {
  return { state: doors.state, processes: doors.processes, files: doors.files };
}

/** A process that carries out an order as far as a stop can tell: it ends when its folder says so. */
async function startRun(repository: Repository, run: string, feature = "schema", script?: string) {
  return withContext(repository, async ({ doors }) => {
    const marker = join(doors.state.runFolder(run), "withdraw");
    const command = script ?? `while ! test -e '${marker}'; do sleep 0.05; done`;
    const child = spawn("sh", ["-c", command], { detached: true, stdio: "ignore" });
    let ended = false;
    child.on("exit", () => {
      ended = true;
    });
    onTestFinished(() => {
      if (!ended && child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    });
    const owner = doors.processes.identify(child.pid ?? 0);
    if (!owner) throw new Error("the process is gone");
    await doors.state.writeOrder(
      await makeOrder(repository, { run, feature, owner, host: doors.state.host }),
      "prompt",
    );
    expect(existsSync(marker)).toBe(false);
    return { alive: () => doors.processes.liveness(owner) === "alive" };
  });
}

interface OrderWords extends Pick<Order, "run" | "owner" | "host"> {
  feature: string;
}

async function makeOrder(repository: Repository, { run, feature, owner, host }: OrderWords): Promise<Order> {
  const base = repository.git("rev-parse", "main");
  return {
    version: 1,
    run,
    runKind: "work",
    mission: "crm",
    about: { kind: "feature", feature },
    attempt: 1,
    spec: "spec",
    base,
    start: base,
    conflicted: false,
    purpose: null,
    features: [],
    codeTree: base,
    baseCodeTree: base,
    nonce: "abc123",
    host,
    owner,
    gitDir: `${repository.folder}/.git`,
    authority: { kind: "local" },
    refPrefix: "refs/mission",
    branch: "work",
    title: "Schema",
    identity: { name: "x", email: "x@example.com" },
    isolation: "clone",
    setup: [],
    questions: [],
    checks: [],
    runtime: null,
    model: null,
    tier: null,
    role: "coder",
    session: null,
    sessionSpent: { input: 0, output: 0, cached: 0 },
    secrets: [],
    policy: { missionFolders: [], writable: [], protected: [], scope: [] },
    permissions: { autonomy: "specialist", risk: "yellow", tools: [], allowed: [], denied: [] },
    limits: {
      wallMs: 1,
      idleMs: 1,
      setupMs: 1,
      checkMs: 1,
      usd: null,
      tokens: null,
      outputBytes: 1,
      diskBytes: 1,
      evidenceBytes: 1,
      harvestMs: 1,
      killGraceMs: 1,
    },
    ttlMs: 1,
    createdAt: Date.now(),
  };
}
