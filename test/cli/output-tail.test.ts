import { appendFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openOutput } from "../../src/cli/read/output-tail.ts";
import { openRunFolder } from "../../src/doors/runtimes/run-folder/run-folder.ts";
import type { OutputItem } from "../../src/view/output.ts";
import { makePipe, temporaryFolder } from "../helpers/repositories.ts";

const words = (items: readonly OutputItem[]) =>
  items.map((item) => (item.kind === "text" ? item.text : `[${item.kind}]`));

it("log and events come in the order in which they were written, however they are read", () => {
  const folder = temporaryFolder("run");
  const files = openRunFolder(folder, { logBytes: 1000 });
  const output = openOutput(folder);
  expect(output.read(false)).toEqual([]);
  files.appendLog("ünd one\n");
  files.appendEvent({ at: 1, kind: "tool", name: "Bash", text: "ls" });
  files.appendLog("two\n");
  files.appendEvent({ at: 2, kind: "note", text: "three" });
  files.appendLog("four\n");
  files.close();
  expect(words(output.read(false))).toEqual(["ünd one\n", "[tool]", "two\n", "[note]", "four\n"]);
  expect(output.read(true)).toEqual([]);
  output.close();

  // Another process goes on with the same folder.
  const later = openRunFolder(folder, { logBytes: 1000 });
  later.appendEvent({ at: 3, kind: "harvest", head: null, salvage: null });
  later.appendLog("five\n");
  later.close();
  const again = openOutput(folder);
  expect(words(again.read(true))).toEqual(["ünd one\n", "[tool]", "two\n", "[note]", "four\n", "[harvest]", "five\n"]);
  again.close();
});

it("a line is told when it is whole, also one that is longer than what is read at once", () => {
  const folder = temporaryFolder("run");
  const output = openOutput(folder);
  const long = "x".repeat(700_000);
  writeFileSync(join(folder, "agent.log"), `begun`);
  expect(output.read(false)).toEqual([]);
  appendFileSync(join(folder, "agent.log"), ` and ended\n${long}`);
  expect(words(output.read(false))).toEqual(["begun and ended\n"]);
  appendFileSync(join(folder, "agent.log"), "\nrest");
  expect(words(output.read(false)).join("")).toBe(`${long}\n`);
  expect(words(output.read(true))).toEqual(["rest"]);
  output.close();
});

it("past its limit the log is over, and events still come", () => {
  const folder = temporaryFolder("run");
  const files = openRunFolder(folder, { logBytes: 20 });
  files.appendLog("0123456789\n");
  files.appendLog("0123456789\n");
  files.appendEvent({ at: 1, kind: "note", text: "over" });
  files.close();
  const output = openOutput(folder);
  expect(words(output.read(true)).join("")).toBe("0123456789\n[the rest of the output is left out]\n[note]");
  output.close();
});

it.each([
  ["a pipe that nobody writes to", makePipe],
  ["a link to another file", (place: string) => symlinkSync("/etc/passwd", place)],
])("%s in place of the log is no output", (_what, put) => {
  const folder = temporaryFolder("run");
  put(join(folder, "agent.log"));
  writeFileSync(join(folder, "events.jsonl"), `{"at":1,"kind":"note","text":"x","log":1e300}\n`);
  const output = openOutput(folder);
  expect(words(output.read(true))).toEqual(["[note]"]);
  output.close();
});
