import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { distrustOptions, lendFolder, sandboxOptions } from "../../../../src/doors/runtimes/codex/sandbox.ts";
import { temporaryFolder } from "../../../helpers/repositories.ts";

test.each([
  ["what is said of nobody", undefined, "workspace-write", "network_access=false"],
  ["the network where it is open", { writes: true, network: true }, "workspace-write", "network_access=true"],
  ["nothing to write for who only looks", { writes: false, network: true }, "read-only", null],
])("it is given %s", (_title, sandbox, mode, network) => {
  const options = sandboxOptions([], sandbox, "/runs/r1/codex");
  expect(options.slice(0, 2)).toEqual(["--sandbox", mode]);
  expect(options.find((option) => option.includes("network_access")) ?? null).toBe(
    network && `sandbox_workspace_write.${network}`,
  );
  expect(options.join(" ").includes('writable_roots=["/runs/r1/codex"]')).toBe(mode === "workspace-write");
});

test.each([
  ["--sandbox", "danger-full-access"],
  ["--sandbox=danger-full-access"],
  ["-s", "read-only"],
  ["-c", 'sandbox_mode="danger-full-access"'],
  ["--dangerously-bypass-approvals-and-sandbox"],
])("a person's own choice holds: %s %s", (...settings) => {
  expect(sandboxOptions(settings, undefined, "/lent")).toEqual([]);
});

test("what a person says of the network alone holds, in the same sandbox", () => {
  const settings = ["-c", "sandbox_workspace_write.network_access=false"];
  const options = sandboxOptions(settings, { writes: true, network: true }, "/lent");
  expect(options).toContain("workspace-write");
  expect(options.join(" ")).not.toContain("network_access");
});

test("no rule lets a command out of the sandbox, and no setting of the workspace counts", () => {
  expect(distrustOptions('/runs/a"b')).toEqual([
    "--ignore-rules",
    "-c",
    'projects={"/runs/a\\"b"={trust_level="untrusted"}}',
  ]);
});

test("its handoff is brought from the folder that it was lent; none is none", () => {
  const handoffFile = join(temporaryFolder("run"), "handoff.md");
  const lent = lendFolder({ handoffFile });
  lent.bring();
  expect(existsSync(handoffFile)).toBe(false);
  writeFileSync(lent.file, "# Summary\n");
  lent.bring();
  expect(readFileSync(handoffFile, "utf8")).toBe("# Summary\n");
});
