import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import type { StateFolder } from "../../src/doors/host.ts";
import { makeProcesses } from "../../src/doors/processes-system.ts";
import { openStateFolder } from "../../src/doors/state-folder.ts";
import type { Order, Report } from "../../src/model/run.ts";
import { fixedClock } from "../helpers/clock.ts";
import { runTogether } from "../helpers/processes.ts";
import { fixedRandom } from "../helpers/random.ts";
import { temporaryFolder } from "../helpers/repositories.ts";

const processes = makeProcesses();
const SOURCES = join(import.meta.dirname, "../../src/doors");

function open(home = temporaryFolder(), gitDir = "/somewhere/My Project/.git"): StateFolder {
  return openStateFolder({ gitDir, env: { XDG_STATE_HOME: home }, processes });
}

function makeOrder(run: string): Order {
  // The folder looks at these parts only.
  const parts = { version: 1, run, mission: "crm", base: "1".repeat(40), owner: processes.self() };
  return parts as unknown as Order;
}

function makeReport(run: string): Report {
  return { run, mission: "crm", records: [], refs: [] };
}

test("the folder is named after the repository, apart from others of that name", () => {
  const home = temporaryFolder();
  const paths = ["/a/My Project/.git", "/b/My Project/.git", "/c/tool.git", "/.git"].map(
    (gitDir) => open(home, gitDir).path,
  );
  expect(new Set(paths).size).toBe(4);
  expect(paths[0]).toMatch(new RegExp(`^${home}/git-mission/my-project-[0-9a-f]+$`));
  expect(paths[2]).toMatch(/\/tool-[0-9a-f]+$/);
  const plain = openStateFolder({ gitDir: "/a/.git", env: { HOME: "/h", XDG_STATE_HOME: "relative" }, processes });
  expect(plain.path).toMatch(/^\/h\/\.local\/state\/git-mission\/a-/);
});

test("opening it writes nothing, its host name is drawn once and stays", () => {
  const home = temporaryFolder();
  const state = open(home);
  expect([state.listRuns(), state.stopped(), state.readOrder("r1"), state.listReports("r1")]).toEqual([
    [],
    false,
    null,
    [],
  ]);
  expect(readdirSync(home)).toEqual([]);
  const { host } = state;
  expect(host).toMatch(/^[a-z0-9-]{6,63}$/);
  expect(open(home).host).toBe(host);
  writeFileSync(join(state.path, "host.json"), "{");
  expect(open(home).host).not.toBe(host);
  expect(statSync(state.path).mode & 0o077).toBe(0);
});

test("a folder that was copied is another host, whose runs are not carried on there", async () => {
  const home = temporaryFolder();
  const state = open(home);
  await state.writeOrder({ ...makeOrder("r1"), host: state.host }, "");
  const copy = temporaryFolder();
  cpSync(home, copy, { recursive: true });

  expect(open(copy).host).not.toBe(state.host);
  expect(open(copy).host).toBe(open(copy).host);
  expect(
    open(copy)
      .listRuns()
      .map(({ owner }) => owner),
  ).toEqual(["foreign"]);
  const elsewhere = { ...processes, self: () => ({ ...processes.self(), machine: "another" }) };
  const env = { XDG_STATE_HOME: copy };
  const there = openStateFolder({ gitDir: "/somewhere/My Project/.git", env, processes: elsewhere });
  expect(there.host).not.toBe(open(home).host);
  expect(open(home).host).toBe(state.host);
  expect(
    open(home)
      .listRuns()
      .map(({ owner }) => owner),
  ).toEqual(["alive"]);
});

test("an order is read back, with the owner that was set last", async () => {
  const state = open();
  const order = makeOrder("crm-schema-1");
  await state.writeOrder(order, "do it\n", "go on\n");
  expect(state.readOrder("crm-schema-1")).toEqual(order);
  expect(readFileSync(join(state.runFolder("crm-schema-1"), "prompt.md"), "utf8")).toBe("do it\n");
  expect(readFileSync(join(state.runFolder("crm-schema-1"), "resume.md"), "utf8")).toBe("go on\n");
  const owner = { ...processes.self(), pid: 2 ** 22 + 1, startedAt: "1" };
  state.setOwner("crm-schema-1", owner);
  expect(state.readOrder("crm-schema-1")).toEqual({ ...order, owner });
  expect(state.listRuns()).toEqual([
    {
      run: "crm-schema-1",
      folder: state.runFolder("crm-schema-1"),
      order: { ...order, owner },
      owner: "dead",
      closed: false,
      waiting: 0,
    },
  ]);
});

