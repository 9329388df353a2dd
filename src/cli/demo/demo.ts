import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { statusJson } from "../../view/status-json.ts";
import { command as approve } from "../ask/approve.ts";
import { type Command, type Context, printJson, type Screen, textOption } from "../command.ts";
import { CommandError } from "../command-error.ts";
import { openContext } from "../context.ts";
import { command as stop } from "../control/stop.ts";
import { look, pageOf } from "../read/look.ts";
import { type Interrupt, onInterrupt } from "../run/interrupt.ts";
import { pulseUntil } from "../run/run.ts";
import { openRunView } from "../run/run-view.ts";
import { cloneProject, DEMO_MISSION, demoEnvironment, makeFolder, makeProject } from "./demo-project.ts";
import { type OwnTests, runOwnTests } from "./demo-tests.ts";
import { beginLines, type DemoEnd, endLines, signLines, unfinishedLines } from "./demo-text.ts";

export const command: Command = {
  name: "demo",
  summary: "a whole mission in a throw-away repository, without a model",
  group: "machine",
  arguments: [],
  options: [{ usage: "--keep <folder>", about: "make it in this folder, which must be new or empty" }],
  example: "mission demo\nmission demo --keep tempo",
  repository: "optional",
  async run(outside, args) {
    if (outside.env.MISSION_RUN) {
      throw new CommandError("inside-run", "a run can't sign for a person, as the demo has to at its end", null);
    }
    const interrupt = onInterrupt();
    try {
      const { context, close } = await openStage(outside, textOption(args, "keep"));
      const end = await play(context, interrupt).finally(close);
      if (outside.json) printJson(outside, endJson(end));
      return end.tests?.isPassed === true ? 0 : 1;
    } finally {
      interrupt.stop();
    }
  },
};

/** Makes the repository and all doors to it. With `--json` nothing is said but the end. */
async function openStage({ env, screen, cwd, json }: Context, keep: string | null) {
  const environment = demoEnvironment(env);
  const folder = makeFolder({ cwd }, keep);
  try {
    await makeProject(folder, environment);
  } catch (error) {
    if (keep === null) rmSync(folder, { recursive: true, force: true });
    const [reason = ""] = String(error instanceof Error ? error.message : error)
      .trim()
      .split("\n");
    throw new CommandError("no-project", `the demo's repository can't be made: ${reason}`, "mission doctor");
  }
  return openContext({ env: environment, screen: json ? silent(screen) : screen, json: false, cwd: folder });
}

async function play(context: Context, interrupt: Interrupt): Promise<DemoEnd> {
  const { doors, screen, cwd } = context;
  const startedAt = doors.clock.now();
  screen.print(beginLines(cwd, pageOf(context)).join("\n"));
  if (!(await drive(context, interrupt))) await endRuns(context);
  const { state } = await look(context);
  const mission = state.missions.find(({ id }) => id === DEMO_MISSION);
  if (!mission) throw new Error(`${DEMO_MISSION} is gone from ${cwd}`);
  const tests = mission.status === "completed" ? await testClone(context) : null;
  const tookMs = doors.clock.now() - startedAt;
  const isInterrupted = interrupt.happened;
  const end: DemoEnd = { folder: cwd, stateFolder: doors.state.path, mission, state, isInterrupted, tests, tookMs };
  const lines = tests?.isPassed ? endLines : unfinishedLines;
  screen.print(lines(end, pageOf(context)).join("\n"));
  return end;
}

/**
 * To where a person is needed; signs as that person, by the command that is theirs; and on to the end. Answers false when
 * it was interrupted, or nobody looks any more.
 */
async function drive(context: Context, interrupt: Interrupt): Promise<boolean> {
  const { state, end } = await pulseInView(context, interrupt);
  const ask = state.missions
    .find(({ id }) => id === DEMO_MISSION)
    ?.openAsks.find(({ asked }) => asked.fact.ask === "sign-off");
  if (end !== "waits" || !ask) return end !== null;
  const name = `${DEMO_MISSION}/q${ask.number}`;
  context.screen.print(signLines(name, pageOf(context)).join("\n"));
  await approve.run(context, { words: [name], options: {} });
  // What is left is done in a moment: lines below the frame, not a second one.
  return (await pulseInView({ ...context, screen: withoutFrame(context.screen) }, interrupt)).end !== null;
}

async function pulseInView(context: Context, interrupt: Interrupt): ReturnType<typeof pulseUntil> {
  const view = openRunView(context, [DEMO_MISSION], "Ctrl-C ends the demo and what it runs");
  try {
    const { state, end } = await pulseUntil(context, [DEMO_MISSION], view, interrupt);
    if (end === "waits") view.tellEnd(state, end);
    return { state, end };
  } finally {
    view.close();
  }
}

/** By the command that is made for it. Nothing has to be ended where nothing has begun. */
async function endRuns(context: Context): Promise<void> {
  context.screen.print("");
  try {
    await stop.run(context, { words: [DEMO_MISSION], options: {} });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
  }
}

/** Whether what landed is whole: its own tests, in a clone that has nothing but what was committed. */
async function testClone({ cwd, env }: Context): Promise<OwnTests> {
  const folder = mkdtempSync(join(tmpdir(), "mission-demo-clone-"));
  try {
    const clone = join(folder, DEMO_MISSION);
    await cloneProject(cwd, clone, env);
    return await runOwnTests(clone, env);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function endJson({ folder, stateFolder, mission, state, tests, tookMs }: DemoEnd): unknown {
  return {
    schema: 1,
    folder,
    state_folder: stateFolder,
    completed: mission.status === "completed",
    tests: tests === null ? null : { passed: tests.passed, failed: tests.failed },
    seconds: Math.round(tookMs / 1000),
    status: statusJson(state, []),
  };
}

function silent(screen: Screen): Screen {
  return Object.create(withoutFrame(screen), { print: { value: () => {} }, write: { value: () => {} } });
}

function withoutFrame(screen: Screen): Screen {
  return Object.create(screen, { isTerminal: { value: false } });
}
