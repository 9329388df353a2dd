import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { findLeak } from "../../src/repo/leaks.ts";
import { makeAlone } from "./clones.ts";

const VALUE = "sk-Ab/12+x";
const SECRETS = [
  { name: "PIN", value: "12345" },
  { name: "API_KEY", value: VALUE },
];

function aRepository() {
  const { git, folder, run } = makeAlone();
  const commit = (files: Record<string, string | Buffer>, message = "work"): string => {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    }
    run("add", "-A");
    run("commit", "-q", "--allow-empty", "-m", message);
    return run("rev-parse", "HEAD");
  };
  const look = (tip: string, start: string) => findLeak(git, SECRETS, { tips: [tip], known: [start] });
  return { commit, look, run };
}

test.each<[string, string | Buffer]>([
  ["as it is", `API_KEY=${VALUE}\n`],
  ["in base64", Buffer.from(`${VALUE}`).toString("base64")],
  ["in an address", `https://x/?key=${encodeURIComponent(VALUE)}`],
  ["in a binary file", Buffer.concat([Buffer.from([0, 255, 0]), Buffer.from(VALUE), Buffer.from([0])])],
])("a value %s is found, named by its variable and its path", async (_title, content) => {
  const { commit, look } = aRepository();
  const start = commit({ a: "a" });
  expect(await look(commit({ "src/leak here.txt": content }), start)).toBe("the value of API_KEY: src/leak here.txt");
});

test("it is found in what was taken out again, on a side branch, and in a message", async () => {
  const { commit, look, run } = aRepository();
  const start = commit({ a: "a" });
  commit({ a: VALUE });
  expect(await look(commit({ a: "a" }), start)).toBe("the value of API_KEY: a");
  run("reset", "-q", "--hard", start);
  run("checkout", "-q", "-b", "side");
  commit({ b: VALUE });
  commit({ b: "b" });
  run("checkout", "-q", "-");
  commit({ c: "c" });
  run("merge", "-q", "--no-edit", "side");
  expect(await look(run("rev-parse", "HEAD"), start)).toBe("the value of API_KEY: b");
  run("reset", "-q", "--hard", start);
  expect(await look(commit({}, `it is ${VALUE}`), start)).toBe("the value of API_KEY: the message of a commit");
});

test("nothing is found in other work, in a short value, or where the file held it before", async () => {
  const { commit, look } = aRepository();
  const start = commit({ "docker.yml": `password: ${VALUE}\n` });
  expect(await look(start, start)).toBeNull();
  expect(await look(commit({ a: "12345 and sk-Ab" }), start)).toBeNull();
  expect(await look(commit({ "docker.yml": `password: ${VALUE}\nuser: anna\n` }), start)).toBeNull();
});
