/** Starts what a run supervises. Whatever fails in what hears and answers it ends that worker, and never this process. */

import type { RunningWorker, RuntimeDriver, WorkerExit } from "../../doors/runtimes/driver.ts";
import type { WorkerEnd } from "../../model/run.ts";
import { chooseSandbox } from "../../policy/sandbox.ts";
import type { Environment } from "../environment.ts";
import type { RunContext } from "../run-doors.ts";
import type { Permits } from "./permissions.ts";
import type { WorkerNotes } from "./worker-notes.ts";

const NO_EXIT: WorkerExit = { exitCode: null, signal: null, spawnError: null };

export const GONE = "the workspace is gone";

export interface Hearing {
  env: Environment;
  notes: Pick<WorkerNotes, "onEvent">;
  permits: Pick<Permits, "judge">;
  endAs(reason: Extract<WorkerEnd["reason"], "gone" | "broken">, because: string): void;
}

export function startWorker(run: RunContext, driver: RuntimeDriver, hearing: Hearing): RunningWorker {
  const { order, files } = run;
  // A program that is started in a folder that is not there looks like one that is not there itself.
  if (files.inspectWorkspace() === "gone") return end("gone", GONE);
  const { env, notes, permits, endAs } = hearing;
  try {
    const worker = driver.start({
      order,
      workspace: files.workspace,
      env,
      promptFile: files.promptFile,
      resumeFile: files.resumeFile,
      handoffFile: files.handoffFile,
      onEvent(event) {
        try {
          notes.onEvent(event);
        } catch (error) {
          endAs("broken", describeFault(error));
        }
      },
      judge(request) {
        try {
          return permits.judge(request);
        } catch (error) {
          return { decision: "denied", because: `it can't be judged: ${describeFault(error)}` };
        }
      },
      sandbox: chooseSandbox(order.permissions),
    });
    return { ...worker, end: worker.end.catch((error) => ({ ...NO_EXIT, broken: describeFault(error) })) };
  } catch (error) {
    return end("broken", describeFault(error));
  }

  function end(reason: "gone" | "broken", because: string): RunningWorker {
    hearing.endAs(reason, because);
    return { owner: null, outputBytes: () => 0, end: Promise.resolve(NO_EXIT), stop: () => {} };
  }
}

/** Of a fault of ours: in one line, with what it is called. */
function describeFault(error: unknown): string {
  return `git-mission failed to follow it: ${String(error)}`;
}
