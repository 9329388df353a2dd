import { expect, test } from "vitest";
import { applyAll } from "../../src/apply/apply.ts";
import type { ApplyContext } from "../../src/apply/context.ts";
import { GitError } from "../../src/doors/git.ts";
import type { Applied, Discard } from "../../src/model/decision.ts";

/** A context in which closing a run does what the test says. */
function aContext(closeRun: (run: string) => void): ApplyContext {
  const doors = { git: {}, files: {}, state: { readOrder: () => null, closeRun } };
  return { doors, tips: new Map() } as unknown as ApplyContext;
}

const discard = (run: string): Discard => ({ kind: "discard", run, because: "nobody carries it out" });

async function outcomes(context: ApplyContext, runs: readonly string[]): Promise<Applied[]> {
  const all: Applied[] = [];
  await applyAll(context, runs.map(discard), (_, applied) => void all.push(applied));
  return all;
}

test("a decision in which git fails is told with git's words, and the ones after it are carried out", async () => {
  const context = aContext((run) => {
    if (run === "bad") throw new GitError(["cat-file"], 128, "fatal: loose object is corrupt\n");
  });
  expect(await outcomes(context, ["bad", "good"])).toMatchObject([
    { kind: "failed", reason: expect.stringContaining("fatal: loose object is corrupt") },
    { kind: "done" },
  ]);
});

test("a mistake of ours ends the pulse", async () => {
  const context = aContext(() => {
    throw new TypeError("undefined is not a function");
  });
  await expect(outcomes(context, ["bad"])).rejects.toThrow(TypeError);
});
