import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openRunFolder } from "../../../../src/doors/runtimes/run-folder/run-folder.ts";
import { makePipe, temporaryFolder } from "../../../helpers/repositories.ts";

it.each([
  ["a folder", (place: string) => mkdirSync(place)],
  ["a pipe that nobody reads", makePipe],
  ["a link to nowhere", (place: string) => symlinkSync("/nowhere/at/all", place)],
])("a log in whose place lies %s does not end the run", (_what, put) => {
  const folder = temporaryFolder("run");
  put(join(folder, "agent.log"));
  put(join(folder, "events.jsonl"));
  const files = openRunFolder(folder, { logBytes: 1000 });
  files.appendLog("hello\n");
  files.appendEvent({ at: 1, kind: "note", text: "hello" });
  files.close();
});

it("a log that a worker made a link to another file leaves that file as it is", () => {
  const folder = temporaryFolder("run");
  writeFileSync(join(folder, "mine.txt"), "mine\n");
  symlinkSync("mine.txt", join(folder, "agent.log"));
  const files = openRunFolder(folder, { logBytes: 1000 });
  files.appendLog("hello\n");
  files.close();
  expect(readFileSync(join(folder, "mine.txt"), "utf8")).toBe("mine\n");
});
