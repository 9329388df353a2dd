import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readRules } from "../../src/apply/rules.ts";
import { withContext } from "../cli/mission-command.ts";
import { configDocument } from "../helpers/world-documents.ts";
import { makeRepository } from "../repo/save-world.ts";

const CONFIG = { ...configDocument(), file: "missions/config.md", body: "Be kind.\n" };

async function rulesOf(files: Readonly<Record<string, string>>, links: Readonly<Record<string, string>> = {}) {
  const repository = makeRepository({ "README.md": "hello\n", ...files });
  for (const [name, target] of Object.entries(links)) symlinkSync(target, join(repository.folder, name));
  if (Object.keys(links).length > 0) repository.commit("rules");
  const rules = await withContext(repository, ({ doors: { git } }) =>
    readRules(git, CONFIG, repository.git("rev-parse", "HEAD")),
  );
  return rules.map(({ source, text }) => `${source}: ${text.trim()}`);
}

const OWN = "missions/config.md: Be kind.";

test.each([
  ["none", {}, {}, [OWN]],
  ["AGENTS.md before CLAUDE.md", { "AGENTS.md": "A\n", "CLAUDE.md": "C\n" }, {}, [OWN, "AGENTS.md: A"]],
  ["CLAUDE.md where there is nothing else", { "CLAUDE.md": "C\n" }, {}, [OWN, "CLAUDE.md: C"]],
  ["what a link leads to", { "docs/rules.md": "R\n" }, { "AGENTS.md": "./docs/rules.md" }, [OWN, "AGENTS.md: R"]],
  ["nothing of a link out of the repository", {}, { "AGENTS.md": "/etc/passwd" }, [OWN]],
] as const)("a repository's rules: %s", async (_, files, links, expected) => {
  expect(await rulesOf(files, links)).toEqual(expected);
});