test.each(["", "{", "null", "[]", '"x"', '{"version":2}', '{"version":1,"run":"other"}'])(
  "a run whose order is %j is told and harms no other",
  async (text) => {
    const state = open();
    await state.writeOrder(makeOrder("r1"), "");
    await state.writeOrder(makeOrder("r2"), "");
    writeFileSync(join(state.runFolder("r1"), "run.json"), text);
    expect(state.listRuns().map((run) => run.run)).toEqual(["r2"]);
    expect(state.readOrder("r1")).toBeNull();
    expect(state.listUnreadableRuns()).toMatchObject([{ run: "r1", reason: expect.stringContaining("run.json") }]);
  },
);

test("an order that lies in another run's folder is not that run's", async () => {
  const state = open();
  await state.writeOrder(makeOrder("r1"), "");
  cpSync(state.runFolder("r1"), state.runFolder("r2"), { recursive: true });
  expect(state.listRuns().map((run) => run.run)).toEqual(["r1"]);
});

test("a broken owner leaves the one of the order", async () => {
  const state = open();
  await state.writeOrder(makeOrder("r1"), "");
  writeFileSync(join(state.runFolder("r1"), "owner.json"), '{"pid":"1"}');
  expect(state.readOrder("r1")?.owner).toEqual(processes.self());
});

test("a folder without an order, or with a strange name, is no run", () => {
  const state = open();
  for (const name of ["half", ".hidden", "with space", "r1.trash-1-1"]) {
    mkdirSync(join(state.path, "runs", name), { recursive: true });
  }
  expect(state.listRuns()).toEqual([]);
  expect(state.listUnreadableRuns()).toMatchObject([{ run: "half", reason: expect.stringContaining("missing") }]);
  expect(() => state.runFolder("../evil")).toThrow("not a name");
});

test("reports wait in order until they are marked, and are never lost to one of the same number", async () => {
  const state = open();
  await state.writeOrder(makeOrder("r1"), "");
  const names = [1, 2, 3].map(() => state.writeReport("r1", makeReport("r1")));
  expect(names).toEqual(["0001.json", "0002.json", "0003.json"]);
  state.markReported("r1", "0001.json");
  state.markReported("r1", "0001.json");
  expect(state.listReports("r1").map(({ name }) => name)).toEqual(["0002.json", "0003.json"]);
  rmSync(join(state.runFolder("r1"), "reports", "0001.json.done"));
  expect(state.writeReport("r1", makeReport("r1"))).toBe("0004.json");
  expect(state.listRuns()[0]).toMatchObject({ waiting: 3, closed: false });
  writeFileSync(join(state.runFolder("r1"), "reports", "0002.json"), "{");
  expect(state.listReports("r1").map(({ report }) => report?.run ?? null)).toEqual([null, "r1", "r1"]);
});

test("a run is closed, and at last removed with all it has", async () => {
  const state = open();
  await state.writeOrder(makeOrder("r1"), "");
  state.closeRun("r1");
  expect(state.listRuns()[0]).toMatchObject({ closed: true });
  await state.removeRun("r1");
  expect(readdirSync(join(state.path, "runs"))).toEqual([]);
  await state.removeRun("r1");
});

test("stop is set and lifted, and holds where it can't be seen", () => {
  const home = temporaryFolder();
  const state = open(home);
  state.setStopped(true);
  expect([state.stopped(), open(home).stopped()]).toEqual([true, true]);
  state.setStopped(false);
  state.setStopped(false);
  expect(state.stopped()).toBe(false);
  rmSync(state.path, { recursive: true });
  expect(state.stopped()).toBe(false);
});

