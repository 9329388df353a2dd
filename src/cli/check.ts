import type { Finding } from "../model/finding.ts";
import { renderFindings } from "../view/findings.ts";
import { findingJson } from "../view/status-json.ts";
import { checkFiles } from "./check-files.ts";
import { listReadiness } from "./check-readiness.ts";
import { type Command, type Context, printJson } from "./command.ts";
import { CommandError } from "./command-error.ts";
import { look, pageOf } from "./look.ts";
import { repositoryPath } from "./repository-path.ts";
import { listUnsaved, unsavedLine } from "./unsaved.ts";

export const command: Command = {
  name: "check",
  summary: "findings in mission files and readiness of the machine",
  group: "machine",
  arguments: [{ usage: "[path...]", about: "only findings in these files and folders" }],
  options: [],
  example: "mission check missions/crm",
  async run(context, args) {
    const sight = await look(context);
    const all =
      context.doors.worktree === null ? sight.state.findings : checkFiles(context.doors, context.doors.worktree);
    const findings = args.words.length === 0 ? all : only(all, context, args.words);
    const readiness = args.words.length === 0 ? await listReadiness(context, sight) : [];
    if (context.json)
      printJson(context, {
        schema: 1,
        findings: findings.map(findingJson),
        readiness,
      });
    else {
      const page = pageOf(context);
      context.screen.print(
        [...renderFindings(findings, readiness, page), ...unsavedLine(await listUnsaved(context, sight), page)].join(
          "\n",
        ),
      );
    }
    return findings.some(({ severity }) => severity === "error") ? 1 : 0;
  },
};

function only(findings: readonly Finding[], context: Context, words: readonly string[]): Finding[] {
  const paths = words.map((word) => {
    const path = repositoryPath(context, word);
    if (path === null) throw new CommandError("no-file", `there is no ${word} in this repository`, "mission check");
    return path;
  });
  return findings.filter(({ file }) =>
    paths.some((path) => path === "" || file === path || file.startsWith(`${path}/`)),
  );
}
