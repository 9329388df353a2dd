/**
 * What every driver owes a run, whatever it drives: tried on each with a program that is scripted, and with the real agents.
 * There are two scenes. In `work` the agent says `DONE: too early`, does something with a tool, and ends with `It is done.` and
 * `DONE: all of it`. In `linger` it starts a process that stays.
 */

import { execFileSync } from "node:child_process";
import { mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RunningWorker, RuntimeDriver, WorkerEvent, WorkerExit } from "../../../src/doors/runtimes/driver.ts";
import type { Runtime } from "../../../src/model/documents.ts";
import { temporaryFolder } from "../../helpers/repositories.ts";
import { waitFor } from "../../helpers/wait.ts";
import { anOrder } from "../../runner/orders.ts";

export type Scene = "work" | "linger";
type Usage = { input: number; output: number; cached: number };

export interface Subject {
  driver: RuntimeDriver;
  /** How an order names what plays a scene. */
  runtime(scene: Scene): Runtime;
  /** What the order asks for. */
  model: string | null;
  env: Readonly<Record<string, string>>;
  /** What `ps` shows of the process that lingers, and of no other. */
  lingers: string;
  /** What it found when it worked; null: it can't tell. */
  heard(workspace: string): Heard;
  /** An agent that takes part in a conversation; null: a program whose every line counts. */
  agent: { model: RegExp; used(): Usage; hasCost: boolean } | null;
  /** What it said that no driver knows; null: it says nothing of the kind. */
  unknown: string | null;
  end(): Promise<void>;
}

export interface Heard {
  cwd: string | null;
  /** `NAME=value`, one a line. */
  env: string | null;
  /** Names that the driver may add to what was given; null: others stand in between, and add more. */
  added: readonly string[] | null;
  prompt: string | null;
  /** Arguments, with one that the order names. */
  argv: { all: readonly string[]; ordered: string } | null;
}

const PROMPT = "Say that it is done, and nothing else.";
const FAR = 60_000;

interface Played {
  worker: RunningWorker;
  events: WorkerEvent[];
  bytes: number[];
  workspace: string;
  env: Readonly<Record<string, string>>;
}

