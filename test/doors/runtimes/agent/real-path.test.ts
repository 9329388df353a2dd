import { mkdirSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { namePath, realPath } from "../../../../src/doors/runtimes/agent/real-path.ts";
import { temporaryFolder } from "../../../helpers/repositories.ts";

function places() {
  const outside = realpathSync(temporaryFolder("outside"));
  const workspace = realpathSync(temporaryFolder("work"));
  mkdirSync(join(workspace, "src"));
  symlinkSync(outside, join(workspace, "link"));
  symlinkSync(join(outside, "new"), join(workspace, "nowhere"));
  symlinkSync("loop", join(workspace, "loop"));
  return { outside, workspace };
}

test("a path is named from the workspace, and by where it leads when that is elsewhere", () => {
  const { outside, workspace } = places();
  const named = ["src/a.ts", ".", "new/folder/a", "link/a", "nowhere", "../x", "/etc/hosts"].map((path) =>
    namePath(workspace, path),
  );
  expect(named).toEqual([
    ...["src/a.ts", ".", "new/folder/a"],
    ...[join(outside, "a"), join(outside, "new"), join(workspace, "../x"), "/etc/hosts"],
  ]);
});

test("a link to nowhere, a loop and what is no path have no real one, and still a name", () => {
  const { workspace } = places();
  const odd = ["nowhere", "loop", "a\0b", "x".repeat(5000)].map((path) => join(workspace, path));
  expect(odd.map(realPath)).toEqual([null, null, null, null]);
  for (const path of odd) expect(namePath(workspace, path)).toEqual(expect.any(String));
});

test("in a workspace that is gone paths are named as before", () => {
  const { workspace } = places();
  rmSync(workspace, { recursive: true });
  expect(["src/a.ts", "/etc/hosts"].map((path) => namePath(workspace, path))).toEqual(["src/a.ts", "/etc/hosts"]);
});
