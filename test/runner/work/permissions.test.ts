import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import type { RunFiles } from "../../../src/doors/runtimes/run-folder/run-files.ts";
import type { PermissionRequest } from "../../../src/model/permission.ts";
import type { Permissions } from "../../../src/model/run.ts";
import { makePermits } from "../../../src/runner/work/permissions.ts";
import { aRequest, shell } from "../../policy/policies.ts";
import { anOrder } from "../orders.ts";

const FOLDER = "/home/anna/.local/state/git-mission/x/runs/r1";
const files = {
  folder: FOLDER,
  workspace: `${FOLDER}/workspace`,
  promptFile: `${FOLDER}/prompt.md`,
  handoffFile: `${FOLDER}/handoff.md`,
} as RunFiles;
const doors = { hash: (text: string) => createHash("sha256").update(text).digest("hex") };

function permits(given: Partial<Permissions> = {}) {
  const order = anOrder({ gitDir: "/home/anna/crm/.git" });
  const permissions = { ...order.permissions, ...given };
  return makePermits({ order: { ...order, permissions }, files, doors }, { HOME: "/home/anna", TMPDIR: "/tmp/anna/" });
}

const PUSH = shell("git push");

test("what a person can allow is denied with the way out, and kept once", () => {
  const made = permits();
  expect(made.judge(PUSH).because).toMatch(/needs a person's consent.*QUESTION:/);
  made.judge(PUSH);
  expect(made.asked).toMatchObject([{ text: "shell: git push", risk: "red" }]);
  expect(made.denied).toEqual({
    count: 2,
    texts: [expect.stringMatching(/^shell: git push \(red: git push: it pushes/)],
  });
});

test("what nobody can allow in this run is not asked", () => {
  const made = permits({ autonomy: "intern" });
  expect(made.judge(PUSH)).toMatchObject({ decision: "denied" });
  expect(made.asked).toEqual([]);
  expect(made.judge(shell("npm install")).decision).toBe("denied");
  expect(made.asked).toMatchObject([{ risk: "yellow" }]);
});

test("a yes is for exactly the request that was asked", () => {
  const [asked] = ((made) => {
    made.judge(PUSH);
    return made.asked;
  })(permits());
  const made = permits({ allowed: [asked?.name ?? ""] });
  expect(made.judge(PUSH)).toEqual({ decision: "allowed", because: "a person allowed it" });
  for (const other of [
    shell("git push --force"),
    shell("git push "),
    aRequest({ title: "git push" }),
  ] as PermissionRequest[])
    expect(made.judge(other)).not.toMatchObject({ because: "a person allowed it" });
});

test.each([
  ["the handoff", shell('echo done > "$MISSION_HANDOFF_FILE"'), "allowed"],
  ["the prompt", shell("cat $MISSION_PROMPT_FILE"), "allowed"],
  ["a temporary file", shell('echo x > "$TMPDIR/a"'), "allowed"],
  ["another run", shell(`echo x > ${FOLDER}/../r2/workspace/a`), "denied"],
  ["the person's repository", shell("rm -rf /home/anna/crm/src"), "denied"],
  ["the person's home", shell("echo x >> $HOME/.profile"), "denied"],
])("%s is where it is on this host", (_title, request, decision) => {
  expect(permits().judge(request).decision).toBe(decision);
});

test("what is kept of a request is bounded, and so is how many", () => {
  const made = permits();
  for (let index = 0; index < 50; index += 1) made.judge(shell(`git push ${"x".repeat(5_000)} ${index}`));
  expect(made.asked).toHaveLength(10);
  expect(made.denied.count).toBe(50);
  expect(JSON.stringify(made.asked).length).toBeLessThan(10 * 700);
});
