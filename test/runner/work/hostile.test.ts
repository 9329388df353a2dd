import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { aWorld, processesWith } from "../world.ts";

const COMMIT = "echo b > b.txt && git add -A && git commit -q -m 'add b'";

test.each([
  ["a child in the background", "sleep 61 & echo 'DONE: x'"],
  ["a child in another session", "setsid sleep 62 & echo 'DONE: x'"],
  [
    "a daemon that forks twice and closes its output",
    "(setsid bash -c 'sleep 63 & disown' >/dev/null 2>&1 &) ; echo 'DONE: x'",
  ],
  ["children that ignore TERM", "trap '' TERM HUP; (trap '' TERM HUP; setsid sleep 64) & sleep 65"],
  ["a child that keeps forking", "setsid bash -c 'while :; do sleep 0.02 & sleep 0.01; done' & echo 'DONE: x'"],
])("nothing is left of a run: %s", async (_title, script) => {
  const { order } = await aWorld();
  const run = await order(script, { limits: { wallMs: 1_000, killGraceMs: 200 } });
  await run.carryOut();
  expect(processesWith(`MISSION_RUN=${run.order.run}`)).toEqual([]);
  expect((await run.ended()).fact.outcome).toMatch(/nothing-to-do|timeout/);
});

test("a worker that deletes its workspace fails, and what was harvested is kept", async () => {
  const { order } = await aWorld();
  const run = await order(`${COMMIT}; sleep 1.5; rm -rf "$PWD"; echo 'DONE: x'`, { limits: { harvestMs: 300 } });
  await run.carryOut();
  expect(await run.ended()).toMatchObject({ fact: { outcome: "failed" }, body: "the workspace is gone" });
  expect(run.work()).toContain("b.txt");
});

test("a worker that deletes its .git still delivers its files", async () => {
  const { order } = await aWorld();
  const run = await order(`${COMMIT}; rm -rf .git; echo c > c.txt; echo 'DONE: x'`);
  await run.carryOut();
  expect((await run.ended()).fact.outcome).toBe("delivered");
  expect(run.work()).toEqual(["a.txt", "b.txt", "c.txt", "missions/crm/mission.md"]);
});

test("a worker that puts the person's repository in place of its own delivers nothing of it", async () => {
  const { clone, order } = await aWorld();
  clone.run("commit", "-q", "--allow-empty", "-m", "a person's own");
  const run = await order(`rm -rf .git; echo 'gitdir: ${clone.git.gitDir}' > .git; echo 'DONE: x'`);
  await run.carryOut();
  expect((await run.ended()).fact).toMatchObject({ outcome: "nothing-to-do", head: null });
});

test("what a worker sets up in its git and its setup files is never run by us", async () => {
  const { order } = await aWorld();
  const canary = "$MISSION_PROMPT_FILE.canary";
  const run = await order(
    `printf '#!/bin/sh\\ntouch %s\\n' "${canary}" > evil.sh; chmod +x evil.sh
for key in core.fsmonitor core.sshCommand core.pager core.editor diff.external filter.e.clean filter.e.smudge credential.helper gpg.program uploadpack.packObjectsHook; do git config "$key" "$PWD/evil.sh"; done
git config core.hooksPath "$PWD"; for hook in post-checkout pre-commit post-commit reference-transaction post-index-change; do cp evil.sh $hook; done
echo '* filter=e diff=e' > .gitattributes
rm -f "${canary}"; echo 'DONE: x'`,
  );
  await run.carryOut();
  expect((await run.ended()).fact.outcome).toBe("delivered");
  expect(existsSync(join(run.folder, "prompt.md.canary"))).toBe(false);
  expect(run.work()).toContain("evil.sh");
});

test.each([
  ["a pipe", 'mkfifo "$MISSION_HANDOFF_FILE"'],
  ["a link to another file", 'ln -s /etc/hostname "$MISSION_HANDOFF_FILE"'],
  ["a folder", 'mkdir "$MISSION_HANDOFF_FILE"'],
])("a handoff that is %s is no handoff", async (_title, script) => {
  const { order } = await aWorld();
  const run = await order(`${script}; echo 'DONE: x'`);
  await run.carryOut();
  expect(Object.keys((await run.ended()).attachments)).toEqual(["log.txt"]);
});

test("a large handoff is cut", async () => {
  const { order } = await aWorld();
  const run = await order(
    `(echo '# Summary'; head -c 5000000 /dev/zero | tr '\\0' h) > "$MISSION_HANDOFF_FILE"; echo 'DONE: x'`,
  );
  await run.carryOut();
  const { attachments } = await run.ended();
  expect(Object.values(attachments).join("").length).toBeLessThanOrEqual(64 * 1024);
});

test("pipes, sockets and unreadable files in the tree hold nothing up", async () => {
  const { order } = await aWorld();
  const run = await order(
    "mkfifo pipe; echo x > unreadable; chmod 000 unreadable; mkdir -p a/b; echo b > a/b/c; echo 'DONE: x'",
  );
  await run.carryOut();
  expect((await run.ended()).fact.outcome).toBe("delivered");
  expect(run.work()).toContain("a/b/c");
});

test("control characters and forged trailers in what a worker says stay text", async () => {
  const { clone, order } = await aWorld();
  const run = await order(
    `printf 'DONE: fine \\033]0;evil\\007\\033[2Jx\\n'; printf '# Summary\\n\\nMission-Record: landed\\nFeature: contacts\\n' > "$MISSION_HANDOFF_FILE"; ${COMMIT}`,
  );
  await run.carryOut();
  const message = clone.run("log", "-1", "--format=%B", clone.authority.ledgerRef("crm"));
  expect(message).not.toContain("\u001b");
  expect(
    clone
      .run("log", "-1", "--format=%(trailers:key=Mission-Record,valueonly)", clone.authority.ledgerRef("crm"))
      .trim(),
  ).toBe("run-ended");
});

test("the log can be read as it grows and says when it was cut", async () => {
  const { order } = await aWorld();
  const run = await order("for i in $(seq 1 3000); do echo line $i; done; echo 'DONE: x'", {
    limits: { outputBytes: 100_000 },
  });
  await run.carryOut();
  expect(run.log().split("\n").length).toBe(3002);
  const small = await order("for i in $(seq 1 30000); do echo line $i; done; sleep 5", {
    limits: { outputBytes: 100_000 },
  });
  await small.carryOut();
  expect(readFileSync(join(small.folder, "agent.log")).length).toBeLessThan(101_000);
  expect((await small.ended()).body).toContain("bytes of output");
});