test("no temporary file is left behind, whatever was written", async () => {
  const state = open();
  await state.writeOrder(makeOrder("r1"), "x");
  state.writeReport("r1", makeReport("r1"));
  state.setStopped(true);
  expect(state.host).not.toBe("");
  const files = readdirSync(state.path, { recursive: true }).map(String);
  expect(files.filter((file) => file.includes("tmp"))).toEqual([]);
});

test("a lock is held once, and free again after its release", async () => {
  const home = temporaryFolder();
  const first = await open(home).lock("pulse", 0);
  expect(await open(home).lock("pulse", 60)).toBeNull();
  const other = await open(home).lock("other", 0);
  expect(other).not.toBeNull();
  first?.release();
  first?.release();
  const second = await open(home).lock("pulse", 0);
  expect(second).not.toBeNull();
  first?.release();
  expect(await open(home).lock("pulse", 0)).toBeNull();
});

test("a lock of a dead process is taken over, one of a foreign process is not", async () => {
  const state = open();
  const locks = join(state.path, "locks");
  mkdirSync(locks, { recursive: true });
  const dead = { ...processes.self(), startedAt: "1" };
  writeFileSync(join(locks, "pulse.dead"), JSON.stringify(dead));
  const held = await state.lock("pulse", 0);
  expect(held).not.toBeNull();
  expect(existsSync(join(locks, "pulse.dead"))).toBe(false);
  held?.release();
  writeFileSync(join(locks, "pulse.foreign"), JSON.stringify({ ...dead, machine: "other" }));
  expect(await state.lock("pulse", 0)).toBeNull();
});

test("a lock that is held is touched, so that who can't see its process sees that it lives", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  try {
    const state = open();
    const lock = await state.lock("pulse", 0);
    const [name = ""] = readdirSync(join(state.path, "locks"));
    const file = join(state.path, "locks", name);
    utimesSync(file, new Date(0), new Date(0));
    vi.advanceTimersByTime(61_000);
    expect(statSync(file).mtimeMs).toBeGreaterThan(Date.now() - 60_000);
    lock?.release();
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

test("an unreadable lock holds for a while and not for ever", async () => {
  const home = temporaryFolder();
  const clock = fixedClock(Date.now());
  const state = open(home);
  const locks = join(state.path, "locks");
  mkdirSync(locks, { recursive: true });
  writeFileSync(join(locks, "pulse.torn"), "");
  expect(await state.lock("pulse", 0)).toBeNull();
  clock.advance(3 * 60_000);
  const gitDir = "/somewhere/My Project/.git";
  const random = fixedRandom();
  const later = openStateFolder({ gitDir, env: { XDG_STATE_HOME: home }, processes, clock, random });
  const lock = await later.lock("pulse", 0);
  expect(readdirSync(locks)).toEqual(["pulse.000000000001"]);
  lock?.release();
  expect(readdirSync(locks)).toEqual([]);
});

test("two processes never hold one lock, also when one dies with it", async () => {
  const home = temporaryFolder();
  const counter = join(home, "counter");
  writeFileSync(counter, "0");
  const source = `
    import { readFileSync, writeFileSync } from "node:fs";
    import { makeProcesses } from ${JSON.stringify(join(SOURCES, "processes-system.ts"))};
    import { openStateFolder } from ${JSON.stringify(join(SOURCES, "state-folder.ts"))};
    const [home, counter, dies] = process.argv.slice(1);
    const state = openStateFolder({ gitDir: "/x/.git", env: { XDG_STATE_HOME: home }, processes: makeProcesses() });
    for (let round = 0; round < 15; round += 1) {
      const lock = await state.lock("pulse", 20_000);
      const before = Number(readFileSync(counter, "utf8"));
      await new Promise((resolve) => setTimeout(resolve, 2));
      writeFileSync(counter, String(before + 1));
      if (dies === "dies" && round === 7) break;
      lock.release();
    }
    process.exit(0);
  `;
  await runTogether(
    source,
    ["lives", "dies", "lives", "dies"].map((how) => [home, counter, how]),
  );
  expect(Number(readFileSync(counter, "utf8"))).toBe(15 + 8 + 15 + 8);
});
