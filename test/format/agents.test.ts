import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseRole } from "../../src/format/documents/role.ts";

const folder = join(import.meta.dirname, "../../agents");
const files = readdirSync(folder).sort();

test("the built-in roles are those that the documents name", () => {
  expect(files).toEqual(
    ["planner", "coder", "researcher", "writer", "ops", "reviewer", "validator", "tester"]
      .map((name) => `${name}.md`)
      .sort(),
  );
});

test.each(files)("%s is read without a finding, and has no limit of money", (name) => {
  const file = { path: `agents/${name}`, mode: "100644", blob: "", bytes: readFileSync(join(folder, name)) };
  const { document, findings } = parseRole(file);
  expect(findings).toEqual([]);
  expect(document).toMatchObject({ name: name.replace(".md", ""), limits: { usdPerRun: null, usdPerDay: null } });
  expect([document.description !== "", document.body.length > 200, document.tools.length > 0]).toEqual([
    true,
    true,
    true,
  ]);
});

test.each(["coder", "tester", "ops", "writer", "researcher"])(
  "%s takes the time that the size of a feature gives it",
  (name) => {
    const file = {
      path: `agents/${name}.md`,
      mode: "100644",
      blob: "",
      bytes: readFileSync(join(folder, `${name}.md`)),
    };
    expect(parseRole(file).document.limits.minutes).toBeNull();
  },
);