export function driverContract(name: string, setUp: () => Promise<Subject>, limitMs = FAR): void {
  describe(name, { timeout: limitMs }, () => {
    let subject: Subject;
    let done: Played & { exit: WorkerExit };
    const only = <K extends WorkerEvent["kind"]>(kind: K) =>
      done.events.filter((event): event is WorkerEvent & { kind: K } => event.kind === kind);

    beforeAll(async () => {
      subject = await setUp();
      process.env.NOT_GIVEN = "a secret of this host";
      const played = play(subject, subject.runtime("work"));
      done = { ...played, exit: await played.worker.end };
      delete process.env.NOT_GIVEN;
    }, limitMs);
    afterAll(() => subject?.end());

    it("starts what the order names, in the workspace, and says the prompt to who listens", () => {
      expect(done.exit).toEqual({ exitCode: 0, signal: null, spawnError: null });
      const { cwd, argv, prompt } = subject.heard(done.workspace);
      if (cwd !== null) expect(cwd).toBe(done.workspace);
      if (argv !== null) expect(argv.all).toContain(argv.ordered);
      if (prompt !== null) expect(prompt).toContain(PROMPT);
      expect(done.worker.owner?.pid).toBeGreaterThan(1);
    });

    it("gives it the environment that was given, and nothing of this host's", () => {
      const { env, added } = subject.heard(done.workspace);
      if (env === null) return;
      expect(env).toContain("GIVEN=as ordered\n");
      expect(env).not.toContain("NOT_GIVEN");
      if (added === null) return;
      const names = [...env.matchAll(/^([A-Za-z_]\w*)=/gm)].map(([, each]) => each);
      expect(names.filter((each) => !((each as string) in done.env)).sort()).toEqual([...added].sort());
    });

    it("tells in order: the session, words and tools, what was used, the last message", () => {
      const kinds = done.events.map(({ kind }) => kind).filter((kind) => kind !== "text");
      if (subject.agent === null) return expect(kinds).toEqual([]);
      // Some know their version or their model at the end.
      const session = only("session").at(-1);
      expect(kinds[0]).toBe("session");
      expect(session).toMatchObject({
        id: expect.stringMatching(/\S/),
        program: expect.stringMatching(/\S+ \d+\.\d+/),
      });
      expect(only("tool").length).toBeGreaterThan(0);
      expect(kinds.at(-1)).toBe("done");
      expect(kinds.filter((kind) => kind === "done" || kind === "error")).toEqual(["done"]);
      expect(session?.model ?? "none").toMatch(subject.agent.model);
    });

    it("tells what was used since the event before, and a cost or none", () => {
      const { agent } = subject;
      const sum = (of: (usage: Usage) => number): number => only("usage").reduce((all, usage) => all + of(usage), 0);
      const used = { input: sum(({ input }) => input), output: sum((u) => u.output), cached: sum((u) => u.cached) };
      expect(used).toEqual(agent?.used() ?? { input: 0, output: 0, cached: 0 });
      expect(only("usage").every((usage) => Math.min(usage.input, usage.output, usage.cached) >= 0)).toBe(true);
      const costs = only("cost").map(({ usd }) => usd);
      expect(costs.length > 0).toBe(agent?.hasCost ?? false);
      expect(costs.toSorted((one, other) => one - other)).toEqual(costs);
    });

    it("takes signals from the last message alone, where there is one", () => {
      const isConversation = subject.agent !== null;
      const early = only("text").filter(({ text }) => text.includes("too early"));
      expect(early.length).toBeGreaterThan(0);
      expect(only("text").every(({ mayBeSignal }) => mayBeSignal === !isConversation)).toBe(true);
      const last = only("done").map(({ text }) => text);
      expect(last).toEqual(isConversation ? [expect.stringMatching(/^It is done\.\s+DONE: all of it$/)] : []);
    });

    it("shows what it does not know, and goes on", () => {
      if (subject.unknown === null) return;
      expect(only("text").some(({ text }) => text.includes(subject.unknown ?? ""))).toBe(true);
    });

    it("counts the output as it comes", () => {
      expect(done.bytes.toSorted((one, other) => one - other)).toEqual(done.bytes);
      expect(done.worker.outputBytes()).toBeGreaterThan(0);
    });

    it("says of a program that is not there that it did not start", async () => {
      const { kind } = subject.runtime("work");
      const missing = { ...subject.runtime("work"), run: ["no-such-agent", "acp"] };
      // The replay's program is this one.
      if (kind === "replay") return;
      const { worker, events } = play(subject, missing);
      expect(await worker.end).toEqual({
        exitCode: null,
        signal: null,
        spawnError: expect.stringMatching(/no-such-agent/),
      });
      expect(events.filter((event) => event.kind === "done" || event.kind === "error")).toEqual([]);
      worker.stop(100);
    });

    it("ends all that it started when it is stopped; twice is once", async () => {
      const { worker, events } = play(subject, subject.runtime("linger"));
      await waitFor("the process that lingers", () => isThere(subject.lingers), limitMs / 2).finally(() => {
        worker.stop(1_000);
        worker.stop(1_000);
      });
      expect(await worker.end).toMatchObject({ spawnError: null });
      expect(isThere(subject.lingers)).toBe(false);
      expect(events.filter(({ kind }) => kind === "done")).toEqual([]);
      worker.stop(1_000);
    });
  });
}

function play(subject: Subject, runtime: Runtime): Played {
  const folder = realpathSync(temporaryFolder("contract"));
  const workspace = join(folder, "workspace");
  mkdirSync(workspace);
  execFileSync("git", ["init", "-q", workspace]);
  writeFileSync(join(folder, "prompt.md"), `${PROMPT}\n`);
  const env = { GIVEN: "as ordered", ...subject.env };
  const [events, bytes]: [WorkerEvent[], number[]] = [[], []];
  const worker = subject.driver.start({
    order: anOrder({ runtime, model: subject.model }),
    workspace,
    env,
    promptFile: join(folder, "prompt.md"),
    handoffFile: join(folder, "handoff.md"),
    judge: () => ({ decision: "allowed", because: "it is a test" }),
    onEvent(event) {
      events.push(event);
      bytes.push(worker.outputBytes());
    },
  });
  return { worker, events, bytes, workspace, env };
}

function isThere(shown: string): boolean {
  return execFileSync("ps", ["-A", "-ww", "-o", "args"], { encoding: "utf8" }).includes(shown);
}
